const lineLengthMax = 240;

/** One line for a terminal, which obeys control characters; log text, code and a model's words must not command it. */
export function harmless(text: string, lengthMax = lineLengthMax): string {
  const line = text.replaceAll("\t", "    ").replace(/[\p{Cc}\p{Cf}]/gu, " ");
  return line.length <= lengthMax ? line : `${line.slice(0, lengthMax)}…`;
}
