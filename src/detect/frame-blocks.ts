import type { Frame } from "../domain/error-entry.ts";
import type { OwnJudge } from "./own-frame.ts";

/** The lines of one exception's frames, and what they say. */
interface FrameBlock {
  readonly text: string;
  readonly frames: readonly Frame[];
}

/** A block is looked for by its first characters, which tell nearly all bugs apart, and then compared as a whole. */
const keyLength = 400;
const keysMax = 1_000;
const blocksOfKeyMax = 8;
const keptLengthMax = 64 * 1024;
const byJudge = new WeakMap<OwnJudge, Map<string, readonly FrameBlock[]>>();

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
  let byKey = byJudge.get(isOwn);
  if (byKey === undefined) {
    byKey = new Map();
    byJudge.set(isOwn, byKey);
  }
  const key = text.slice(at, at + keyLength);
  const known = byKey.get(key) ?? [];
  for (const block of known) {
    const end = at + block.text.length;
    if (text.slice(at, end) !== block.text) continue;
    if (end >= text.length || (text.charCodeAt(end) === 10 && !how.isFrameLine(end + 1))) return block;
  }
  const lines = text.slice(at, how.endOf());
  const read = { text: lines, frames: how.parse(lines) };
  if (read.text.length > keptLengthMax) return read;
  if (byKey.size >= keysMax) byKey.clear();
  byKey.set(key, [read, ...known.slice(0, blocksOfKeyMax - 1)]);
  return read;
}
