/** Characters of a found line that are shown; of a longer one, the part around the match. */
const lineLengthMax = 400;

export interface SearchHit {
  readonly path: string;
  readonly line: number;
  /** Of a long line, the part around the first match. */
  readonly text: string;
}

/**
 * Reads the answer of `grep -n -z` at a commit, hits by the text that they hold: `<commit>:<path>\0<line>\0<text>\n`. The path ends with NUL, so a line feed in it is no trap.
 * An answer cut in the middle loses its last hit.
 */
export function readSearch(
  output: Buffer,
  commit: string,
  texts: readonly string[],
): ReadonlyMap<string, readonly SearchHit[]> {
  const answer = output.toString("utf8");
  const hits = new Map(texts.map((text): [string, SearchHit[]] => [text, []]));
  let at = 0;
  while (at < answer.length) {
    const pathEnd = answer.indexOf("\0", at);
    const lineEnd = answer.indexOf("\0", pathEnd + 1);
    const textEnd = answer.indexOf("\n", lineEnd + 1);
    if (pathEnd === -1 || lineEnd === -1 || textEnd === -1) break;
    const path = answer.slice(at + commit.length + 1, pathEnd);
    const found = answer.slice(lineEnd + 1, textEnd).replace(/\r$/, "");
    const line = Number(answer.slice(pathEnd + 1, lineEnd));
    for (const [text, those] of hits) if (found.includes(text)) those.push({ path, line, text: around(found, text) });
    at = textEnd + 1;
  }
  return hits;
}

function around(line: string, text: string): string {
  if (line.length <= lineLengthMax) return line;
  const before = Math.floor((lineLengthMax - Math.min(text.length, lineLengthMax)) / 2);
  const start = Math.max(0, line.indexOf(text) - before);
  return `${start > 0 ? "…" : ""}${line.slice(start, start + lineLengthMax)}…`;
}
