import { isReadFailure, type TraceSource } from "../../domain/sources.ts";
import type { Trace } from "../../domain/trace.ts";

const nsPerHour = 3_600_000_000_000n;
/** It helps, and nothing waits for it. */
const timeoutMs = 3_000;
const foundMax = 3;

/**
 * A trace of the same operation that went well, from the hour around it; null where Tempo finds none, cannot search, or takes too long.
 * @param failing as Tempo sent it, with the services' own names
 */
export async function findHealthyTrace(
  failing: Trace,
  source: TraceSource,
  signal: AbortSignal,
): Promise<Trace | null> {
  const root = failing.spans.find(({ parentSpanId }) => parentSpanId === null);
  if (root === undefined || root.service === null || root.name === "") return null;
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const window = { fromNs: root.startNs - nsPerHour, toNs: root.startNs + nsPerHour / 4n };
  try {
    const ids = await source.tracesThatWentWell({ service: root.service, name: root.name }, window, foundMax, limited);
    for (const id of [...ids].sort()) {
      const trace = id === failing.traceId ? null : await source.trace(id, limited);
      if (trace?.spans.every(({ isError }) => !isError)) return trace;
    }
    return null;
  } catch (error) {
    signal.throwIfAborted();
    if (!limited.aborted && !isReadFailure(error)) throw error;
    return null;
  }
}
