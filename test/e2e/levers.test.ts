import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { editServiceMap } from "../support/edit-service-map.ts";
import { inWorld, issueTitles, minuteMs, startMs } from "../support/in-world.ts";
import { pushFailureOf, type SmallWorld } from "../support/small-world.ts";
import { startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

const world = { hasModel: false, hasFailures: false } as const;
const dayMs = 24 * 60 * minuteMs;

function push(to: SmallWorld, fromMs: number, times: number, kind = "Disk"): void {
  for (let time = 0; time < times; time++)
    pushFailureOf(to.loki, { kind, service: "orders", atMs: fromMs + time * 1_000 });
}

describe("a threshold", () => {
  it("keeps an incident waiting, counted, until it is reached once, whenever somebody looks", () =>
    inWorld({ ...world, extra: "" }, async (small) => {
      editServiceMap(small, "mode: issue", "mode: issue\n    threshold: { entries: 5, within: 10m, age: 2h }");
      push(small, startMs - 20 * minuteMs, 3);
      const first = await worker.run(small, startMs);
      expect(issueTitles(small)).toEqual([]);
      expect(first.openOrders).toEqual([]);
      expect(first.incidents).toMatchObject([
        {
          state: "new",
          rounds: 0,
          counts: { dev: 3 },
          note: "Waits for its threshold: 5 entries within 10 min, or 2 h from its first entry to its last.",
        },
      ]);
      // Asked again, nothing is decided anew.
      const again = await worker.run(small, startMs + minuteMs);
      expect(again.incidents[0]?.version).toBe(first.incidents[0]?.version);

      // Five in all, but never five within ten minutes.
      push(small, startMs + minuteMs, 2);
      await worker.run(small, startMs + 5 * minuteMs);
      expect(issueTitles(small)).toEqual([]);

      push(small, startMs + 6 * minuteMs, 3);
      const reached = await worker.run(small, startMs + 60 * minuteMs);
      expect(issueTitles(small)).toHaveLength(1);
      expect(reached.incidents).toMatchObject([{ state: "reported", note: null, counts: { dev: 8 } }]);
      await worker.run(small, startMs + 61 * minuteMs);
      expect(issueTitles(small)).toHaveLength(1);
    }));

  it("is reached by what goes on for long enough", () =>
    inWorld(world, async (small) => {
      editServiceMap(small, "mode: issue", "mode: issue\n    threshold: { age: 30m }");
      push(small, startMs - 50 * minuteMs, 1);
      await worker.run(small, startMs);
      expect(issueTitles(small)).toEqual([]);
      push(small, startMs - 15 * minuteMs, 1);
      await worker.run(small, startMs + minuteMs);
      expect(issueTitles(small)).toEqual([]);
      push(small, startMs + minuteMs, 1);
      await worker.run(small, startMs + 5 * minuteMs);
      expect(issueTitles(small)).toHaveLength(1);
    }));
});

describe("an ignore rule", () => {
  const rule = 'ignore: [{ because: "disks are replaced", until: 2026-03-02, type: DiskError }]';

  it("counts and does not tell, until it ends", () =>
    inWorld({ ...world, extra: rule }, async (small) => {
      push(small, startMs - 20 * minuteMs, 3);
      push(small, startMs - 20 * minuteMs, 1, "Price");
      const first = await worker.run(small, startMs);
      expect(issueTitles(small)).toHaveLength(1);
      expect(first.coverage.at(-1)).toMatchObject({ errors: 4, ignored: 3 });
      expect(first.summary.incidents.map(({ change }) => change).sort()).toEqual(["ignored", "new"]);
      const ignored = first.incidents.find(({ ignoredBecause }) => ignoredBecause !== null);
      expect(ignored).toMatchObject({ state: "muted", counts: { dev: 3 }, ignoredBecause: "disks are replaced" });

      // The third of March: the rule has ended, and what fails now is told.
      small.setNowMs(startMs + 2 * dayMs);
      push(small, startMs + 2 * dayMs - 10 * minuteMs, 2);
      const later = await worker.run(small, startMs + 2 * dayMs);
      expect(issueTitles(small)).toHaveLength(2);
      expect(later.incidents.find(({ id }) => id === ignored?.id)).toMatchObject({ counts: { dev: 3 } });
    }));

  it("mutes what waits already when it is written, and gives it back when it is taken out", () =>
    inWorld(world, async (small) => {
      editServiceMap(small, "mode: issue", "mode: issue\n    threshold: { entries: 100, within: 10m }");
      push(small, startMs - 20 * minuteMs, 3);
      const first = await worker.run(small, startMs);
      expect(first.incidents).toMatchObject([{ state: "new" }]);
      editServiceMap(small, "github:", `${rule}\ngithub:`);
      editServiceMap(small, "threshold: { entries: 100, within: 10m }", "threshold: { entries: 1 }");
      push(small, startMs, 2);
      const muted = await worker.run(small, startMs + 2 * minuteMs);
      expect(issueTitles(small)).toEqual([]);
      expect(muted.incidents).toMatchObject([
        { state: "muted", ignoredBecause: "disks are replaced", counts: { dev: 5 } },
      ]);
      editServiceMap(small, `${rule}\n`, "");
      const back = await worker.run(small, startMs + 3 * minuteMs);
      expect(issueTitles(small)).toHaveLength(1);
      expect(back.incidents).toMatchObject([{ state: "reported", ignoredBecause: null, counts: { dev: 5 } }]);
    }));
});
