import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { applicationId, migrations } from "../../../src/adapters/sqlite/migrations.ts";
import { openStore } from "../../../src/adapters/sqlite/store.ts";
import { encode } from "../../../src/domain/codec.ts";
import { sampleCoverage } from "../../contract/store-under-test.ts";
import { sampleIncident } from "../../support/domain-samples.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { createTestClock } from "../../support/test-clock.ts";

it("a ledger of the first version says of no window that it closed anything", async () => {
  const path = join(temporaryFolder(), "state.sqlite");
  const file = new DatabaseSync(path);
  file.exec(migrations[0] ?? "");
  file.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = 1`);
  const { closed, ...before } = sampleCoverage(1_800_000_000_000_000_001n, 1_800_000_000_000_000_009n);
  file
    .prepare("INSERT INTO coverage (environment, from_ns, to_ns, read_at_ms, json) VALUES ('dev', 1, 9, 1, ?)")
    .run(encode(before));
  file.close();

  const store = await openStore({ path, clock: createTestClock() });
  expect(await store.coverage({ limit: 10 })).toEqual([{ ...before, closed }]);
  expect(await store.closedUntilNs("dev")).toBeNull();
  expect(await store.dueForRecount("dev", Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
  await store.close();
});

it("an incident keeps its samples when they move to a table of their own", async () => {
  const path = join(temporaryFolder(), "state.sqlite");
  const file = new DatabaseSync(path);
  const before = migrations.findIndex((each) => each.includes("CREATE TABLE incident_samples"));
  for (const migration of migrations.slice(0, before)) file.exec(migration);
  file.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${before}`);
  const { version: _none, counts: _summed, ...stored } = sampleIncident();
  file
    .prepare("INSERT INTO incident (id, version, state, last_seen_ns, json) VALUES (?, 3, ?, ?, ?)")
    .run(stored.id, stored.state, stored.lastSeenNs, encode(stored));
  file.close();

  const store = await openStore({ path, clock: createTestClock() });
  expect(await store.incident(stored.id)).toEqual({ ...stored, version: 3, counts: {} });
  await store.close();
});
