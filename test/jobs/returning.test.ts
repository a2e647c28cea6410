import { join } from "node:path";
import { expect, it } from "vitest";
import { openStore } from "../../src/adapters/sqlite/store.ts";
import type { Incident } from "../../src/domain/incident.ts";
import { redact } from "../../src/domain/redact.ts";
import type { Change } from "../../src/domain/store.ts";
import { returning } from "../../src/jobs/returning.ts";
import { incidentNamed, sampleOf, startMs } from "../support/incidents.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { createTestClock } from "../support/test-clock.ts";

const minuteMs = 60_000;

/** The symptom was marked at `startMs`; its newest traces are of the given minutes after. */
interface Case {
  readonly minutes?: readonly number[];
  readonly rounds?: number;
  /** Traces that the cause is known in, by the symptom's minute. */
  readonly sharedSample?: number;
  readonly sharedRecorded?: number;
}

const at = (minute: number) => ({
  ...sampleOf(`minute-${minute}`),
  timestampNs: BigInt(startMs + minute * minuteMs) * 1_000_000n,
});

async function isBack({ minutes = [11, 12, 13], rounds = 0, sharedSample, sharedRecorded }: Case): Promise<boolean> {
  const clock = createTestClock(startMs + 1_000 * minuteMs);
  const store = await openStore({ path: join(temporaryFolder(), "state.sqlite"), clock });
  const lastSeenNs = at(Math.max(...minutes)).timestampNs;
  const cause = incidentNamed("cause", {
    version: 0,
    state: "reported",
    // It goes on all the while.
    lastSeenNs,
    samples: sharedSample === undefined ? [at(500)] : [at(sharedSample)],
  });
  const symptom: Incident = incidentNamed("symptom", {
    version: 0,
    state: "symptom",
    causedBy: cause.id,
    rounds,
    lastSeenNs,
    samples: minutes.map(at),
  });
  const change: Change = {
    incidents: [cause, symptom],
    traces:
      sharedRecorded === undefined
        ? []
        : [{ traceId: `minute-${sharedRecorded}`, incident: cause.id, forgetAtMs: Number.MAX_SAFE_INTEGER }],
    audit: [
      { atMs: startMs, actor: "brain", action: "incident.symptom", subject: symptom.id, result: redact("caused") },
    ],
  };
  try {
    expect(await store.commit(change, null)).toBe("done");
    return (await returning({ store, clock }, [symptom])).length === 1;
  } finally {
    await store.close();
  }
}

it.each<[string, Case, boolean]>([
  ["three traces without its cause", {}, true],
  ["three of many", { minutes: [-9, 1, 11, 12, 13] }, true],
  ["only two traces", { minutes: [12, 13] }, false],
  ["one of the three from before it was marked", { minutes: [-1, 12, 13] }, false],
  ["one of the three from soon after", { minutes: [9, 12, 13] }, false],
  ["a cause that has a sample of one of them", { sharedSample: 12 }, false],
  ["a cause that was recorded in one of them", { sharedRecorded: 11 }, false],
  ["a cause in an older trace", { minutes: [1, 11, 12, 13], sharedSample: 1, sharedRecorded: 1 }, true],
  // An investigation has already said once that it is a symptom.
  ["as much time as before, after an investigation", { rounds: 1 }, false],
  ["twice the time, after an investigation", { rounds: 1, minutes: [21, 22, 23] }, true],
  ["eight times the time, after three", { rounds: 3, minutes: [79, 81, 82] }, false],
])("brings a symptom back after %s: %j → %s", async (_what, seen, expected) => {
  expect(await isBack(seen)).toBe(expected);
});

it("brings back what outlives its cause by ten minutes, whatever its traces", async () => {
  const clock = createTestClock(startMs);
  const store = await openStore({ path: join(temporaryFolder(), "state.sqlite"), clock });
  try {
    const cause = incidentNamed("cause", { version: 0 });
    const later = (minutes: number) =>
      incidentNamed("symptom", {
        state: "symptom",
        causedBy: cause.id,
        lastSeenNs: cause.lastSeenNs + BigInt(minutes * minuteMs) * 1_000_000n,
        samples: [],
      });
    await store.commit({ incidents: [cause] }, null);
    expect(await returning({ store, clock }, [later(10)])).toEqual([]);
    expect(await returning({ store, clock }, [later(11)])).toMatchObject([{ state: "new", causedBy: null }]);
  } finally {
    await store.close();
  }
});
