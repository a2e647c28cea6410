import { pathTo, spanForest } from "../domain/span-forest.ts";
import type { Redacted } from "../domain/text.ts";
import type { Span, Trace } from "../domain/trace.ts";
import { framed, inLine, part } from "./framed.ts";
import type { RepairCase } from "./repair-case.ts";

const entriesShown = 3;
const entryLengthMax = 6_000;
const claimLengthMax = 4_000;
const attributesMax = 30;

/** What happened and why, for both conversations: the claim, the failure as it was logged, and the request of its trace. */
export function caseText({ bundle, rootCause, version }: RepairCase): readonly string[] {
  const [place] = rootCause.faulty;
  const where =
    place === undefined
      ? "nowhere"
      : `${inLine(place.path)}, lines ${place.firstLine} to ${place.lastLine}${place.function === null ? "" : `, in ${inLine(place.function)}`}`;
  const cited = new Set(rootCause.citations.map((citation) => citation.evidence));
  const entries = bundle.evidence
    .filter((each) => each.kind === "entry")
    .toSorted((one, other) => Number(cited.has(other.id)) - Number(cited.has(one.id)))
    .slice(0, entriesShown);
  return [
    part(
      "The root cause",
      `Category ${rootCause.category}, at ${where}:`,
      framed(rootCause.claim.slice(0, claimLengthMax)),
    ),
    part(
      "The failure as it was logged",
      ...entries.map(
        ({ service, text }) => `Service ${inLine(service ?? "?")}:\n${framed(text.slice(0, entryLengthMax))}`,
      ),
      ...(entries.length === 0 ? ["Nothing was logged."] : []),
    ),
    part("The request, from its trace", ...requestLines(bundle.trace)),
    `The service is ${inLine(version.service)}, at commit ${version.base.slice(0, 12)}.`,
  ];
}

/** From the outermost span of the request to the one that failed first: their names, attributes and exceptions. */
function requestLines(trace: Trace<Redacted> | null): readonly string[] {
  if (trace === null) return ["There is none."];
  const origin = trace.originSpanId === null ? null : spanForest(trace).nodeOf(trace.originSpanId);
  const spans = origin === null ? trace.spans.filter(({ isError }) => isError) : pathTo(origin).map(({ span }) => span);
  return spans.slice(-5).map((span) => framed(spanText(span)));
}

function spanText(span: Span<Redacted>): string {
  const attributes = Object.entries(span.attributes).slice(0, attributesMax);
  return [
    `span ${span.name}${span.kind === null ? "" : ` (${span.kind})`}${span.service === null ? "" : ` of ${span.service}`}`,
    ...attributes.map(([name, value]) => `  ${name} = ${String(value).slice(0, 300)}`),
    ...span.exceptions.map(({ type, message }) => `  exception ${type ?? "?"}: ${(message ?? "").slice(0, 1_000)}`),
  ].join("\n");
}
