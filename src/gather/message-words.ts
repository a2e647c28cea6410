const wordsLengthMin = 8;
const wordsMax = 4;
/** Beginnings of a long part, tried after the whole: a value may stand in it unrecognised. */
const beginningWords = 4;

/**
 * Parts of a message that its author wrote as they stand, longest first: what is left between values. For an error without a stack trace, the code that
 * says these words is the best place there is.
 */
export function messageWords(message: string): readonly string[] {
  const firstLine = message.split("\n")[0] ?? "";
  const parts = firstLine
    // Masks of templates and of redaction, quoted values, everything with a digit in it, and signs that a logger may have put there.
    .split(/⟨[^⟩]*⟩|<[^<>]{1,40}>|\[[^[\]]{1,40}\]|"[^"]*"|'[^']*'|`[^`]*`|\S*\d\S*|[:=,;{}()|*%]/)
    .map((part) => part.trim().replace(/[.…]+$/, ""));
  const beginnings = parts.map((part) => part.split(/\s+/).slice(0, beginningWords).join(" "));
  const telling = [parts, beginnings].map((each) =>
    each
      .filter((words) => words.length >= wordsLengthMin && words.includes(" "))
      .toSorted((one, other) => other.length - one.length),
  );
  return [...new Set(telling.flat())].slice(0, wordsMax);
}
