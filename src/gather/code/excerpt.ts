import { type RedactionMemory, redact } from "../../domain/redact.ts";
import { redactLines } from "../../domain/redact-part.ts";
import type { Redacted } from "../../domain/text.ts";
import type { Place } from "./locate.ts";

const aroundLines = 20;
/** How far above a line its function may begin and still be shown from its first line on. */
const functionReachLines = 60;
const lineLengthMax = 400;

export interface Excerpt {
  readonly firstLine: number;
  readonly lastLine: number;
  /** One line of text for each line of the file. */
  readonly text: Redacted;
}

/** The lines around a place, from the beginning of its function when that is near. */
export function excerptAround({ line, file, enclosing }: Place, memory: RedactionMemory): Excerpt {
  const { lines } = file;
  const start = enclosing !== null && line - enclosing.firstLine <= functionReachLines ? enclosing.firstLine : line;
  const firstLine = Math.max(1, Math.min(line - aroundLines, start));
  const lastLine = Math.min(lines.length, line + aroundLines);
  const text = redactLines(lines.slice(0, lastLine), firstLine - 1, memory)
    .map((each) => (each.length <= lineLengthMax ? each : `${each.slice(0, lineLengthMax)}…`))
    .join("\n");
  return { firstLine, lastLine, text: redact(text, memory) };
}
