import { type HttpSource, serverTimeMs } from "../http.ts";
import { ask, createLokiClient, readPage } from "./log-source.ts";
import { LogSourceError } from "./log-source-error.ts";
import { readNames } from "./query-answer.ts";

/** What can be seen of a Loki from here, for a person who sets it up. What was not asked any more after a failure is null. */
export interface LokiFacts {
  /** The first failure; null when all went well. Its `status` tells a wrong login (401, 403) from a wrong query (400) or address (404). */
  readonly problem: LogSourceError | null;
  readonly version: string | null;
  /** The server's clock less ours. */
  readonly clockSkewMs: number | null;
  /** Names of labels seen in the last hour. None at all: nothing is stored there, or the tenant is not known, which Loki does not tell. */
  readonly labelNames: readonly string[] | null;
  /** What the query found in the last hour, up to `entriesCountedMax`. */
  readonly entriesLastHour: number | null;
}

export const entriesCountedMax = 1000;
const hourNs = 3_600_000_000_000n;

/** Asks in the order in which things can be wrong: address, login, tenant, query. */
export async function probeLoki(
  source: HttpSource,
  query: string,
  nowMs: number,
  signal: AbortSignal,
): Promise<LokiFacts> {
  let facts: LokiFacts = { problem: null, version: null, clockSkewMs: null, labelNames: null, entriesLastHour: null };
  const window = { fromNs: BigInt(nowMs) * 1_000_000n - hourNs, toNs: BigInt(nowMs) * 1_000_000n };
  try {
    const client = createLokiClient(source);
    const range = { start: window.fromNs.toString(), end: window.toNs.toString() };
    const names = await ask(client, "/loki/api/v1/labels", range, signal);
    const timeMs = serverTimeMs(names.headers);
    facts = { ...facts, clockSkewMs: timeMs === null ? null : timeMs - nowMs, labelNames: readNames(names) };
    // Many gateways pass on the query API only: then the version stays unknown, and nothing is wrong.
    const build = await client.get("/loki/api/v1/status/buildinfo", {}, signal).catch(() => null);
    facts = { ...facts, version: /"version":\s*"([\w.+-]{1,40})"/.exec(build?.text ?? "")?.[1] ?? null };
    const page = await readPage(client, query, window, entriesCountedMax, signal);
    return { ...facts, entriesLastHour: page.entries.length };
  } catch (error) {
    if (!(error instanceof LogSourceError)) throw error;
    return { ...facts, problem: error };
  }
}
