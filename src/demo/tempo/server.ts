import {
  type SourceAnswer,
  type SourceRequest,
  type SourceServer,
  type SourceServerSetup,
  startSourceServer,
  tenantOf,
  textAnswer,
} from "../source-server.ts";
import { traceAsProtobuf } from "./otlp-protobuf.ts";
import { PushRefused, readPush, readRequest } from "./otlp-push.ts";
import { searchAnswer } from "./search.ts";
import { Traces } from "./traces.ts";

export interface TempoSetup extends SourceServerSetup {
  /** Whether `X-Scope-OrgID` is wanted; by default it is ignored. */
  readonly hasTenants?: boolean;
  /** Whether `/api/v2/traces` exists, as it does from Tempo 2.6; by default it does not. */
  readonly hasV2?: boolean;
}

export interface TempoStandIn extends SourceServer {
  /**
   * One OTLP request as an object.
   * @throws PushRefused
   */
  push(request: unknown, tenant?: string): void;
  /** From now on the v2 path says of this trace that it is cut. */
  markPartial(traceId: string): void;
}

// The tenant of a Tempo without tenants.
const nobody = "single-tenant";

/** Tempo on loopback: OTLP over HTTP in JSON, and traces by id, in JSON or protobuf, with the answers and errors of Tempo 2.2 as recorded; of the search, what is asked of it. */
export async function startTempo(setup: TempoSetup = {}): Promise<TempoStandIn> {
  const tenants = new Map<string, Traces>();
  const partial = new Set<string>();

  function tracesOf(tenant: string): Traces {
    const traces = tenants.get(tenant) ?? new Traces();
    tenants.set(tenant, traces);
    return traces;
  }

  function answerTo(request: SourceRequest): SourceAnswer {
    const open = openPaths.get(request.path);
    if (open !== undefined) return open;
    const tenant = setup.hasTenants === true ? tenantOf(request) : nobody;
    if (request.path === "/v1/traces" && request.method === "POST") return push(request, tenant);
    if (request.path === "/api/search") {
      if (tenant === null) return textAnswer(401, "no org id\n");
      return searchAnswer(tracesOf(tenant).all(), request.params);
    }
    const [, version, id] = /^\/api\/(v2\/)?traces\/([^/]+)$/.exec(request.path) ?? [];
    if (id === undefined || (version !== undefined && setup.hasV2 !== true))
      return textAnswer(404, "404 page not found\n");
    if (tenant === null) return textAnswer(401, "no org id\n");
    return (
      badRequest(id, request.params) ?? traceById(id, tracesOf(tenant), version !== undefined, isProtobufAsked(request))
    );
  }

  function push(request: SourceRequest, tenant: string | null): SourceAnswer {
    try {
      const batches = readPush(request.headers["content-type"], request.body);
      if (tenant === null) throw new PushRefused(500, 2, "no org id");
      for (const batch of batches) tracesOf(tenant).add(batch);
      return json(200, { partialSuccess: {} });
    } catch (error) {
      if (!(error instanceof PushRefused)) throw error;
      if (error.status === 415) return { status: 415, contentType: "text/plain", body: error.message };
      return json(error.status, { code: error.code, message: error.message });
    }
  }

  function traceById(id: string, traces: Traces, isV2: boolean, isProtobuf: boolean): SourceAnswer {
    const traceId = id.toLowerCase().padStart(32, "0");
    const batches = traces.find(traceId);
    if (batches === null) return textAnswer(404, "trace not found");
    const isPartial = partial.has(traceId);
    if (isProtobuf) return protobuf(traceAsProtobuf(batches, isV2 ? { isPartial } : null));
    if (!isV2) return json(200, { batches });
    const status = isPartial ? { status: "PARTIAL", message: "trace exceeds max size" } : {};
    return json(200, { trace: { resourceSpans: batches }, metrics: {}, ...status });
  }

  const server = await startSourceServer(setup, answerTo);
  return {
    ...server,
    push(request, tenant = nobody) {
      for (const batch of readRequest(request)) tracesOf(tenant).add(batch);
    },
    markPartial(traceId) {
      partial.add(traceId);
    },
  };
}

/** To the letter: a list with it gets JSON. */
function isProtobufAsked({ headers }: SourceRequest): boolean {
  return headers.accept === "application/protobuf";
}

function protobuf(body: Buffer): SourceAnswer {
  return { status: 200, contentType: "application/protobuf", body };
}

/** What is answered without a tenant. */
const openPaths: ReadonlyMap<string, SourceAnswer> = new Map([
  ["/ready", textAnswer(200, "ready\n")],
  ["/api/echo", textAnswer(200, "echo\n")],
  [
    "/status/version",
    { status: 200, contentType: "text/plain", body: "GET /status/version\ntempo, version 2.2.4 (stand-in)\n" },
  ],
]);

function badRequest(id: string, params: URLSearchParams): SourceAnswer | null {
  const odd = /[^0-9a-f]/i.exec(id);
  if (odd !== null) {
    const words = `trace IDs can only contain hex characters: invalid character '${odd[0]}' at position ${odd.index + 1}`;
    return textAnswer(400, words);
  }
  if (id.length > 32) return textAnswer(400, "trace IDs can't be larger than 128 bits");
  const start = params.get("start");
  const end = params.get("end");
  if (start === null || end === null || Number(start) < Number(end)) return null;
  return textAnswer(400, `http parameter start must be before end. received start=${start} end=${end}`);
}

/** JSON as Go writes it: what could be markup is escaped. */
function json(status: number, value: unknown): SourceAnswer {
  const body = JSON.stringify(value).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  return { status, contentType: "application/json", body };
}
