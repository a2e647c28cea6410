import { referencePattern, referenceTo } from "./reference.ts";
import type { Path, Report, YamlSource } from "./yaml-source.ts";

const secretKeys: ReadonlySet<string> = new Set(["password", "token", "apikey", "privatekey", "secret", "bottoken"]);

const passwordInAddress = "a password in an address";

/** What is a secret by its form, wherever it stands: in a comment, too. Bounded, for the text may be anything. */
const secretForms: readonly { readonly name: string; readonly form: RegExp }[] = [
  { name: "a GitHub token", form: /\b(?:gh[pousr]_[A-Za-z0-9]{10,255}|github_pat_\w{10,255})/g },
  { name: "an Anthropic key", form: /\bsk-ant-[\w-]{6,255}/g },
  { name: "a Grafana token", form: /\bgl(?:sa|c)_[\w=+/-]{10,255}/g },
  { name: "a GitLab token", form: /\bglpat-[\w-]{10,255}/g },
  { name: "a Slack token", form: /\bxox[abeoprs]-[\w-]{10,255}/g },
  { name: "an AWS key", form: /\bA(?:KIA|SIA)[0-9A-Z]{16}\b/g },
  { name: "a Telegram token", form: /\b\d{8,10}:[\w-]{35}\b/g },
  { name: "a signed token", form: /\beyJ[\w-]{10,2000}\.[\w-]{10,2000}\./g },
  { name: "a private key", form: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/g },
  { name: passwordInAddress, form: /:\/\/[^\s/:@]{0,100}:(?!\$\{)[^\s/@]{1,200}@/g },
];

/**
 * Refuses secrets in the file: values of secret keys that are not a reference, and whatever has the form of a secret. The sentences never hold the
 * value.
 */
export function findSecrets(
  text: string,
  source: YamlSource,
  variableFor: (path: Path) => string,
  report: Report,
  reportAt: (offset: number, sentence: string) => void,
): void {
  const lines = new Set<number>();
  walk(source.value, [], (path, value) => {
    const key = String(path.at(-1) ?? "");
    if (!secretKeys.has(key.toLowerCase()) || typeof value === "object") return;
    if (isReference(value)) return;
    lines.add(source.placeOf(path).line);
    report(
      path,
      `must not hold the secret itself. Put it into the environment (.env) and write \`${key}: \${${variableFor(path)}}\`.`,
    );
  });
  for (const { name, form } of secretForms) {
    for (const match of text.matchAll(form)) {
      if (lines.has(source.placeAt(match.index).line)) continue;
      lines.add(source.placeAt(match.index).line);
      const cure =
        name === passwordInAddress
          ? "Move user and password to `auth`"
          : `Put it into the environment (.env) and write ${referenceTo("NAME")} in its place`;
      reportAt(
        match.index,
        `looks like ${name}, and secrets must not stand in this file. ${cure}. As it stood in a file, replace it by a new one.`,
      );
    }
  }
}

function isReference(value: unknown): boolean {
  return typeof value === "string" && new RegExp(`^${referencePattern.source}$`).test(value);
}

function walk(value: unknown, path: Path, visit: (path: Path, value: unknown) => void): void {
  visit(path, value);
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    walk(inner, [...path, Array.isArray(value) ? Number(key) : key], visit);
  }
}
