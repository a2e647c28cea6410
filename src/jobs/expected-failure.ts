import type { EvidenceBundle } from "../domain/evidence.ts";
import type { ExpectedFailure } from "../domain/verify-means.ts";

const namedException = /\b(?:[A-Za-z_$][\w$]*[.:]{1,2})*[A-Z][\w$]*(?:Error|Exception|Failure|Fault)\b/g;
const many = 20;

/** What the failure threw, as its trace and its log entries tell it: exceptions of the span where it began, and what caused them. */
export function expectedFailure({ trace, evidence }: EvidenceBundle): ExpectedFailure {
  const failing = trace?.spans.filter(({ isError, exceptions }) => isError && exceptions.length > 0) ?? [];
  const origin = failing.find(({ spanId }) => spanId === trace?.originSpanId);
  const exceptions = (origin === undefined ? failing : [origin]).flatMap((span) => span.exceptions);
  const causes = exceptions.flatMap(({ stackTrace }) => causesIn(stackTrace ?? ""));
  const recorded = exceptions.flatMap(({ type }) => type ?? []);
  const logged = evidence.flatMap((each) => (each.kind === "entry" ? (each.text.match(namedException) ?? []) : []));
  const types = recorded.length > 0 ? [...recorded, ...causes] : logged;
  return {
    exceptionTypes: [...new Set<string>(types)].slice(0, many),
    messages: [...new Set<string>(exceptions.flatMap(({ message }) => message ?? []))].slice(0, many),
  };
}

/** `Caused by: java.lang.NullPointerException: …`, `[cause]: TypeError: …` */
function causesIn(stackTrace: string): readonly string[] {
  return [...stackTrace.matchAll(/^\s*(?:Caused by: |\[cause\]: )([\w.$]+)/gm)].map(([, type = ""]) => type);
}
