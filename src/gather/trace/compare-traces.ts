import type { Observation } from "../../domain/observation.ts";
import type { Span, Trace } from "../../domain/trace.ts";
import { placeOf } from "./observe-trace.ts";

const valuesMax = 4;
const valueLengthMax = 80;
const differencesMax = 3;

/** Attributes that say something about a request and not about a process or one moment. */
const telling =
  /^(?:http\.(?:route|method|request\.method|status_code|response\.status_code)|url\.path|server\.address|net\.peer\.name|peer\.service|rpc\.|db\.(?:system|name|operation|sql\.table|collection|namespace)|messaging\.(?:system|destination)|graphql\.|faas\.|feature_flag\.|tenant|code\.)/;

/** What the failing traces of one incident have in common at the place where each failed. @param traces with their origins */
export function sharedByFailing(traces: readonly Trace[]): readonly Observation<string>[] {
  const origins = traces.flatMap(
    ({ spans, originSpanId }) => spans.find(({ spanId }) => spanId === originSpanId) ?? [],
  );
  const [first] = origins;
  if (first === undefined || origins.length < 2 || origins.length < traces.length) return [];
  const isSame = origins.every(({ service, name }) => service === first.service && name === first.name);
  if (!isSame) return [];
  const shared = Object.entries(first.attributes)
    .filter(([name]) => telling.test(name))
    .filter(([name, value]) => origins.every(({ attributes }) => String(attributes[name]) === String(value)))
    .slice(0, valuesMax)
    .map(([name, value]): Observation<string> => {
      return { kind: "same-value", name, value: String(value).slice(0, valueLengthMax), traces: origins.length };
    });
  return [{ kind: "same-place", ...placeOf(first), traces: origins.length }, ...shared];
}

/** Which steps a trace that went well has and the failing one lacks, and the other way round; what comes after the failure is left out, for it never came to it. */
export function comparedWithHealthy(failing: Trace, healthy: Trace): readonly Observation<string>[] {
  const origin = failing.spans.find(({ spanId }) => spanId === failing.originSpanId);
  const failedNs = origin === undefined ? null : origin.startNs + origin.durationNs;
  const here = stepsOf(failing.spans);
  const there = stepsOf(healthy.spans);
  // Only what a healthy one did before it came to the step that failed here: the rest was never begun.
  const reached = origin === undefined ? null : (there.get(keyOf(origin)) ?? null);
  const lacks = [...there.values()].filter(
    (span) => !here.has(keyOf(span)) && reached !== null && span.startNs <= reached.startNs,
  );
  const more = [...here.values()].filter(
    (span) => !there.has(keyOf(span)) && (failedNs === null || span.startNs < failedNs),
  );
  const named =
    (kind: "healthy-has" | "healthy-lacks") =>
    (span: Span): Observation<string> => {
      return { kind, ...placeOf(span), healthy: healthy.traceId };
    };
  return [
    ...lacks.slice(0, differencesMax).map(named("healthy-has")),
    ...more.slice(0, differencesMax).map(named("healthy-lacks")),
  ];
}

/** The first span of each service and name. */
function stepsOf(spans: readonly Span[]): ReadonlyMap<string, Span> {
  const steps = new Map<string, Span>();
  for (const span of spans) if (!steps.has(keyOf(span))) steps.set(keyOf(span), span);
  return steps;
}

/** Numbers in names (`GET /orders/17`) do not tell steps apart. */
function keyOf({ service, name }: Span): string {
  return JSON.stringify([service, name.replaceAll(/\d+/g, "#")]);
}
