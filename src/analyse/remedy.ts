import type { EvidenceBundle } from "../domain/evidence.ts";
import { redact } from "../domain/redact.ts";
import type { Remedy } from "../domain/root-cause.ts";

const wordsLengthMin = 4;
const wordsLengthMax = 120;
/** A rule that nobody looks at again hides the next bug behind the same words. */
const mutedForMs = 30 * 86_400_000;

/** What the model, or a rule of ours, proposes to do where the code is not to blame. */
export interface ProposedRemedy {
  readonly kind: "mute" | "tell" | "change" | "none";
  readonly text: string;
}

/** A remedy that a person can carry out as it stands; null where there is none, or its words stand in no log entry of the incident. */
export function remedyOf(proposed: ProposedRemedy, bundle: EvidenceBundle): Remedy | null {
  const text = proposed.text.trim();
  if (text === "") return null;
  switch (proposed.kind) {
    case "none":
      return null;
    case "tell":
      return { kind: "tell", whom: redact(text) };
    case "change":
      return { kind: "change", what: redact(text) };
    case "mute":
      return mute(text, bundle);
  }
}

/** The line filter and the ignore rule are built by us: of the model there are only words, and only words that stand in an entry. */
function mute(said: string, bundle: EvidenceBundle): Remedy | null {
  const words = (said.split("\n")[0] ?? "").trim().slice(0, wordsLengthMax);
  const entry = bundle.evidence.find((one) => one.kind === "entry" && one.text.includes(words));
  // A placeholder of ours stands in no entry of Loki.
  if (words.length < wordsLengthMin || /[⟨⟩]/.test(words) || entry?.kind !== "entry") return null;
  const until = new Date(bundle.gatheredAtMs + mutedForMs).toISOString().slice(0, 10);
  const service = entry.service === null ? "" : `service: ${yamlText(entry.service)}, `;
  return {
    kind: "mute",
    lineFilter: redact(`!= ${logqlText(words)}`),
    ignoreRule: redact(
      `- { because: "not worth an issue", until: ${until}, ${service}match: ${yamlText(`|= ${logqlText(words)}`)} }`,
    ),
  };
}

function logqlText(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

function yamlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
