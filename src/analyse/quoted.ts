/** Characters of one line of code that the model is shown; generated and minified files have longer ones. */
const codeLineLengthMax = 500;
/** Of other material: a log line in JSON has its whole stack trace in one line. */
const lineLengthMax = 10_000;

/**
 * Material as the model is shown it: every line behind a bar. Our own lines have none, so no log line, code comment or commit message can pass for one
 * of ours. Nothing depends on it: what the model makes of the material is checked afterwards.
 */
export function quoted(text: string): string {
  return text
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .map((line) => `| ${cut(line, lineLengthMax)}`)
    .join("\n");
}

/** Lines of a file behind their numbers. */
export function numbered(lines: readonly string[], firstLine: number): string {
  return lines.map((line, index) => `| ${firstLine + index} | ${cutCodeLine(line)}`).join("\n");
}

/** A name for a line of our own: no line break can come in with it. */
export function inLine(text: string): string {
  return cutCodeLine(text.replaceAll(/[\s\p{Cc}\u2028\u2029]+/gu, " "));
}

export function cutCodeLine(line: string): string {
  return cut(line, codeLineLengthMax);
}

function cut(line: string, lengthMax: number): string {
  return line.length <= lengthMax ? line : `${line.slice(0, lengthMax)}…`;
}
