import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { openStore } from "../../src/adapters/sqlite/store.ts";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import { parseExplainInput } from "../../src/detect/explain/explain-input.ts";
import { recordEntries } from "../../src/detect/incidents/record-entries.ts";
import type { ReadingRules } from "../../src/domain/reading-rules.ts";
import type { Store } from "../../src/domain/store.ts";
import { knownOfPage } from "../../src/jobs/known-of-page.ts";
import { refreshIdentities } from "../../src/jobs/refresh-identities.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const fixtures = join(import.meta.dirname, "..", "fixtures", "stores");
const clock = { nowMs: () => 1_795_158_900_000, sleep: async () => undefined };
const rules: ReadingRules = {
  environment: "prod",
  serviceLabels: ["service_name"],
  aliases: {},
  own: {},
  levers: null,
};
const entries = parseExplainInput(readFileSync(join(fixtures, "seen-since.ndjson"), "utf8"), "entries");
const bugs = entries.length / 2;

/** As the version before this one left it: eight incidents of one entry each. */
async function openEarlier(): Promise<Store> {
  const path = join(temporaryFolder(), "autopilot.sqlite");
  const db = new DatabaseSync(path);
  db.exec(readFileSync(join(fixtures, "fingerprints-1.sql"), "utf8"));
  db.close();
  return openStore({ path, clock });
}

const refresh = (store: Store, readingDigest: string, by: ReadingRules = rules) =>
  refreshIdentities({ store, clock, holder: "me", polls: [{ rules: by }], rules: { readingDigest } } as never);

async function record(store: Store, by: ReadingRules = rules): Promise<void> {
  const errors = createEntryReader(by).read(entries);
  const known = await knownOfPage(errors, store);
  const { change } = recordEntries({
    errors,
    known,
    environment: "prod",
    checkpointNs: null,
    nowMs: clock.nowMs(),
    traceForgetMs: 1,
  });
  expect(await store.commit(change, null)).toBe("done");
}

const countsOf = async (store: Store) =>
  (await store.incidents({ limit: 100 })).map(({ id, counts }) => [id, counts["prod"]]).sort();

describe("a state file of the version before", () => {
  it("goes on with the same incidents: nothing new, nothing counted again", async () => {
    const store = await openEarlier();
    const before = await countsOf(store);
    expect(before).toHaveLength(bugs);
    expect(await refresh(store, "rule 2")).toBe(bugs);
    await record(store);
    // Half of the entries were counted by the version before.
    expect(await countsOf(store)).toEqual(before.map(([id]) => [id, 2]));
    const [incident] = await store.incidents({ limit: 1 });
    expect(incident?.fingerprints.map((fingerprint) => fingerprint.slice(0, 3))).toEqual(["v1-", "v2-"]);
    await store.close();
  });

  it("would begin every bug anew without it", async () => {
    const store = await openEarlier();
    await record(store);
    expect(await countsOf(store)).toHaveLength(2 * bugs);
    await store.close();
  });

  it("is read again once, and once more when the service map reads otherwise", async () => {
    const store = await openEarlier();
    expect(await refresh(store, "one")).toBe(bugs);
    expect(await refresh(store, "one")).toBe(0);
    const edited = { ...rules, own: { orders: ["com.acme.orders.OrderController"] } };
    expect(await refresh(store, "two", edited)).toBe(1);
    await record(store, edited);
    expect(await countsOf(store)).toHaveLength(bugs);
    await store.close();
  });

  it("is done with although it was interrupted in the middle", async () => {
    const store = await openEarlier();
    let commits = 0;
    const dying: Store = {
      ...store,
      commit: async (change, lease) => {
        if (++commits === 2) throw new Error("killed");
        return store.commit(change, lease);
      },
    };
    await expect(refresh(dying, "one")).rejects.toThrow("killed");
    expect(await store.readingDigest()).toBeNull();
    await store.release({ name: "identities", holder: "me", fence: 1n, expiresAtMs: 0 });
    expect(await refresh(store, "one")).toBe(0);
    expect(await store.readingDigest()).toBe("one");
    await record(store);
    expect(await countsOf(store)).toHaveLength(bugs);
    await store.close();
  });
});
