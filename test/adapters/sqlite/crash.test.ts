import { copyFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { openStore } from "../../../src/adapters/sqlite/store.ts";
import { startLineChild } from "../../support/line-child.ts";
import { countNumberedChanges } from "../../support/numbered-change.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { createTestClock } from "../../support/test-clock.ts";

const child = join(import.meta.dirname, "commit-on.child.ts");

it("holds all of a change or nothing of it when its process is killed among many commits", async () => {
  const path = join(temporaryFolder(), "state.sqlite");
  let next = 0;
  // Killed while it works on the change after the last one it told of: sooner, later, before and after a checkpoint of the log.
  for (const commits of [1, 3, 17, 40, 2]) {
    const committing = startLineChild(process.execPath, [child, path, String(next)]);
    let acknowledged = next - 1;
    while (acknowledged < next + commits - 1) acknowledged = Number(await committing.nextLine());
    committing.process.kill("SIGKILL");
    expect(await committing.ended).toBe("SIGKILL");

    const store = await openStore({ path, clock: createTestClock() });
    const { audit, ...others } = await countNumberedChanges(store);
    await store.close();
    if (audit === undefined) throw new Error("no count");
    expect(audit).toBeGreaterThanOrEqual(acknowledged + 1);
    expect(others).toEqual({ seen: audit, counts: audit, orders: audit, checkpoint: audit });
    expect(quickCheck(path)).toBe("ok");
    next = audit;
  }
});

it("holds all of a change or nothing of it wherever its log was cut, as a power failure may", async () => {
  const path = join(temporaryFolder(), "state.sqlite");
  const committing = startLineChild(process.execPath, [child, path, "0"]);
  for (let number = 0; number < 5; number++) await committing.nextLine();
  committing.process.kill("SIGKILL");
  await committing.ended;

  const logBytes = statSync(`${path}-wal`).size;
  const found = new Set<number>();
  for (const keptBytes of [logBytes, logBytes - 1, logBytes - 5_000, logBytes / 2, logBytes / 3, 5_000]) {
    const left = join(temporaryFolder(), "state.sqlite");
    for (const suffix of ["", "-wal"]) copyFileSync(path + suffix, left + suffix);
    truncateSync(`${left}-wal`, Math.floor(keptBytes));
    const store = await openStore({ path: left, clock: createTestClock() });
    const { audit, ...others } = await countNumberedChanges(store);
    await store.close();
    expect(new Set(Object.values(others))).toEqual(new Set([audit]));
    expect(quickCheck(left)).toBe("ok");
    found.add(audit ?? -1);
  }
  expect(Math.max(...found)).toBeGreaterThanOrEqual(5);
  expect(found.size).toBeGreaterThan(2);
});

function quickCheck(path: string): unknown {
  const handle = new DatabaseSync(path, { readOnly: true });
  try {
    return handle.prepare("PRAGMA quick_check").get()?.["quick_check"];
  } finally {
    handle.close();
  }
}
