import type { Window } from "../../domain/coverage.ts";
import { LogQueryError } from "./log-query-error.ts";

const hourNs = 3_600_000_000_000n;
const queryLengthMsMaxDefault = (30 * 24 + 1) * 3_600_000;

/**
 * `start` and `end` as Loki reads them: up to ten digits are seconds, more are nanoseconds (milliseconds too, as instants of 1970), a point makes
 * seconds with a fraction, the rest is RFC 3339. `end` is now by default, `start` an hour (or `since`) before it.
 * @throws LogQueryError
 */
export function readWindow(params: URLSearchParams, nowNs: bigint): Window {
  const toNs = readInstant(params, "end") ?? nowNs;
  const fromNs = readInstant(params, "start") ?? toNs - readSinceNs(params.get("since"));
  return { fromNs, toNs };
}

/** @throws LogQueryError where Loki answers no such window */
export function checkQueryWindow({ fromNs, toNs }: Window, lengthMsMax = queryLengthMsMaxDefault): void {
  if (fromNs > toNs) throw new LogQueryError(400, "end timestamp must not be before or equal to start time");
  // Loki counts the length in milliseconds.
  const lengthMs = toNs / 1_000_000n - fromNs / 1_000_000n;
  if (lengthMs > BigInt(lengthMsMax)) {
    const limit = lengthMsMax === queryLengthMsMaxDefault ? "30d1h" : duration(BigInt(lengthMsMax));
    throw new LogQueryError(
      400,
      `the query time range exceeds the limit (query length: ${duration(lengthMs)}, limit: ${limit})`,
    );
  }
}

/** Null where it is not given. */
export function readInstant(params: URLSearchParams, name: "start" | "end" | "time"): bigint | null {
  const value = params.get(name);
  if (value === null || value === "") return null;
  if (/^\d+\.\d*$/.test(value)) return BigInt(Math.round(Number(value) * 1000)) * 1_000_000n;
  if (/^-?\d+$/.test(value)) return value.length <= 10 ? BigInt(value) * 1_000_000_000n : BigInt(value);
  const [, second, fraction = "", zone] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(value) ?? [];
  if (second === undefined || zone === undefined) {
    throw new LogQueryError(
      400,
      `could not parse '${name}' parameter: strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`,
    );
  }
  return BigInt(Date.parse(second + zone)) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}

function readSinceNs(since: string | null): bigint {
  if (since === null || since === "") return hourNs;
  const [, count, unit] = /^(\d+)([smh])$/.exec(since) ?? [];
  if (count === undefined)
    throw new LogQueryError(400, `could not parse 'since' parameter: not a valid duration string: "${since}"`);
  return BigInt(count) * (unit === "h" ? hourNs : unit === "m" ? hourNs / 60n : hourNs / 3600n);
}

/** `960h0m0s`, `498654h54m2.091s` */
function duration(lengthMs: bigint): string {
  const seconds = Number(lengthMs % 60_000n) / 1000;
  return `${lengthMs / 3_600_000n}h${(lengthMs / 60_000n) % 60n}m${seconds}s`;
}
