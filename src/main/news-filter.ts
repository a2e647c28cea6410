import type { Clock } from "../domain/clock.ts";
import type { Progress } from "../jobs/brain-means.ts";
import { progressLines } from "./tell-progress.ts";

/** A trouble that lasts is told again after so long. */
const againAfterMs = 15 * 60_000;

/**
 * Lets every step through, and every trouble once in a while: what one server does to all investigations, or to the same one every few seconds, is one notice.
 */
export function createNewsFilter(
  clock: Pick<Clock, "nowMs">,
  onProgress: (progress: Progress) => void,
): (progress: Progress) => void {
  const toldAtMs = new Map<string, number>();
  return (progress) => {
    const trouble = troubleOf(progress);
    const nowMs = clock.nowMs();
    if (trouble !== null) {
      const sinceMs = nowMs - (toldAtMs.get(trouble) ?? Number.NEGATIVE_INFINITY);
      // A clock that was set back must not make it silent.
      if (sinceMs >= 0 && sinceMs < againAfterMs) return;
      for (const [other, atMs] of toldAtMs) if (nowMs - atMs >= againAfterMs) toldAtMs.delete(other);
      toldAtMs.set(trouble, nowMs);
    }
    onProgress(progress);
  };
}

/** What it would be known by if it came again; null for news. */
function troubleOf(progress: Progress): string | null {
  switch (progress.kind) {
    case "put-off":
    case "delayed":
      // The trace that was asked for is another one each time.
      return `${progress.kind} ${progress.because.replaceAll(/[0-9a-f]{12,}/g, "")}`;
    case "counted-again":
      return progress.report.problem === null || progress.report.touched.length > 0
        ? null
        : `${progress.report.environment} ${progress.report.problem}`;
    case "effect":
      return progress.effect.state === "done" ? null : `${progress.effect.id} ${progressLines(progress).join(" ")}`;
    default:
      return null;
  }
}
