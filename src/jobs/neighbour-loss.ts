import { type ClosedCoverage, isClosing } from "../detect/windows/recount.ts";
import type { Store } from "../domain/store.ts";

const lookBackNs = 6n * 3_600_000_000_000n;
const latenessNsMax = 24n * 3_600_000_000_000n;
const windowsMax = 2_000;

/**
 * Whether a window may stand where Loki's retention has passed: the nearest window before it that had something has nothing now. Then no count tells what came there late: of an empty one
 * it may be gone too, and in any other it may make up for what is gone.
 */
export async function isBehindLoss({ scope, closed }: ClosedCoverage, store: Store): Promise<boolean> {
  const { fromNs, toNs } = closed.window;
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
