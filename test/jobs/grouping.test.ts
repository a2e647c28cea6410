import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openStore } from "../../src/adapters/sqlite/store.ts";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import type { ReadErrorEntry } from "../../src/detect/entries/read-entry.ts";
import { explain } from "../../src/detect/explain/explain.ts";
import { recordEntries } from "../../src/detect/incidents/record-entries.ts";
import { resolveIncidents } from "../../src/detect/incidents/resolve-incidents.ts";
import type { LogEntry } from "../../src/domain/log-entry.ts";
import type { Store } from "../../src/domain/store.ts";
import { knownOfPage } from "../../src/jobs/known-of-page.ts";
import { logEntry, rules } from "../detect/log-entries.ts";
import { readFamilies } from "../support/identity/message-families.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const clock = { nowMs: () => 1_000, sleep: async () => undefined };
const baseNs = 1_795_158_780_000_000_000n;
const labels = { service_name: "shop", level: "error" };

const openNew = (): Promise<Store> => openStore({ path: join(temporaryFolder(), "autopilot.sqlite"), clock });

/** One poll's page. */
async function record(store: Store, entries: readonly LogEntry[]): Promise<void> {
  const errors = createEntryReader(rules).read(entries);
  const known = await knownOfPage(errors, store);
  const recorded = recordEntries({
    errors,
    known,
    environment: "dev",
    checkpointNs: null,
    nowMs: 1_000,
    traceForgetMs: 1_000,
  });
  expect(await store.commit(recorded.change, null)).toBe("done");
}

/** Which entries the store takes for one incident: the next of each kind would be counted there. */
async function partitionOf(store: Store, entries: readonly LogEntry[]): Promise<readonly (readonly string[])[]> {
  const incidentOf = new Map<string, string[]>();
  for (const error of createEntryReader(rules).read(entries)) {
    const { before } = await placeOf(store, error);
    const key = before?.id ?? "nobody";
    incidentOf.set(key, [...(incidentOf.get(key) ?? []), error.entry.line]);
  }
  return sorted([...incidentOf.values()]);
}

/** Of another entry that says the same. */
async function placeOf(store: Store, { fingerprint, identity, entry }: ReadErrorEntry) {
  const next = { fingerprint, identity, traceId: null, entry: { ...entry, id: `again ${entry.id}` } } as ReadErrorEntry;
  return resolveIncidents([next], await knownOfPage([next], store)).placeOf(fingerprint);
}

function sorted(groups: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return groups.map((group) => group.toSorted()).toSorted((a, b) => ((a[0] ?? "") < (b[0] ?? "") ? -1 : 1));
}

function explained(entries: readonly LogEntry[]): readonly (readonly string[])[] {
  const rows = explain(entries, rules, () => null).map(({ group }, at) => ({ group, line: entries[at]?.line ?? "" }));
  return sorted([...Map.groupBy(rows, (row) => row.group).values()].map((group) => group.map((row) => row.line)));
}

const errorsOf = (messages: readonly string[]): readonly LogEntry[] =>
  messages.map((message, at) => logEntry(message, { labels, timestampNs: baseNs + BigInt(at) }));

/** Java's stack of one bug, cut off behind so many own frames. */
function stack(frames: readonly string[], type = "java.lang.IllegalStateException"): string {
  return [`${type}: order 17`, ...frames.map((frame) => `\tat com.acme.${frame}(X.java:1)`)].join("\n");
}

const dense = ["anna", "bert", "carla", "diego"].flatMap((name) =>
  ["Lisbon", "Porto", "Braga"].map((city) => `Courier ${name} cannot reach ${city} before morning`),
);
/** Wraps another bug's; a length limit may cut its cause off. */
const wrapper = stack(["Payment.charge", "Web.post"], "com.acme.PaymentFailed");
const messages = [
  ...readFamilies("seen.txt")
    .filter(({ name }) => /word|city|user|member-name|could-not|korean-particle/.test(name))
    .flatMap((family) => family.messages),
  ...dense,
  ...["Cart.total", "Stock.take"].map((site) => stack([site, "Checkout.place"])),
  stack(["Cart.total"]),
  stack(["Check.notNull", "Cart.add", "Checkout.place"]),
  stack(["Check.notNull", "Stock.add", "Checkout.place"]),
  `${wrapper}\nCaused by: ${stack(["Ledger.book", "Payment.charge"])}\n\t... 2 more`,
  wrapper.slice(0, -"va:1)".length),
];

describe("what is one incident", () => {
  const all = errorsOf(messages);
  const whole = explained(all);

  it("has every bug once, and a cut stack trace with the whole one", () => {
    expect(whole.find((group) => group.some((line) => line.includes("Lisbon")))).toHaveLength(dense.length);
    expect(whole.filter((group) => group.every((line) => line.startsWith("java.lang")))).toHaveLength(4);
    expect(whole.find((group) => group.includes("User alice not found"))).toHaveLength(6);
    expect(whole.filter((group) => group.some((line) => line.startsWith("com.acme.PaymentFailed")))).toHaveLength(1);
    for (const word of ["open", "close", "read"]) {
      expect(whole.find((group) => group.some((line) => line.startsWith(`could not ${word} `)))?.length).toBeLessThan(
        4,
      );
    }
  });

  it("depends on no order of the entries, and on no cut into polls", { timeout: 60_000 }, async () => {
    const shuffled = fc.shuffledSubarray([...all], { minLength: all.length, maxLength: all.length });
    const cuts = fc.array(fc.integer({ min: 1, max: all.length - 1 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(shuffled, cuts, async (entries, at) => {
        const store = await openNew();
        const ends = [...new Set(at), entries.length].sort((a, b) => a - b);
        for (const [index, end] of ends.entries()) await record(store, entries.slice(ends[index - 1] ?? 0, end));
        const partition = await partitionOf(store, entries);
        const incidents = await store.incidents({ limit: 1_000 });
        await store.close();
        expect(partition).toEqual(whole);
        const counts = incidents.map(({ counts: its }) => its["dev"] ?? 0).filter((count) => count > 0);
        expect(counts.toSorted()).toEqual(partition.map((group) => group.length).toSorted());
        expect(incidents.filter(({ state }) => state === "new")).toHaveLength(partition.length);
      }),
      { numRuns: 12 },
    );
  });

  it("is shown by explain the same for every order", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...all], { minLength: all.length, maxLength: all.length }), (entries) => {
        expect(explained(entries)).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });
});
