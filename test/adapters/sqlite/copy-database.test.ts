import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { copyDatabase } from "../../../src/adapters/sqlite/copy-database.ts";
import { openStore } from "../../../src/adapters/sqlite/store.ts";
import { StoreCorruptError, StoreUnavailableError } from "../../../src/domain/store.ts";
import { countNumberedChanges, numberedChange } from "../../support/numbered-change.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { createTestClock } from "../../support/test-clock.ts";

const clock = createTestClock();

it("copies the state while another has it open, and what is done to the copy changes nothing here", async () => {
  const path = join(temporaryFolder(), "state.sqlite");
  const store = await openStore({ path, clock });
  await store.commit(numberedChange(0), null);
  await store.lease("poll:dev", "somebody", 60_000);
  const copied = join(temporaryFolder(), "copy.sqlite");
  await copyDatabase(path, copied);

  const copy = await openStore({ path: copied, clock });
  const before = await countNumberedChanges(store);
  // An order that is under way is worked on and paid for here.
  expect(before["orders"]).toBe(1);
  expect(await countNumberedChanges(copy)).toEqual({ ...before, orders: 0 });
  await copy.commit(numberedChange(1), null);
  expect(await countNumberedChanges(store)).toEqual(before);
  // Whoever holds a lease holds it here, not in a copy that it does not know of.
  expect(await copy.lease("poll:dev", "dry-run", 60_000)).not.toBeNull();
  expect(await store.lease("poll:dev", "dry-run", 60_000)).toBeNull();
  await copy.close();
  await store.close();
});

it("copies nothing that is not ours", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "notes.txt");
  writeFileSync(path, "a text of some length, ".repeat(50));
  await expect(copyDatabase(path, join(folder, "copy.sqlite"))).rejects.toThrow(StoreCorruptError);
  expect(readFileSync(path, "utf8")).toBe("a text of some length, ".repeat(50));
  const missing = join(folder, "missing", "state.sqlite");
  await expect(copyDatabase(missing, join(folder, "copy.sqlite"))).rejects.toThrow(StoreUnavailableError);
});
