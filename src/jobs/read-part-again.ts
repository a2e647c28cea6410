import { readWindow } from "../detect/windows/read-window.ts";
import type { ClosedCoverage } from "../detect/windows/recount.ts";
import { afterReading } from "../detect/windows/recount-result.ts";
import type { Clock } from "../domain/clock.ts";
import type { Coverage } from "../domain/coverage.ts";
import type { Store } from "../domain/store.ts";
import type { HeldLease } from "./held-lease.ts";
import type { PollMeans } from "./poll.ts";
import { type IncidentChange, mergeTouched, recordPage } from "./record-page.ts";

/** Lines of one stack trace are close together: with so much around it, the one at a border is read whole. */
const aroundNs = 5_000_000_000n;

export interface RereadMeans {
  readonly means: PollMeans;
  readonly store: Store;
  readonly clock: Clock;
  readonly held: HeldLease;
  readonly checkpointNs: bigint | null;
  readonly signal: AbortSignal;
}

/** Reads one closed part again and records what is new in it; the ledger's line comes with the last page. */
export async function readPartAgain(
  part: ClosedCoverage,
  counted: number | null,
  because: string | null,
  at: RereadMeans,
): Promise<{ readonly coverage: Coverage; readonly touched: readonly IncidentChange[] }> {
  const { means, clock, held, signal } = at;
  const { closed, scope } = part;
  const { fromNs, toNs } = closed.window;
  const isInside = ({ timestampNs }: { readonly timestampNs: bigint }): boolean =>
    timestampNs >= fromNs && timestampNs < toNs;
  const { createPageReader } = await import("../detect/entries/read-entries.ts");
  const reader = createPageReader(means.rules);
  const source = {
    ...means.source,
    entriesBetween: async (...asked: Parameters<typeof means.source.entriesBetween>) => {
      await held.renew();
      return means.source.entriesBetween(...asked);
    },
  };
  // Loki may keep the answer "nothing" of a text that it was asked before; a comment makes it another text.
  const query = `${scope.query} # read again at ${new Date(clock.nowMs()).toISOString()}`;
  const around = { fromNs: fromNs > aroundNs ? fromNs - aroundNs : 0n, toNs: toNs + aroundNs };
  const touched = new Map<string, IncidentChange>();
  const gaps: string[] = [];
  let entries = 0;
  let errors = 0;
  let coverage: Coverage = part;
  for await (const page of readWindow(source, query, around, { limit: means.limit }, signal)) {
    entries += page.entries.filter(isInside).length;
    if (page.gap !== null) gaps.push(page.gap);
    const read = [...reader.push(page.entries), ...(page.isLast ? reader.flush() : [])];
    const recorded = await recordPage(
      read.filter(({ entry }) => isInside(entry)),
      { ...at, environment: scope.environment },
      (decided) => {
        const found = errors + decided.touched.reduce((sum, each) => sum + each.added, 0);
        const gap = gaps.join(" ") || because;
        coverage = afterReading(part, { counted, entries, errors: found, gap }, clock.nowMs(), means.auditHorizonMs);
        return page.isLast ? { recounted: [coverage] } : {};
      },
    );
    errors += recorded.touched.reduce((sum, each) => sum + each.added, 0);
    mergeTouched(touched, recorded.touched);
  }
  return { coverage, touched: [...touched.values()] };
}
