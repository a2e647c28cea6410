import type { Frame } from "../error-entry.ts";

/**
 * Frames of the JVM down to where a coroutine was resumed. Who resumed it, a worker or an event loop on the thread that started it, did not call it; but the
 * coroutines of a sequence are called by who asks for the next element.
 */
export function aboveResumption(frames: readonly Frame[]): readonly Frame[] {
  const at = frames.findIndex(
    ({ module, function: name }, index) =>
      name === "resumeWith" &&
      module === "kotlin.coroutines.jvm.internal.BaseContinuationImpl" &&
      frames[index + 1]?.module?.startsWith("kotlinx.coroutines.") === true,
  );
  return at === -1 || !frames.slice(0, at).some((frame) => frame.isOwn) ? frames : frames.slice(0, at);
}

/** Methods in which work handed to another thread begins. */
const beginnings = new Set(["run", "call", "exec", "doExec", "runWorker", "topLevelExec"]);

/**
 * Whether a cause of the JVM was thrown on another thread than its wrapper: of one thread, the method that caught the cause stands in both. What they share at the
 * bottom is left out of the cause, so that its last frame need not be the thread's.
 */
export function isOnOtherThread(cause: readonly Frame[], wrapper: readonly Frame[]): boolean {
  const last = cause.at(-1);
  if (last === undefined || last.module === null) return false;
  if (last.module === "java.lang.Thread" || last.function === "main") return true;
  if (last.isOwn || !beginnings.has(last.function ?? "")) return false;
  return !wrapper.some(({ module, function: name }) => module === last.module && name === last.function);
}
