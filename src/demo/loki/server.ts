import type { Window } from "../../domain/coverage.ts";
import {
  nowOf,
  type SourceAnswer,
  type SourceRequest,
  type SourceServer,
  type SourceServerSetup,
  startSourceServer,
  tenantOf,
  textAnswer,
} from "../source-server.ts";
import { countAt, parseCountQuery } from "./count-query.ts";
import { parseLogQuery, parseSelector } from "./log-query.ts";
import { LogQueryError } from "./log-query-error.ts";
import { PushRefused, readPush, storeAccepted } from "./push-body.ts";
import { type PushedEntry, Streams } from "./streams.ts";
import { checkQueryWindow, readInstant, readWindow } from "./time-params.ts";

export interface LokiSetup extends SourceServerSetup {
  /** Whether `X-Scope-OrgID` is wanted; by default it is ignored. */
  readonly hasTenants?: boolean;
  /** Most entries of one answer; Loki's default is 5,000. */
  readonly limitMax?: number;
  /** How long entries are kept, and older ones looked for; by default for ever. */
  readonly keptMs?: number;
  /** Longest window of one query; Loki's default is 30 days and an hour. */
  readonly queryLengthMsMax?: number;
}

export interface LokiStandIn extends SourceServer {
  /** Stores at once and without question, entries of any age. */
  push(entries: Iterable<PushedEntry>, tenant?: string): void;
}

// The tenant of a Loki without tenants.
const nobody = "fake";

/**
 * Loki on loopback: push and query of log entries, labels, streams, counts, with the answers, errors and borders of Loki 2.9 as recorded. Of LogQL it knows
 * selector, line filters, label filters and their `count_over_time` at an instant; for the rest it answers 501, never an empty result.
 */
export async function startLoki(setup: LokiSetup = {}): Promise<LokiStandIn> {
  const tenants = new Map<string, Streams>();
  const nowMs = nowOf(setup);
  const nowNs = (): bigint => BigInt(nowMs()) * 1_000_000n;

  function streamsOf(tenant: string): Streams {
    const streams = tenants.get(tenant) ?? new Streams();
    tenants.set(tenant, streams);
    return streams;
  }

  function answerTo(request: SourceRequest): SourceAnswer {
    const open = openPaths.get(request.path);
    if (open !== undefined) return open;
    const tenant = setup.hasTenants === true ? tenantOf(request) : nobody;
    if (tenant === null) return textAnswer(401, "no org id\n");
    if (!/^[\w!.*'()|-]+$/.test(tenant)) return textAnswer(400, "rpc error: code = Code(400) desc = invalid tenant ID");
    try {
      return route(request, streamsOf(tenant));
    } catch (error) {
      if (error instanceof LogQueryError) return textAnswer(error.status, error.message);
      if (error instanceof PushRefused) return textAnswer(400, `${error.message}\n`);
      throw error;
    }
  }

  function route(request: SourceRequest, streams: Streams): SourceAnswer {
    const { method, path, params } = request;
    if (path === "/loki/api/v1/query_range") {
      return method === "GET" || method === "POST"
        ? queryRange(params, streams)
        : { status: 405, contentType: null, body: "" };
    }
    if (path === "/loki/api/v1/query") return queryInstant(params, streams);
    if (path === "/loki/api/v1/series") {
      const selectors = params.getAll("match[]").map(parseSelector);
      const data = labelSets(params, streams).filter((labels) => selectors.some((selects) => selects(labels)));
      return json("application/json; charset=UTF-8", { status: "success", data });
    }
    if (path === "/loki/api/v1/push" && method === "POST") {
      storeAccepted(readPush(request.headers["content-type"], request.body), streams, nowNs());
      return { status: 204, contentType: null, body: "" };
    }
    if (path === "/loki/api/v1/labels")
      return names(labelSets(params, streams).flatMap((labels) => Object.keys(labels)));
    const [, name] = /^\/loki\/api\/v1\/label\/([^/]+)\/values$/.exec(path) ?? [];
    if (name !== undefined) return names(labelSets(params, streams).flatMap((labels) => labels[name] ?? []));
    return textAnswer(404, "404 page not found\n");
  }

  function queryRange(params: URLSearchParams, streams: Streams): SourceAnswer {
    const query = parseLogQuery(params.get("query") ?? "");
    const limit = readLimit(params.get("limit"), setup.limitMax ?? 5000);
    const window = readWindow(params, nowNs());
    const direction = params.get("direction") ?? "backward";
    if (!/^(forward|backward)$/i.test(direction)) throw new LogQueryError(400, `invalid direction '${direction}'`);
    checkQueryWindow(window, setup.queryLengthMsMax);
    const result = streams.find(query, kept(window), limit, direction.toLowerCase() === "forward");
    return json("application/json; charset=UTF-8", {
      status: "success",
      data: { resultType: "streams", result, stats: {} },
    });
  }

  function queryInstant(params: URLSearchParams, streams: Streams): SourceAnswer {
    const text = params.get("query") ?? "";
    const counted = parseCountQuery(text);
    if (counted === null) {
      parseLogQuery(text);
      return json("application/json; charset=utf-8", {
        status: "success",
        data: { resultType: "streams", result: [], stats: {} },
      });
    }
    const atNs = readInstant(params, "time") ?? nowNs();
    const result = countAt(counted, atNs, kept({ fromNs: 0n, toNs: atNs }).fromNs, streams).map(
      ({ metric, count }) => ({
        metric,
        value: [Number(atNs / 1_000_000n) / 1000, count.toString()],
      }),
    );
    return json("application/json", { status: "success", data: { resultType: "vector", result, stats: {} } });
  }

  /** What is older is gone, and nobody says so. */
  function kept({ fromNs, toNs }: Window): Window {
    const oldestNs = setup.keptMs === undefined ? 0n : nowNs() - BigInt(setup.keptMs) * 1_000_000n;
    return { fromNs: fromNs < oldestNs ? oldestNs : fromNs, toNs };
  }

  function labelSets(params: URLSearchParams, streams: Streams): Readonly<Record<string, string>>[] {
    const selector = params.get("query");
    const selects = selector === null ? () => true : parseSelector(selector);
    return streams.labelSets(kept(readWindow(params, nowNs()))).filter(selects);
  }

  const server = await startSourceServer(setup, answerTo);
  return {
    ...server,
    push(entries, tenant = nobody) {
      for (const entry of entries) streamsOf(tenant).add(entry);
    },
  };
}

const version = { version: "2.9.9", revision: "stand-in", branch: "HEAD", buildUser: "", buildDate: "", goVersion: "" };

/** What is answered without a tenant. */
const openPaths: ReadonlyMap<string, SourceAnswer> = new Map([
  ["/ready", textAnswer(200, "ready\n")],
  ["/loki/api/v1/status/buildinfo", json("application/json", version)],
]);

function readLimit(value: string | null, limitMax: number): number {
  if (value === null) return 100;
  if (!/^-?\d+$/.test(value))
    throw new LogQueryError(400, `strconv.Atoi: parsing ${JSON.stringify(value)}: invalid syntax`);
  const limit = Number(value);
  if (limit <= 0) throw new LogQueryError(400, "limit must be a positive value");
  if (limit > limitMax) {
    throw new LogQueryError(
      400,
      `max entries limit per query exceeded, limit > max_entries_limit (${limit} > ${limitMax})`,
    );
  }
  return limit;
}

/** Names or values, once and in order; where there are none Loki leaves the key out. */
function names(found: readonly string[]): SourceAnswer {
  const data = [...new Set(found)].sort();
  return json(
    "application/json; charset=UTF-8",
    data.length === 0 ? { status: "success" } : { status: "success", data },
  );
}

function json(contentType: string, value: unknown): SourceAnswer {
  return { status: 200, contentType, body: JSON.stringify(value) };
}
