import type { Exception, Frame } from "../error-entry.ts";
import { frameKeyOf } from "./frame-key.ts";

/**
 * The chain without what was merely being handled. Python tells of an error that it came "during handling" of another: where it was raised in the very function
 * that caught the other, it stands for it; where it came from a call that this function made, it is a failure of its own (`except KeyError: return fetch(key)`),
 * and what had been caught before is chance. A traceback ends where its exception was caught.
 */
export function withoutHandled(exceptions: readonly Exception[]): readonly Exception[] {
  for (let index = exceptions.length - 2; index >= 0; index--) {
    const caughtIn = exceptions[index + 1]?.frames.at(-1);
    const frames = exceptions[index]?.frames ?? [];
    if (caughtIn === undefined || !isPython(caughtIn)) continue;
    const at = frames.findIndex((frame) => frame.file === caughtIn.file && frame.function === caughtIn.function);
    if (at > 0 && frames.slice(0, at).some(isOwnPlace)) return exceptions.slice(0, index + 1);
  }
  return exceptions;
}

function isPython({ file }: Frame): boolean {
  return file?.endsWith(".py") === true;
}

/** Not a function that only makes or raises errors for others. */
function isOwnPlace(frame: Frame): boolean {
  if (!frame.isOwn) return false;
  const key = frameKeyOf(frame);
  return key !== null && !key.isHelper && !key.isNameless;
}
