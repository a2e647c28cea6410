import { expect, it } from "vitest";
import { openStore } from "../../src/adapters/sqlite/store.ts";
import { askAgain } from "../../src/jobs/handles/handles.ts";
import { likelySame } from "../../src/jobs/likely-same.ts";
import { incidentNamed, startMs } from "../support/incidents.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { createTestClock } from "../support/test-clock.ts";

it("whoever says that an incident is another bug than the issue it is told in has it investigated for itself, and never compared with that again", async () => {
  const store = await openStore({ path: `${temporaryFolder()}/state.sqlite`, clock: createTestClock() });
  const issue = {
    repository: "company/orders",
    number: 7,
    url: "https://github.com/company/orders/issues/7",
    reportedUntilNs: 0n,
    reportedCount: 1,
    recurrenceComment: null,
    recurrenceAtMs: 0,
  } as const;
  const other = incidentNamed("other", { version: 0, state: "reported", issue });
  const told = incidentNamed("told", { version: 0, state: "reported", issue, sameAs: other.id });
  await store.commit({ incidents: [other, told] }, null);

  const queue = { pause: async () => undefined, resume: async () => undefined };
  const outcome = await askAgain({ store, queue, nowMs: startMs, by: "somebody" }, told.id);
  expect(outcome.kind).toBe("done");
  const [after, before] = [await store.incident(told.id), await store.incident(other.id)];
  expect(after).toMatchObject({ state: "new", issue: null, sameAs: null, notSameAs: [other.id], rounds: 1 });
  expect(before).toMatchObject({ state: "reported", issue: { number: 7 } });
  if (after === null || before === null) throw new Error("gone");
  expect(likelySame(after, "company/orders", [before])).toEqual([]);
  expect(likelySame({ ...after, notSameAs: [] }, "company/orders", [before])).toHaveLength(1);
  const [line] = await store.audit({ sinceMs: 0, limit: 1, subject: told.id });
  expect(line).toMatchObject({ actor: "somebody", action: "incident.retry" });
  await store.close();
});
