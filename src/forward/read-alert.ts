import type { AlertReading } from "../domain/chat/chat-memory.ts";
import { redact } from "../domain/redact.ts";
import { redactPart } from "../domain/redact-part.ts";
import { type AlertPart, guessedService, pairsIn, partsOf, readNamedLine, serviceIn } from "./alert-lines.ts";
import { type LinkReading, readLink } from "./alert-links.ts";
import { readInstant } from "./alert-time.ts";
import { knownKey, statusOf } from "./alert-words.ts";

/** A form that people have told us of: named groups `service`, `environment`, `title`, `status`, `traceId`, `query`. */
export interface AlertPattern {
  readonly name: string;
  readonly pattern: string;
}

export interface ForwardedText {
  readonly text: string;
  readonly links: readonly string[];
  /** When what was forwarded was written: what `now-1h` in it is counted from. */
  readonly atMs: number;
}

export interface AlertRules {
  readonly patterns: readonly AlertPattern[];
  /** Names of services as the service map has them, and their other names. */
  readonly services: Readonly<Record<string, string>>;
  readonly environments: readonly string[];
}

const alertsMax = 10;
const textMax = 20_000;
const valueMax = 300;
const labelsMax = 40;
const clockErrorMsMax = 10 * 60_000;
const traceIdPattern = /(?:trace[ _.-]?id|트레이스(?: ?id)?|추적 ?id)["'\s:=：]{1,6}([0-9a-f]{16,32})(?![0-9a-f])/iu;
const traceparent = /(?<![0-9a-f])00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?![0-9a-f])/i;
const bareTraceId = /^[`'"\s]*([0-9a-f]{32})[`'"\s]*$/im;
const stackLine =
  /^\s+at \S.{0,300}[:(]|^Traceback \(most recent call last\)|^\s+File "[^"]+", line \d+|^\s*(?:Caused by: )?(?:[a-z][\w]*\.)+[A-Z]\w*(?:Exception|Error)\b|^goroutine \d+ |^panic: |^thread '.+' panicked|^\S+\.rb:\d+:in |^#\d+ \S+\.php\(\d+\)|^\*\* \(\w+Error\)/m;
const logLine =
  /^\s*\{".+"\s?:.+\}\s*$|^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}.{0,80}\b(?:ERROR|FATAL|WARN|CRITICAL)\b/m;

/** What a forwarded or pasted text says, alert by alert; empty where it is nothing that could be looked for. Pure: no link is fetched. */
export function readAlerts(from: ForwardedText, rules: AlertRules): readonly AlertReading[] {
  const raw = from.text.slice(0, textMax).replaceAll("\r", "");
  // Whole, for a value alone does not say that it is a password.
  const text = redact(raw);
  const inText = [...raw.matchAll(/https?:\/\/[^\s<>"'`）)]{1,8000}/g)].map(([address]) =>
    address.replace(/[.,;]$/, ""),
  );
  const links = [...new Set([...inText, ...from.links])].flatMap((each) => readLink(each, from.atMs) ?? []);
  const parts = partsOf(text).slice(0, alertsMax);
  const readings = parts.map((part) =>
    readPart(part, parts.length === 1 ? links : linksOf(part, from.atMs), text, from, rules),
  );
  const told = readings.filter(saysSomething);
  return sameOnce(told);
}

function linksOf({ lines }: AlertPart, atMs: number): readonly LinkReading[] {
  return lines.flatMap((line) =>
    [...line.matchAll(/https?:\/\/[^\s<>"'`)]{1,8000}/g)].flatMap(([address]) => readLink(address, atMs) ?? []),
  );
}

function readPart(
  part: AlertPart,
  links: readonly LinkReading[],
  text: string,
  from: ForwardedText,
  rules: AlertRules,
): AlertReading {
  const own = part.lines.join("\n");
  const pattern = matching(own, rules.patterns);
  const labels = new Map<string, string>();
  const values = new Map<string, string>();
  const known = new Map<string, string>();
  let section: "labels" | "values" | "annotations" | null = null;
  for (const line of part.lines) {
    const trimmed = line.trim();
    if (/^\W{0,4}(?:labels|라벨|레이블)\W{0,4}$/iu.test(trimmed)) section = "labels";
    else if (/^\W{0,4}(?:annotations|주석|설명)\W{0,4}$/iu.test(trimmed)) section = "annotations";
    const [, given] = /^\W{0,4}(?:values?|값)\s?[:：]\s?(.+)$/iu.exec(trimmed) ?? [];
    if (given !== undefined) {
      for (const { name, value } of pairsIn(given)) values.set(name, value);
      if (values.size === 0) values.set("value", given);
      continue;
    }
    const pair = readNamedLine(line);
    const pairs = pair === null ? pairsIn(trimmed) : [pair, ...(line.includes("{") ? pairsIn(trimmed) : [])];
    for (const { name, value } of pairs) {
      const key = knownKey(name);
      // Of several, the first: an annotation's words come after the labels.
      if (key !== null && !known.has(key)) known.set(key, value);
      if (section !== "annotations" && labels.size < labelsMax && /^[\w.]{1,60}$/.test(name) && !/^https?:/.test(value))
        labels.set(name, value);
    }
  }
  for (const [name, value] of links.flatMap((link) => link.labels)) {
    const key = knownKey(name);
    if (key !== null && !known.has(key) && value !== "$__all" && value !== "All") known.set(key, value);
  }
  for (const [name, value] of Object.entries(pattern?.groups ?? {})) if (value) known.set(name, value);

  const headline =
    part.lines.find((line) => line.trim() !== "" && !/^\W{0,4}(?:values?|labels|annotations)\W/iu.test(line))?.trim() ??
    "";
  const pasted = stackLine.test(own) || logLine.test(own) ? own : null;
  const range = links.find(({ fromMs }) => fromMs !== null) ?? null;
  const saidMs = known.has("startedAt") ? readInstant(known.get("startedAt") ?? "", from.atMs) : null;
  // Written by a clock without a zone, which is ahead of UTC: nothing is told before it began.
  const startedMs = saidMs !== null && saidMs > from.atMs + clockErrorMsMax ? null : saidMs;
  const endedMs = known.has("endedAt") ? readInstant(known.get("endedAt") ?? "", from.atMs) : null;
  const traceId =
    traceIdOf(known.get("traceId") ?? "") ??
    traceIdPattern.exec(own)?.[1] ??
    traceparent.exec(own)?.[1] ??
    bareTraceId.exec(own)?.[1] ??
    links.find((link) => link.traceId !== null)?.traceId ??
    null;
  const query = known.get("query") ?? links.find((link) => link.query !== null)?.query ?? null;
  const title = known.get("title") ?? (pasted === null && headline !== "" ? headline : null);
  return {
    form: pattern?.name ?? formOf(text, labels.size, pasted !== null),
    status: statusOf(known.get("status") ?? "") ?? statusOf(part.heading ?? "") ?? statusOf(headline) ?? null,
    title: title === null ? null : redactPart(title.replaceAll(/[*_`]/g, ""), valueMax),
    service: serviceNamed(known.get("service") ?? null, headline, own, rules),
    environment: environmentNamed(known.get("environment") ?? null, headline, rules.environments),
    traceId: traceId === null ? null : traceId.toLowerCase().padStart(32, "0"),
    query: query === null ? null : redactPart(query, 2_000),
    fromMs: startedMs ?? range?.fromMs ?? null,
    toMs: endedMs ?? range?.toMs ?? null,
    labels: redactedAll(labels),
    values: redactedAll(values),
    pasted: pasted === null ? null : redactPart(pasted, 16_000),
  };
}

function matching(text: string, patterns: readonly AlertPattern[]) {
  for (const { name, pattern } of patterns) {
    const found = new RegExp(pattern, "imu").exec(text);
    if (found !== null) return { name, groups: found.groups ?? {} };
  }
  return null;
}

function traceIdOf(text: string): string | null {
  return /^[0-9a-f]{16,32}$/i.test(text.trim()) ? text.trim() : null;
}

function serviceNamed(said: string | null, headline: string, text: string, { services }: AlertRules): string | null {
  const lower = new Map(Object.entries(services).map(([name, its]) => [name.toLowerCase(), its]));
  if (said !== null) return lower.get(said.trim().toLowerCase()) ?? nameOnly(said);
  const named = serviceIn(headline, Object.keys(services)) ?? serviceIn(text.slice(0, 4_000), Object.keys(services));
  if (named !== null) return lower.get(named.toLowerCase()) ?? null;
  return guessedService(headline);
}

function nameOnly(said: string): string | null {
  const [name] = /^[\p{L}\p{N}][\p{L}\p{N}_.:/@-]{0,99}/u.exec(said.trim()) ?? [];
  return name === undefined ? null : redact(name);
}

function environmentNamed(said: string | null, headline: string, names: readonly string[]): string | null {
  const wanted = (said ?? "").trim().toLowerCase();
  const byName =
    names.find((name) => name.toLowerCase() === wanted) ?? names.find((name) => sameEnvironment(name, wanted));
  return byName ?? serviceIn(headline, names);
}

const kin: readonly (readonly string[])[] = [
  ["prod", "production", "prd", "live", "real", "운영", "상용"],
  ["stage", "staging", "stg", "스테이징"],
  ["dev", "development", "develop", "개발"],
  ["test", "qa", "테스트"],
];

function sameEnvironment(name: string, other: string): boolean {
  return kin.some((names) => names.includes(name.toLowerCase()) && names.includes(other));
}

function formOf(text: string, labels: number, isPasted: boolean): string {
  if (/^\W{0,4}Alerts (?:Firing|Resolved):/im.test(text)) return "alertmanager";
  if (/^\*\*(?:Firing|Resolved)\*\*/m.test(text) || /\/alerting\/|grafana_folder|^Silence: /m.test(text))
    return "grafana";
  if (/^\W{0,4}\[(?:FIRING|RESOLVED)(?::\d+)?/m.test(text)) return "grafana";
  if (/^\W{0,4}\[(?:Alerting|OK|No Data)\]/m.test(text)) return "grafana-legacy";
  if (isPasted) return "pasted";
  return labels > 0 ? "labels" : "text";
}

function redactedAll(values: ReadonlyMap<string, string>): AlertReading["labels"] {
  return Object.fromEntries([...values].map(([name, value]) => [name, redactPart(value, valueMax)]));
}

/** Something by which an error could be found. */
function saysSomething(reading: AlertReading): boolean {
  const { service, traceId, query, pasted, status, form } = reading;
  return (
    service !== null || traceId !== null || query !== null || pasted !== null || (status !== null && form !== "text")
  );
}

/** Several alerts of one rule and one service are looked for once. */
function sameOnce(readings: readonly AlertReading[]): readonly AlertReading[] {
  const seen = new Map<string, AlertReading>();
  for (const reading of readings) {
    const { status, service, environment, traceId, query, title } = reading;
    const key = JSON.stringify([status, service, environment, traceId, query, service === null ? title : null]);
    if (!seen.has(key)) seen.set(key, reading);
  }
  return [...seen.values()];
}
