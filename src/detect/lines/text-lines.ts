/** Lines of one text that are looked at. */
const linesMax = 20_000;

export interface TextLine {
  readonly text: string;
  readonly at: number;
}

/** The lines of a text with their places, without line breaks. */
export function linesOf(text: string): readonly TextLine[] {
  const lines: TextLine[] = [];
  let at = 0;
  while (at <= text.length && lines.length < linesMax) {
    const lineBreak = text.indexOf("\n", at);
    const end = lineBreak === -1 ? text.length : lineBreak;
    lines.push({ text: text.slice(at, text.charCodeAt(end - 1) === 13 && end > at ? end - 1 : end), at });
    if (lineBreak === -1) break;
    at = lineBreak + 1;
  }
  return lines;
}

/** Spaces and tabs in front. */
export function indentOf(line: string): number {
  let count = 0;
  while (line.charCodeAt(count) === 32 || line.charCodeAt(count) === 9) count++;
  return count;
}
