import type { Place } from "./locate.ts";

const aroundLines = 20;
/** How far above a line its function may begin and still be shown from its first line on. */
const functionReachLines = 60;
const lineLengthMax = 400;

export interface Excerpt {
  readonly firstLine: number;
  readonly lastLine: number;
  /** One line of text for each line of the file. */
  readonly text: string;
}

/** The lines around a place, from the beginning of its function when that is near. */
export function excerptAround({ line, lines, enclosing }: Place): Excerpt {
  const start = enclosing !== null && line - enclosing.firstLine <= functionReachLines ? enclosing.firstLine : line;
  const firstLine = Math.max(1, Math.min(line - aroundLines, start));
  const lastLine = Math.min(lines.length, line + aroundLines);
  const text = lines
    .slice(firstLine - 1, lastLine)
    .map((each) => (each.length <= lineLengthMax ? each : `${each.slice(0, lineLengthMax)}…`))
    .join("\n");
  return { firstLine, lastLine, text };
}
