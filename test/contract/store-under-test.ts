import type { Coverage, Scope } from "../../src/domain/coverage.ts";
import type { Store } from "../../src/domain/store.ts";
import type { TestClock } from "../support/test-clock.ts";

export interface StoreUnderTest {
  readonly store: Store;
  readonly clock: TestClock;
  /** The same memory, as another process sees it. */
  second(): Promise<Store>;
  close(): Promise<void>;
}

export const scope: Scope = { environment: "dev", query: '{app="orders"} |= "error"' };

export function sampleCoverage(fromNs: bigint, toNs: bigint, environment = "dev"): Coverage {
  return {
    scope: { ...scope, environment },
    window: { fromNs, toNs },
    readAtMs: 1,
    pages: 1,
    entries: 2,
    errors: 1,
    late: 0,
    duplicates: 0,
    ignored: 0,
    gap: null,
    closed: null,
  };
}
