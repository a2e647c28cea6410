import { join } from "node:path";
import { expect, it } from "vitest";
import { openJobQueue } from "../../../src/adapters/sqlite/job-queue.ts";
import { openStore } from "../../../src/adapters/sqlite/store.ts";
import { sampleFindings, sampleIncident, sampleOrder } from "../../support/domain-samples.ts";
import { startLineChild } from "../../support/line-child.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { createTestClock } from "../../support/test-clock.ts";

it("lets processes make the file at once and commit beside each other, losing and doubling nothing", async () => {
  const path = join(temporaryFolder(), "state.sqlite");
  const child = join(import.meta.dirname, "commit-beside.child.ts");
  const processes = [0, 1, 2].map(() => startLineChild(process.execPath, [child, path, "60"]));
  expect(await Promise.all(processes.map(({ ended }) => ended))).toEqual([0, 0, 0]);

  const store = await openStore({ path, clock: createTestClock() });
  expect(await store.incident(sampleIncident().id)).toMatchObject({ version: 180, rounds: 180, counts: { dev: 180 } });
  expect(await store.audit({ sinceMs: 0, limit: 1_000 })).toHaveLength(180);
  await store.close();
});

it("goes on with a job whose process was killed, from what that one had saved", async () => {
  const path = join(temporaryFolder(), "state.sqlite");
  const leaseMs = 30_000;
  const clock = createTestClock();
  const queue = await openJobQueue({ path, clock, holder: "here", leaseMs });
  await queue.offer(sampleOrder({ id: "a" }));
  const killed = startLineChild(process.execPath, [
    join(import.meta.dirname, "hang-at-work.child.ts"),
    path,
    String(clock.nowMs()),
  ]);
  expect(await killed.nextLine()).toBe("saved");
  killed.process.kill("SIGKILL");
  await killed.ended;

  const attempts: unknown[] = [];
  const workOff = () =>
    queue.work(
      async (attempt) => {
        attempts.push([attempt.number, (await attempt.saved()).map(({ resultJson }) => resultJson)]);
        return { kind: "found", findings: sampleFindings("a") };
      },
      { concurrency: 1, urgentSlots: 0, until: "empty", signal: new AbortController().signal },
    );
  await workOff();
  expect(attempts).toEqual([]);
  clock.set(clock.nowMs() + leaseMs);
  await workOff();
  expect(attempts).toEqual([[2, ['"paid for"']]]);
  await queue.close();
});
