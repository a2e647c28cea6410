import type { Change, Store } from "../../src/domain/store.ts";
import { sampleAuditLine, sampleEntryId, sampleIncident, sampleOrder } from "./domain-samples.ts";

export const entriesPerChange = 300;

const scope = { environment: "dev", query: "{}" };
const fingerprint = "v1-aaaaaaaaaaaaaaaaaaaaaaaa";

/** The change with that number: a bit of everything that must become visible together. */
export function numberedChange(number: number): Change {
  return {
    seen: Array.from({ length: entriesPerChange }, (_, index) => seenEntry(number * entriesPerChange + index)),
    counts: [{ fingerprint, environment: "dev", minuteMs: number * 60_000, add: entriesPerChange }],
    ...(number > 0 ? {} : { incidents: [sampleIncident()], aliases: [{ fingerprint, incident: sampleIncident().id }] }),
    orders: [sampleOrder({ id: `order-${number}` })],
    audit: [sampleAuditLine({ subject: `change-${number}` })],
    checkpoint: { scope, untilNs: BigInt(number) },
  };
}

/** How many numbered changes each part of the store holds: the same everywhere, unless a change was torn. */
export async function countNumberedChanges(store: Store): Promise<Readonly<Record<string, number>>> {
  const audit = await store.audit({ sinceMs: 0, limit: 1_000_000 });
  const entries = Array.from({ length: (audit.length + 1) * entriesPerChange }, (_, index) => seenEntry(index));
  return {
    audit: audit.length,
    seen: (await store.known(entries, [], [])).seen.size / entriesPerChange,
    counts: ((await store.incidentOf(fingerprint))?.counts["dev"] ?? 0) / entriesPerChange,
    orders: (await store.openOrders()).length,
    checkpoint: Number((await store.latestCheckpoint(scope.environment))?.untilNs ?? -1n) + 1,
  };
}

function seenEntry(number: number): { readonly id: string; readonly timestampNs: bigint } {
  return { id: sampleEntryId(number), timestampNs: BigInt(number) };
}
