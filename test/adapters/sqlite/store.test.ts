import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { openStore } from "../../../src/adapters/sqlite/store.ts";
import type { Store } from "../../../src/domain/store.ts";
import { storeContract } from "../../contract/store-contract.ts";
import { sampleAuditLine } from "../../support/domain-samples.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { createTestClock } from "../../support/test-clock.ts";

storeContract("sqlite", async () => {
  const folder = mkdtempSync(join(tmpdir(), "error-autopilot-"));
  const clock = createTestClock();
  const stores: Store[] = [];
  const second = async (): Promise<Store> => {
    const store = await openStore({ path: join(folder, "state.sqlite"), clock });
    stores.push(store);
    return store;
  };
  return {
    store: await second(),
    clock,
    second,
    close: async () => {
      for (const store of stores) await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});

it("keeps the audit log append-only against any SQL", async () => {
  const path = join(temporaryFolder(), "state.sqlite");
  const store = await openStore({ path, clock: createTestClock() });
  await store.commit({ audit: [sampleAuditLine()] }, null);
  const handle = new DatabaseSync(path);
  expect(() => handle.exec("UPDATE audit SET json = '{}'")).toThrow(/append-only/);
  expect(() => handle.exec("DELETE FROM audit")).toThrow(/kept until its retention ends/);
  handle.close();
  expect(await store.audit({ sinceMs: 0, limit: 10 })).toEqual([sampleAuditLine()]);
  await store.close();
});
