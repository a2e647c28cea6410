/**
 * The first line of an env file, counted from 1, that is neither empty, a comment nor `NAME=value`; null where there is none. Node's reader passes over such a
 * line in silence, and takes the next one with it, so that a token is there for its owner and for nobody else.
 */
export function strayLine(text: string): number | null {
  const withoutComments = text.replaceAll(/^[ \t]*#.*$/gm, "");
  const withoutQuotes = withoutComments.replaceAll(
    /=[ \t]*(["'`])[\s\S]*?\1/g,
    (quoted) => `=${quoted.replaceAll(/[^\n]/g, "")}`,
  );
  const index = withoutQuotes
    .split("\n")
    .findIndex((line) => line.trim() !== "" && !/^\s*(?:export\s+)?[A-Za-z_][\w.-]*\s*=/.test(line));
  return index === -1 ? null : index + 1;
}
