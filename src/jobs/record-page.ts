import type { ReadErrorEntry } from "../detect/entries/read-entry.ts";
import type { Recorded, RecordedIncident } from "../detect/incidents/record-entries.ts";
import type { Clock } from "../domain/clock.ts";
import type { Incident } from "../domain/incident.ts";
import type { Environment } from "../domain/names.ts";
import type { Change, Store } from "../domain/store.ts";
import { type HeldLease, LeaseLostError } from "./held-lease.ts";
import { knownOfPage } from "./known-of-page.ts";

const traceForgetMs = 14 * 86_400_000;
/** Another process may move an incident between our read and our commit; each try reads it again. */
const staleTriesMax = 10;

const nothingRecorded: Recorded = {
  change: { seen: [], counts: [], aliases: [], traces: [], incidents: [], variants: [], merges: [] },
  touched: [],
  late: 0,
  duplicates: 0,
  ignored: 0,
};

export interface IncidentChange {
  readonly incident: Incident;
  readonly change: RecordedIncident["change"];
  readonly added: number;
}

/** A page could not be recorded, for other processes changed the same incidents between each read and commit. */
class PageUnsettledError extends Error {
  override readonly name = "PageUnsettledError";
  readonly isRetryable = true;
  constructor(environment: Environment) {
    super(
      `What was read from ${environment} could not be recorded: others changed the same incidents ${staleTriesMax} times in between. The next poll reads it again.`,
    );
  }
}

/**
 * Commits a page with all its consequences: what of it is new, the incidents that grew, and what the caller adds. What was recorded before is known by its identity.
 * @param also decided anew at each try, from what is recorded
 * @throws LeaseLostError, PageUnsettledError; nothing is committed then
 */
export async function recordPage(
  read: readonly ReadErrorEntry[],
  at: {
    readonly environment: Environment;
    readonly checkpointNs: bigint | null;
    readonly held: HeldLease;
    readonly store: Store;
    readonly clock: Clock;
  },
  also: (recorded: Recorded) => Change,
): Promise<Recorded> {
  const { clock, held } = at;
  for (let attempt = 1; attempt <= staleTriesMax; attempt++) {
    const recorded = await decide(read, at);
    const opened = recorded.touched.filter((each) => each.change === "new");
    const audit = opened.map(({ incident }) => ({
      atMs: clock.nowMs(),
      actor: "brain",
      action: "incident.opened",
      subject: incident.id,
      result: incident.title,
    }));
    await held.renew();
    const result = await at.store.commit({ ...recorded.change, ...also(recorded), audit }, held.lease);
    if (result === "done") return recorded;
    if (result !== "stale") throw new LeaseLostError(held.lease.name);
  }
  throw new PageUnsettledError(at.environment);
}

/** The newest state of each incident, for every page brings all of an incident's samples anew. */
export function mergeTouched(all: Map<string, IncidentChange>, next: readonly IncidentChange[]): void {
  for (const each of next) {
    const before = all.get(each.incident.id);
    all.set(
      each.incident.id,
      before === undefined ? each : { ...before, incident: each.incident, added: before.added + each.added },
    );
  }
}

async function decide(
  read: readonly ReadErrorEntry[],
  at: {
    readonly environment: Environment;
    readonly checkpointNs: bigint | null;
    readonly store: Store;
    readonly clock: Clock;
  },
): Promise<Recorded> {
  const errors = read.filter((entry) => entry.isError);
  if (errors.length === 0) return nothingRecorded;
  const known = await knownOfPage(errors, at.store);
  const { recordEntries } = await import("../detect/incidents/record-entries.ts");
  return recordEntries({
    errors,
    known,
    environment: at.environment,
    checkpointNs: at.checkpointNs,
    nowMs: at.clock.nowMs(),
    traceForgetMs,
  });
}
