import type { Exception } from "../../domain/error-entry.ts";
import type { IgnoreRule } from "../../domain/levers.ts";
import { compileMatcher, parseLineMatcher } from "../../domain/line-matcher.ts";
import type { ServiceName } from "../../domain/names.ts";

/** What rules ask about an error. */
export interface Ignorable {
  readonly timestampNs: bigint;
  readonly service: ServiceName | null;
  readonly exceptions: readonly Exception[];
  readonly template: string;
  /** Labels, structured metadata, and `service` and `level` as they were read. */
  labelOf(name: string): string | null;
  readonly line: string;
}

/** The first rule that an error falls under; null where it is to be told. */
export type Ignoring = (error: Ignorable) => IgnoreRule | null;

const nobody: Ignoring = () => null;
const byRules = new WeakMap<readonly IgnoreRule[], Ignoring>();

export function ignoringOf(rules: readonly IgnoreRule[]): Ignoring {
  if (rules.length === 0) return nobody;
  let ignoring = byRules.get(rules);
  if (ignoring === undefined) {
    const tests = rules.map((rule) => ({ rule, holds: testOf(rule) }));
    ignoring = (error) => tests.find(({ holds }) => holds(error))?.rule ?? null;
    byRules.set(rules, ignoring);
  }
  return ignoring;
}

function testOf({ untilMs, service, type, template, match }: IgnoreRule): (error: Ignorable) => boolean {
  const untilNs = BigInt(untilMs) * 1_000_000n;
  const parsed = match === null ? null : parseLineMatcher(match);
  // The service map is refused where it cannot be read, so nothing matches by mistake.
  const matches = parsed === null || typeof parsed === "string" ? null : compileMatcher(parsed);
  return (error) =>
    error.timestampNs < untilNs &&
    (service === null || error.service === service) &&
    (match === null || matches?.((name) => error.labelOf(name), error.line) === true) &&
    (type === null || error.exceptions.some((exception) => isOfType(exception.type, type))) &&
    (template === null || error.template === template);
}

/** With its package or without: `java.net.SocketTimeoutException` is a `SocketTimeoutException`. */
function isOfType(found: string | null, type: string): boolean {
  if (found === null) return false;
  return found === type || (found.endsWith(type) && /[.$:\\/]/.test(found.charAt(found.length - type.length - 1)));
}
