import { compareNs, type PushedBatch } from "./otlp-push.ts";

interface Batch {
  readonly resource: PushedBatch["resource"];
  readonly scopeSpans: readonly { readonly scope: PushedBatch["scope"]; readonly spans: PushedBatch["spans"] }[];
}

/** The traces of one tenant. */
export class Traces {
  readonly #batches = new Map<string, PushedBatch[]>();
  readonly #seen = new Set<string>();

  /** A span that is there already stays as it is. */
  add({ traceId, spans, ...where }: PushedBatch): void {
    const fresh = spans.filter(({ spanId }) => !this.#seen.has(`${traceId} ${spanId}`));
    if (fresh.length === 0) return;
    for (const { spanId } of fresh) this.#seen.add(`${traceId} ${spanId}`);
    const batches = this.#batches.get(traceId) ?? [];
    this.#batches.set(traceId, batches);
    batches.push({ traceId, spans: fresh, ...where });
  }

  /** Everything that was pushed, for a search. */
  all(): readonly PushedBatch[] {
    return [...this.#batches.values()].flat();
  }

  /** One batch per pushed resource and scope, in order of their first spans; null when nothing of it has come. */
  find(traceId: string): Batch[] | null {
    const batches = this.#batches.get(traceId);
    if (batches === undefined) return null;
    return batches
      .toSorted((one, other) => compareNs(firstStart(one), firstStart(other)))
      .map(({ resource, scope, spans }) => ({ resource, scopeSpans: [{ scope, spans }] }));
  }
}

function firstStart({ spans }: PushedBatch): string {
  return spans[0]?.startTimeUnixNano ?? "0";
}
