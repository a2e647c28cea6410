import type { TraceId } from "../../domain/names.ts";
import type { TraceSource } from "../../domain/sources.ts";
import type { Trace } from "../../domain/trace.ts";
import { createHttpClient, type HttpAnswer, type HttpClient, type HttpSource, isHtml } from "../http.ts";
import { readFoundIds, readTrace } from "./trace-answer.ts";
import { noAnswer, notATrace, refusal } from "./trace-source-error.ts";

// 29,000 spans are 12.7 MB of JSON, 5 MB of protobuf; Tempo's own default stops at 5 MB of protobuf.
const answerBytesMax = 32 * 1024 * 1024;

const nsPerSecond = 1_000_000_000n;

// To the letter: Tempo answers JSON to anything else, a list with this in it included.
const asProtobuf = { accept: "application/protobuf" };

/**
 * One Tempo, read by trace id through its HTTP API: v2 (from 2.6), or v1 where that path does not exist, which is found out once. Traces are
 * asked for in protobuf, as Grafana does, and read in JSON where that comes. Asks once and retries nothing.
 * @throws TraceSourceError when the address cannot be used
 */
export function createTraceSource(source: HttpSource): TraceSource {
  const client = createTempoClient(source);
  let lacksV2 = false;
  return {
    async trace(traceId, signal) {
      if (!lacksV2) {
        const answer = await ask(client, `/api/v2/traces/${traceId}`, signal, {}, asProtobuf);
        if (!isUnknownPath(answer)) return await readAnswer(answer, traceId, 2);
      }
      const answer = await ask(client, `/api/traces/${traceId}`, signal, {}, asProtobuf);
      if (isUnknownPath(answer)) throw refusal(answer, "/api/traces");
      lacksV2 = true;
      return await readAnswer(answer, traceId, 1);
    },

    async tracesThatWentWell({ service, name }, window, limit, signal) {
      const query = `{ resource.service.name = ${traceqlString(service)} && name = ${traceqlString(name)} && status != error }`;
      // Seconds; without both only the most recent traces are searched.
      const start = window.fromNs / nsPerSecond;
      const end = window.toNs / nsPerSecond + 1n;
      const params = { q: query, start: String(start), end: String(end), limit: String(limit) };
      const answer = await ask(client, "/api/search", signal, params);
      if (answer.status !== 200) throw refusal(answer, "/api/search");
      return readFoundIds(answer);
    },
  };
}

/** As TraceQL writes a string: double quotes, a backslash before each and before itself. */
function traceqlString(text: string): string {
  return `"${text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll(/[\r\n]/g, " ")}"`;
}

/** The client behind it, with Tempo's limits. */
export function createTempoClient(source: HttpSource): HttpClient {
  try {
    return createHttpClient(source, { bytesMax: answerBytesMax });
  } catch (error) {
    throw noAnswer(error);
  }
}

/** @throws TraceSourceError when there is no answer */
export async function ask(
  client: HttpClient,
  path: string,
  signal: AbortSignal,
  params: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpAnswer> {
  return await client.get(path, params, signal, headers).catch((error: unknown) => {
    throw noAnswer(error);
  });
}

/** A 404 of the router or of a proxy, as against one that says that there is no such trace. */
export function isUnknownPath(answer: HttpAnswer): boolean {
  return answer.status === 404 && (isHtml(answer) || /page not found/i.test(answer.text));
}

async function readAnswer(answer: HttpAnswer, traceId: TraceId, version: 1 | 2): Promise<Trace | null> {
  if (answer.status === 404) return null;
  if (answer.status !== 200) throw refusal(answer, version === 2 ? "/api/v2/traces" : "/api/traces");
  if (answer.bytes === null) return readTrace(answer, traceId);
  // Loaded with the first trace that comes so.
  const { readOtlpProtobuf } = await import("./otlp-protobuf.ts");
  let otlp: ReturnType<typeof readOtlpProtobuf>;
  try {
    otlp = readOtlpProtobuf(answer.bytes, version === 2);
  } catch {
    throw notATrace(answer);
  }
  return readTrace(answer, traceId, otlp);
}
