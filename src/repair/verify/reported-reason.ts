import type { ExpectedFailure } from "../../domain/verify-means.ts";

/** Types that say no more than that something failed: their message has to be there, too. */
const general = new Set([
  "Error",
  "Exception",
  "RuntimeException",
  "Throwable",
  "panic",
  "StandardError",
  "BaseException",
  "AssertionError",
]);

const assertion = /assert|expected|\bexpect\(|not equal|to equal|to be|--- FAIL|\bwant\b|\bgot\b/i;
const messageLengthMin = 4;

/**
 * Whether a failing test shows what was reported: the exception of the incident or, where none was thrown, an assertion on a wrong value that was observed.
 * What the test itself says in its literals (a title, say) is no sign of it.
 * @param test the source of the new test; null where a command judges a setting
 */
export function showsReportedFailure(output: string, expected: ExpectedFailure, test: string | null): boolean {
  const said = withoutLiterals(withoutColours(output), test);
  if (expected.exceptionTypes.length === 0) {
    return assertion.test(said) && expected.messages.some((value) => value !== "" && hasWord(said, value));
  }
  return expected.exceptionTypes.some((type) => {
    const name = type.split(/[.$:\\/]/).at(-1) ?? type;
    if (!hasWord(said, name)) return false;
    return !general.has(name) || expected.messages.some((message) => hasMessage(said, message));
  });
}

/** As a word: a part of a longer name is another thing. */
function hasWord(text: string, word: string): boolean {
  const plain = word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\w$])${plain}(?![\\w$])`).test(text);
}

/** The longest piece of its first line that holds no placeholder or number: the rest differs between two failures. */
function hasMessage(text: string, message: string): boolean {
  const [first = ""] = message.split("\n");
  const pieces = first.split(/⟨[^⟩]*⟩|<\*>|\d+/).map((piece) => piece.trim());
  const longest = pieces.reduce((best, piece) => (piece.length > best.length ? piece : best), "");
  return longest.length >= messageLengthMin && text.includes(longest);
}

function withoutLiterals(output: string, test: string | null): string {
  const literals = (test ?? "").match(/(["'`])(?:(?!\1)[^\\\n]|\\.){4,300}\1/g) ?? [];
  return literals
    .map((literal) => literal.slice(1, -1))
    .sort((one, other) => other.length - one.length)
    .reduce((text, literal) => text.replaceAll(literal, ""), output);
}

function withoutColours(text: string): string {
  return text.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, "");
}
