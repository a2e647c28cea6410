const lineLengthMax = 2_000;

/** Material as the model is shown it: every line behind a bar, so that none of them can pass for one of ours. */
export function framed(text: string): string {
  return text
    .replace(/\n$/, "")
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .map((line) => `| ${line.length <= lineLengthMax ? line : `${line.slice(0, lineLengthMax)}…`}`)
    .join("\n");
}

/** A name in a line of our own. */
export function inLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}\u2028\u2029]+/gu, " ").slice(0, 500);
}

/** A part with a heading. */
export function part(title: string, ...paragraphs: readonly string[]): string {
  return `# ${title}\n${paragraphs.join("\n")}`;
}
