const linesMax = 16;
const headLines = 10;

/** A long stack trace with its beginning and, of the rest, the lines that name another exception; how many lines are left out stands in their place. */
export function foldedStack(text: string, said: (count: number) => string): string {
  const lines = text.split("\n");
  if (lines.length <= linesMax) return text;
  const shown: string[] = lines.slice(0, headLines);
  let leftOut = 0;
  const fold = () => {
    if (leftOut > 0) shown.push(`    … ${said(leftOut)}`);
    leftOut = 0;
  };
  for (const [index, line] of lines.entries()) {
    if (index < headLines) continue;
    // A cause, and the frame that threw it.
    const isCause = /^\s*Caused by/.test(line) || /^\S/.test(line) || /^\s*Caused by/.test(lines[index - 1] ?? "");
    if (!isCause || shown.length >= 2 * linesMax) {
      leftOut += 1;
      continue;
    }
    fold();
    shown.push(line);
  }
  fold();
  return shown.join("\n");
}
