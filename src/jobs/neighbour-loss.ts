import { type ClosedCoverage, isClosing } from "../detect/windows/recount.ts";
import type { Store } from "../domain/store.ts";

/** What is counted no later than this after its last time has not been slept through. */
const overdueMsMin = 3_600_000;
const lookBackNs = 6n * 3_600_000_000_000n;
const latenessNsMax = 24n * 3_600_000_000_000n;
const windowsMax = 2_000;

/**
 * Whether an empty window that is counted too late, after a long sleep, stands where Loki's retention has passed: the nearest window before it that had something has nothing now. Then nobody can tell
 * what came there late.
 */
export async function isBehindLoss(
  { scope, closed }: ClosedCoverage,
  { store, nowMs, horizonMs }: { readonly store: Store; readonly nowMs: number; readonly horizonMs: number },
): Promise<boolean> {
  const { fromNs, toNs } = closed.window;
  if (nowMs - Number(toNs / 1_000_000n) < horizonMs + overdueMsMin) return false;
  // A window closes time that is older than itself by what polls read again.
  const overlapping = { fromNs: fromNs - lookBackNs, toNs: toNs + latenessNsMax };
  const near = await store.coverage({ environment: scope.environment, overlapping, limit: windowsMax });
  const nearest = near
    .filter(isClosing)
    .filter((each) => each.closed.window.toNs <= fromNs && fromNs - each.closed.window.toNs < lookBackNs)
    .sort((one, other) => (one.closed.window.fromNs < other.closed.window.fromNs ? 1 : -1))
    .find((each) => each.closed.entries > 0 || isGone(each));
  return nearest !== undefined && isGone(nearest);
}

function isGone({ closed }: ClosedCoverage): boolean {
  return closed.entries === 0 && closed.recount?.counted === 0 && closed.recount.because !== null;
}
