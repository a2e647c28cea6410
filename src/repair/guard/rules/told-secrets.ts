import { bracketPairs } from "../brackets.ts";
import type { ChangedFile } from "../changed-file.ts";
import { isChanged } from "../code-side.ts";
import { quoted, type Violation } from "../violation.ts";

const secretWords =
  /^(?:password|passwd|pwd|passphrase|secret|secrets|token|tokens|apikey|credential|credentials|authorization|cookie|cookies|ssn|cvv|cvc|jwt|otp|pin|privatekey|accesskey|sessionid|cardnumber|bearer|refreshtoken|accesstoken|clientsecret|iban|rrn)$/;
const pairs: readonly string[] = [
  "api key",
  "private key",
  "access key",
  "card number",
  "session id",
  "secret key",
  "signing key",
  "resident number",
];
const sink =
  /^(?:log|info|warn|warning|error|debug|trace|fatal|exception|critical|notice|verbose|print\w*|Print\w*|println|eprintln|puts|pp|p|echo|write\w*|Write\w*|send\w*|json|JSON|jsonify|render|dump|dd|var_dump|print_r|error_log|Log\w*|Info\w*|Warn\w*|Error\w*|Debug\w*|Fatal\w*|Trace\w*|setHeader|header|Header|addHeader|append|fprintf|Fprintf|Errorf|Sprintf|format|Exception|captureException|captureMessage|addBreadcrumb|setExtra|setTag|body|ok|status|inspect|raise|emit|publish|post|put)$/;
const stepsMax = 200;

/** A value with the name of a secret inside of a call that writes, answers or throws. */
export function checkToldSecrets(file: ChangedFile): readonly Violation[] {
  if (file.language === null) return [];
  return file.fragments.flatMap(({ before, after }) => {
    const partners = bracketPairs(after.tokens);
    return after.tokens.flatMap((token, index) => {
      if (token.kind !== "word" || !isChanged(after, token) || !isSecretName(token.text)) return [];
      const sinkName = sinkAround(after.tokens, partners, index);
      if (sinkName === null) return [];
      // The same words of the same call, before the patch: a repair beside it.
      if (
        before.flat.includes(`${sinkName}(`) &&
        before.tokens.some(({ text }, at) => text === token.text && before.changed.has(before.tokens[at]?.line ?? 0))
      ) {
        return [];
      }
      return [
        {
          rule: "secrets" as const,
          path: file.path,
          line: token.line,
          detail: `${quoted(token.text)} goes into ${quoted(sinkName)}`,
        },
      ];
    });
  });
}

function isSecretName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  const joined = words.join(" ");
  return words.some((word) => secretWords.test(word)) || pairs.some((pair) => joined.includes(pair));
}

type Tokens = ChangedFile["fragments"][number]["after"]["tokens"];

function sinkAround(tokens: Tokens, partners: ReadonlyMap<number, number>, index: number): string | null {
  for (let at = index - 1, steps = 0; at >= 0 && steps < stepsMax; at--, steps++) {
    const text = tokens[at]?.text ?? "";
    if (tokens[at]?.kind !== "mark") {
      if (/^(?:throw|raise|panic|puts|echo|print|p)$/.test(text) && tokens[at + 1]?.line === tokens[index]?.line)
        return text;
      continue;
    }
    if (text === ")" || text === "]" || text === "}") {
      const open = partners.get(at);
      if (open !== undefined) at = open;
      continue;
    }
    if (text === ";") return null;
    if (text !== "(") continue;
    const called = tokens[at - 1]?.text === "!" ? (tokens[at - 2]?.text ?? "") : (tokens[at - 1]?.text ?? "");
    if (/^(?:if|while|for|switch|catch|when|unless)$/.test(called)) return null;
    if (sink.test(called) || /(?:Exception|Error)$/.test(called)) return called;
  }
  return null;
}
