import { unsupported } from "./log-query-error.ts";

export type Operator = "=" | "!=" | "=~" | "!~";

/** A test of one text by one of the four operators. */
export type Matcher = (text: string) => boolean;

/** A regular expression is not one; `words` are those of Loki's library. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}

/** Label values: regular expressions match the whole value. */
export function labelMatcher(operator: Operator, value: string): Matcher {
  if (operator === "=") return (text) => text === value;
  if (operator === "!=") return (text) => text !== value;
  const { body, flags } = readPattern(value);
  const whole = new RegExp(`^(?:${body})$`, flags);
  return operator === "=~" ? (text) => whole.test(text) : (text) => !whole.test(text);
}

/** Lines: a part of the line is enough. */
export function lineMatcher(operator: "|=" | "!=" | "|~" | "!~", value: string): Matcher {
  if (operator === "|=") return (line) => line.includes(value);
  if (operator === "!=") return (line) => !line.includes(value);
  const { body, flags } = readPattern(value);
  const pattern = new RegExp(body, flags);
  return operator === "|~" ? (line) => pattern.test(line) : (line) => !pattern.test(line);
}

/** The same pattern for JavaScript: its flags stand in front, and few other things are written differently. */
function readPattern(source: string): { readonly body: string; readonly flags: string } {
  const [front = "", flags = ""] = /^\(\?([is]+)\)/.exec(source) ?? [];
  const body = source.slice(front.length);
  if (/\(\?P<|\[\[:|\\[AzQEpPC]|\(\?[is]*U/.test(body)) throw unsupported(`the pattern ${source}`);
  try {
    new RegExp(body);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "";
    if (/Unterminated group/.test(reason)) throw new PatternError(`missing closing ): \`${source}\``);
    if (/Unmatched/.test(reason)) throw new PatternError(`unexpected ): \`${source}\``);
    if (/character class/.test(reason)) throw new PatternError(`missing closing ]: \`${source}\``);
    if (/Nothing to repeat/.test(reason))
      throw new PatternError(`missing argument to repetition operator: \`${source}\``);
    throw unsupported(`the pattern ${source}`);
  }
  return { body, flags };
}
