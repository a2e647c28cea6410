import type { Clock } from "../domain/clock.ts";
import type { Lease, Store } from "../domain/store.ts";

/** Renewed within this time is as good as new: a write for every page would cost more than it gives. */
const freshMs = 5_000;

/** The lease was lost while reading: another process goes on, this one must write nothing more. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
  readonly isRetryable = true;
  constructor(name: string) {
    super(
      `The lease ${name} was taken over by another process, because this one was silent for too long; it goes on there.`,
    );
  }
}

/** A lease while its holder works on. It may run out meanwhile: as long as nobody else took it, it is still there to be renewed. */
export interface HeldLease {
  readonly lease: Lease;
  /**
   * Before each step that may take long, and before each commit.
   * @throws LeaseLostError when somebody else has or had it since
   */
  renew(): Promise<void>;
  release(): Promise<void>;
}

/** Null when another holder has it. */
export async function holdLease(
  { store, clock, holder }: { readonly store: Store; readonly clock: Clock; readonly holder: string },
  name: string,
  ttlMs: number,
): Promise<HeldLease | null> {
  const lease = await store.lease(name, holder, ttlMs);
  if (lease === null) return null;
  let { expiresAtMs } = lease;
  return {
    lease,
    async renew() {
      if (expiresAtMs - clock.nowMs() > ttlMs - freshMs) return;
      const renewed = await store.lease(name, holder, ttlMs);
      if (renewed?.fence === lease.fence) {
        ({ expiresAtMs } = renewed);
        return;
      }
      if (renewed !== null) await store.release(renewed);
      throw new LeaseLostError(name);
    },
    release: () => store.release(lease),
  };
}
