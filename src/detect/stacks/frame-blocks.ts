import type { Frame } from "../../domain/error-entry.ts";
import type { OwnJudge } from "./own-frame.ts";

/** The lines of one exception's frames, and what they say. */
interface FrameBlock {
  readonly text: string;
  readonly frames: readonly Frame[];
}

/** A block is looked for by its first characters, which tell nearly all bugs apart, and then compared as a whole. */
const keyLength = 400;
/** Python tells the outermost first, and that is the same framework for all bugs of a service. */
const blocksOfKeyMax = 64;
/** Characters that are remembered for one judge. */
const keptLengthMax = 2_000_000;

interface Remembered {
  readonly byKey: Map<string, readonly FrameBlock[]>;
  length: number;
}
const byJudge = new WeakMap<OwnJudge, Remembered>();

/**
 * The frames at `at`. The entries of one bug have the same ones, so a block is read once and shared.
 * @param isFrameLine whether the line that begins there goes on with the block
 * @param endOf where the block ends, for one that was not seen before
 */
export function frameBlockAt(
  text: string,
  at: number,
  isOwn: OwnJudge,
  how: {
    readonly isFrameLine: (lineAt: number) => boolean;
    readonly endOf: () => number;
    readonly parse: (block: string) => readonly Frame[];
  },
): FrameBlock {
  let remembered = byJudge.get(isOwn);
  if (remembered === undefined) {
    remembered = { byKey: new Map(), length: 0 };
    byJudge.set(isOwn, remembered);
  }
  const key = text.slice(at, at + keyLength);
  const known = remembered.byKey.get(key) ?? [];
  for (const block of known) {
    const end = at + block.text.length;
    if (text.slice(at, end) !== block.text) continue;
    if (end >= text.length || (text.charCodeAt(end) === 10 && !how.isFrameLine(end + 1))) return block;
  }
  const lines = copyOf(text.slice(at, how.endOf()));
  const block = { text: lines, frames: how.parse(lines) };
  remembered.length += lines.length;
  if (remembered.length > keptLengthMax) {
    remembered.byKey.clear();
    remembered.length = lines.length;
  }
  remembered.byKey.set(copyOf(key), [block, ...known.slice(0, blocksOfKeyMax - 1)]);
  return block;
}

/** A part of a string keeps the whole of it in memory; a copy does not. */
function copyOf(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
