const wordsLengthMin = 8;
const partsMax = 3;

/**
 * Parts of a message that its author wrote as they stand, longest first: what is left between values. For an error without a stack trace, the code that
 * says these words is the best place there is.
 */
export function messageWords(message: string): readonly string[] {
  const firstLine = message.split("\n")[0] ?? "";
  const parts = firstLine
    // Placeholders of templates and of redaction, quoted values, and everything with a digit in it.
    .split(/<[^<>]{1,40}>|\[[^[\]]{1,40}\]|"[^"]*"|'[^']*'|`[^`]*`|\S*\d\S*|[:=,;{}()|*%]/)
    .map((part) => part.trim().replace(/[.…]+$/, ""))
    .filter((part) => part.length >= wordsLengthMin && part.includes(" "));
  return [...new Set(parts)].toSorted((one, other) => other.length - one.length).slice(0, partsMax);
}
