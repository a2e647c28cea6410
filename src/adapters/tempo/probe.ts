import { type HttpSource, serverTimeMs } from "../http.ts";
import { ask, createTempoClient, isUnknownPath } from "./trace-source.ts";
import { refusal, TraceSourceError } from "./trace-source-error.ts";

/** What can be seen of a Tempo from here, for a person who sets it up. What was not asked any more after a failure is null. */
export interface TempoFacts {
  /** The first failure; null when all went well. Its `status` tells a wrong login (401, 403) from a wrong address (404). */
  readonly problem: TraceSourceError | null;
  readonly version: string | null;
  /** The server's clock less ours. */
  readonly clockSkewMs: number | null;
  /** Whether traces come from the v2 path, which says when one is cut. */
  readonly hasV2: boolean | null;
}

// An id that nothing has: "not found" is then the sign that address, login and tenant are right.
const nobody = "00000000000000000000000000000001";

export async function probeTempo(source: HttpSource, nowMs: number, signal: AbortSignal): Promise<TempoFacts> {
  let facts: TempoFacts = { problem: null, version: null, clockSkewMs: null, hasV2: null };
  try {
    const client = createTempoClient(source);
    const v2 = await ask(client, `/api/v2/traces/${nobody}`, signal);
    const timeMs = serverTimeMs(v2.headers);
    const hasV2 = !isUnknownPath(v2);
    facts = { ...facts, clockSkewMs: timeMs === null ? null : timeMs - nowMs, hasV2 };
    const answer = hasV2 ? v2 : await ask(client, `/api/traces/${nobody}`, signal);
    if (isUnknownPath(answer) || (answer.status !== 404 && answer.status !== 200)) throw refusal(answer, "/api/traces");
    // Text here, JSON in newer versions; a gateway may pass on neither, and nothing is wrong.
    const build = await client.get("/status/version", {}, signal).catch(() => null);
    return { ...facts, version: /version:?"?[\s:]*"?(\d[\w.+-]{0,40})/.exec(build?.text ?? "")?.[1] ?? null };
  } catch (error) {
    if (!(error instanceof TraceSourceError)) throw error;
    return { ...facts, problem: error };
  }
}
