import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { commitChange } from "../../../src/adapters/sqlite/commit.ts";
import { openDatabase } from "../../../src/adapters/sqlite/open.ts";
import { openStore } from "../../../src/adapters/sqlite/store.ts";
import { StoreUnavailableError } from "../../../src/domain/store.ts";
import { startLineChild } from "../../support/line-child.ts";
import { countNumberedChanges, numberedChange } from "../../support/numbered-change.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { createTestClock } from "../../support/test-clock.ts";

/** Of util-linux. */
const prlimit = "prlimit";

it("stores nothing of a change for which the disk has no room, and goes on when it has", async () => {
  const path = join(temporaryFolder(), "state.sqlite");
  const db = openDatabase({ path, clock: createTestClock() });
  const pages = db.get<{ page_count: number }>("PRAGMA page_count")?.page_count ?? 0;
  db.get(`PRAGMA max_page_count = ${pages + 30}`);
  let number = 0;
  expect(() => {
    for (; ; number++) commitChange(db, numberedChange(number), null);
  }).toThrow(StoreUnavailableError);
  expect(() => commitChange(db, numberedChange(number), null)).toThrow(/the disk is full/);
  expect(number).toBeGreaterThan(0);

  const reader = await openStore({ path, clock: createTestClock() });
  const whole = (count: number) => ({ audit: count, seen: count, counts: count, orders: count, checkpoint: count });
  expect(await countNumberedChanges(reader)).toEqual(whole(number));
  db.get("PRAGMA max_page_count = 1000000");
  expect(commitChange(db, numberedChange(number), null)).toBe("done");
  expect(await countNumberedChanges(reader)).toEqual(whole(number + 1));
  await reader.close();
  db.close();
});

// A limit on the size of its files makes the system refuse a process's writes, as a full disk or a quota does, whoever runs the test.
it("survives a write that the system refuses in the middle of a commit", async () => {
  const path = join(temporaryFolder(), "state.sqlite");
  const child = join(import.meta.dirname, "commit-on.child.ts");
  const limited = startLineChild(prlimit, ["--fsize=700000:unlimited", process.execPath, child, path, "0"]);
  let acknowledged = -1;
  let line = await limited.nextLine();
  for (; !line.startsWith("{"); line = await limited.nextLine()) acknowledged = Number(line);
  const failure = JSON.parse(line);
  expect(failure).toMatchObject({ name: "StoreUnavailableError", isRetryable: true, ofFailed: 0 });
  expect(failure.committed).toBe(acknowledged + 1);
  expect(acknowledged).toBeGreaterThan(0);

  execFileSync(prlimit, ["--pid", String(limited.process.pid), "--fsize=unlimited:unlimited"]);
  limited.process.stdin?.write("go on\n");
  expect(await limited.nextLine()).toBe(String(acknowledged + 1));
  limited.process.kill("SIGKILL");
  await limited.ended;
  const store = await openStore({ path, clock: createTestClock() });
  const { audit, ...others } = await countNumberedChanges(store);
  expect(audit).toBeGreaterThanOrEqual(acknowledged + 2);
  expect(new Set(Object.values(others))).toEqual(new Set([audit]));
  await store.close();
});
