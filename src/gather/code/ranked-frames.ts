import type { Exception, Frame } from "../../domain/error-entry.ts";

/** A frame with how likely the fix is there, and why, before the code was seen. */
export interface RankedFrame {
  readonly frame: Frame;
  /** 0…1 */
  readonly weight: number;
  readonly because: string;
}

const framesMax = 12;
/** Below that of its caller. */
const checkWeight = 0.6;

/**
 * Frames to look at, likeliest first: own code before other people's, the innermost cause before what wraps it, the place of the throw before its callers.
 * Where no frame is known to be own, all are tried: those of others are in no file of the service.
 */
export function rankFrames(exceptions: readonly Exception[]): readonly RankedFrame[] {
  const hasOwn = exceptions.some(({ frames }) => frames.some(({ isOwn }) => isOwn));
  const ranked: RankedFrame[] = [];
  const seen = new Set<string>();
  // Causes come after what they caused.
  for (const [depth, exception] of exceptions.toReversed().entries()) {
    const frames = sinceThrown(exception.frames).filter((frame) => frame.isOwn || !hasOwn);
    for (const [distance, frame] of frames.entries()) {
      const place = JSON.stringify([frame.module, frame.file, frame.function, frame.line]);
      if (seen.has(place)) continue;
      seen.add(place);
      const isCheck = checksOthers(frame, frames[distance + 1]);
      const weight = (isCheck ? checkWeight : 1) / (1 + distance * 0.5 + depth * 0.75);
      const because = reason(distance, depth, exception, frame.isOwn);
      ranked.push({
        frame,
        weight,
        because: isCheck ? `${because}; by its name it checks what its caller hands over` : because,
      });
    }
  }
  return ranked.toSorted((one, other) => other.weight - one.weight).slice(0, framesMax);
}

/** Go's deferred functions run on top of what panicked: those that print the stack come before it, and have nothing to do with it. */
function sinceThrown(frames: readonly Frame[]): readonly Frame[] {
  const at = frames.findLastIndex(
    ({ function: name, file, isOwn }) =>
      !isOwn && /(?:^|\.)(?:go)?panic$/.test(name ?? "") && file?.endsWith(".go") === true,
  );
  return frames.slice(at + 1);
}

/** `require`, `notBlank`, `ensureOpen`: what it refuses was wrong before. */
const checkName =
  /^_{0,2}#?(?:(?:require|assert|check|ensure|validate|verify|invariant|guard|precondition|must|expect|refuse|reject|fail|throw|raise)(?![a-z])|not(?:Null|Blank|Empty)\b)/;

/** With a caller of ours, whose call it judges. */
function checksOthers(frame: Frame, caller: Frame | undefined): boolean {
  const name = frame.function?.split(/[.#:$]/).at(-1) ?? "";
  return frame.isOwn && caller?.isOwn === true && caller.function !== frame.function && checkName.test(name);
}

function reason(distance: number, depth: number, exception: Exception, isOwn: boolean): string {
  const what = exception.type ?? "the error";
  const whose = isOwn ? "own " : "";
  const place = distance === 0 ? `the innermost ${whose}frame` : `${whose}frame ${distance + 1} from the throw`;
  const cause = depth === 0 ? "" : ", which wraps the cause";
  return `${place} of ${what}${cause}`;
}
