import type { Evidence, EvidenceBundle, EvidenceKind } from "../domain/evidence.ts";
import { toJson } from "../domain/json.ts";
import { redact } from "../domain/redact.ts";

/** Tokens differ from model to model; none makes more of text than one of three bytes, but for text that is made of rare characters. */
const bytesPerToken = 3;
/** For the sentences that say what was left out. */
const tokensReserved = 300;
const because = "There was more than a bundle holds; the worthiest were kept.";

/** What an excerpt, a span or a commit is worth, by its number: the first of each kind are worth most. */
const worthOf: { readonly [Kind in EvidenceKind]: (index: number) => number } = {
  entry: (index) => 60 - index,
  lines: (index) => 95 - 3 * index,
  span: (index) => 80 - 2 * index,
  commit: (index) => 75 - 4 * index,
};

/** At most so many tokens: what is worth least goes first, and `leftOut` says how much it was. Numbers stay as they are. */
export function fitBundle(bundle: EvidenceBundle, tokensMax: number): EvidenceBundle {
  let tokens = tokensOf(bundle);
  if (tokens <= tokensMax) return bundle;
  const room = tokensMax - tokensReserved;
  const out = new Set<Evidence>();
  const leave = (all: readonly Evidence[]) => {
    for (const each of all) {
      if (tokens <= room) break;
      tokens -= tokensOf(each);
      out.add(each);
    }
  };
  const ordered = byWorth(bundle.evidence);
  leave(ordered.filter((each) => !tellsWhatHappened(each)));
  const spans = [...(bundle.trace?.spans ?? [])];
  let cutSpans = 0;
  // What else was in the trace: from its end, what did not fail.
  for (let at = spans.length - 1; at > 0 && tokens > room; at--) {
    const span = spans[at];
    if (span === undefined || span.isError || span.spanId === bundle.trace?.originSpanId) continue;
    tokens -= tokensOf(span);
    spans.splice(at, 1);
    cutSpans += 1;
  }
  leave(ordered.filter(tellsWhatHappened));
  const evidence = bundle.evidence.filter((each) => !out.has(each));
  const kept = new Set<string>(evidence.map(({ id }) => id));
  return {
    ...bundle,
    trace: bundle.trace === null || cutSpans === 0 ? bundle.trace : { ...bundle.trace, spans },
    evidence,
    suspects: bundle.suspects.filter((id) => kept.has(id)),
    leftOut: withCut(bundle.leftOut, [...out], cutSpans),
  };
}

export function tokensOf(value: unknown): number {
  return Math.ceil(Buffer.byteLength(toJson(value)) / bytesPerToken);
}

/** The incident's own entry and the origin's go last of all. */
function tellsWhatHappened({ id }: Evidence): boolean {
  return id === "entry-1" || id === "entry-2";
}

/** Worth least first. */
function byWorth(evidence: readonly Evidence[]): readonly Evidence[] {
  const seen: Partial<Record<EvidenceKind, number>> = {};
  const weighed = evidence.map((each) => {
    const index = seen[each.kind] ?? 0;
    seen[each.kind] = index + 1;
    return { each, worth: worthOf[each.kind](index) };
  });
  return weighed.toSorted((one, other) => one.worth - other.worth).map(({ each }) => each);
}

function withCut(
  leftOut: EvidenceBundle["leftOut"],
  cut: readonly Evidence[],
  cutSpans: number,
): EvidenceBundle["leftOut"] {
  const counts = new Map<EvidenceKind, number>();
  for (const { kind } of cut) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  if (cutSpans > 0) counts.set("span", (counts.get("span") ?? 0) + cutSpans);
  const said = leftOut.map((each) => {
    const more = each.because === because ? (counts.get(each.kind) ?? 0) : 0;
    if (more > 0) counts.delete(each.kind);
    return { ...each, count: each.count + more };
  });
  return [...said, ...[...counts].map(([kind, count]) => ({ kind, count, because: redact(because) }))];
}
