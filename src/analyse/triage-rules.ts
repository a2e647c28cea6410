import type { EvidenceBundle, EvidenceId } from "../domain/evidence.ts";
import type { Category } from "../domain/root-cause.ts";
import type { Redacted } from "../domain/text.ts";
import type { Span } from "../domain/trace.ts";

/** Why no investigation is needed. */
export type TriageReason = "client-gone" | "refusal" | "third-party" | "capacity";

/** What a rule decides without a model: the reason, and the words that show it. */
export interface RuledOut {
  readonly reason: TriageReason;
  readonly category: Category;
  readonly citations: readonly { readonly evidence: EvidenceId; readonly quote: string }[];
  /** The words by which its entries are known; empty where there are none. */
  readonly words: string;
  /** Who or what is meant: an address, a limit. */
  readonly what: string;
}

const quoteLengthMax = 200;

/** The other end went away: nobody waits for an answer any more. */
const clientGone =
  /ClientAbortException|ClientDisconnect(?:ed)?\b|RequestAbortedError|\brequest aborted\b|context canceled|client (?:has )?disconnected|BadHttpRequestException: Unexpected end of request|premature end of (?:client )?request|Error: aborted\b|EPIPE\b/i;
/** A limit outside of the program. */
const capacity =
  /No space left on device|\bENOSPC\b|Too many open files|\bEMFILE\b|too many (?:clients|connections)(?: already)?|remaining connection slots are reserved|Cannot allocate memory|\bENOMEM\b|OOMKilled|disk quota exceeded/i;
/** It may be one of several things, and only a reader can tell which. */
const unclear =
  /timed? ?out|refused|unreachable|ECONN|ENOTFOUND|EAI_AGAIN|quota|rate limit|denied|forbidden|unauthori[sz]ed|expired|certificate|duplicate key|constraint|not found|invalid|validation|unavailable|shutting down|cancell?ed|deadlock|OutOfMemory/i;

/** What rules say of an incident: no investigation, surely one, or that a reader should decide. */
export function triageByRule(
  bundle: EvidenceBundle,
): { readonly kind: "ruled-out"; readonly by: RuledOut } | { readonly kind: "investigate" | "unsure" } {
  const said = failureOf(bundle);
  if (said === null) return { kind: "investigate" };
  const refusal = refusalIn(bundle, said);
  if (refusal !== null) return { kind: "ruled-out", by: refusal };
  const gone = clientGone.exec(said.text)?.[0];
  if (gone !== undefined) return ruledOut("client-gone", "noise", said, gone, gone);
  const limit = capacity.exec(said.text)?.[0];
  if (limit !== undefined) return ruledOut("capacity", "capacity", said, limit, limit);
  const down = thirdPartyDown(bundle);
  if (down !== null) return { kind: "ruled-out", by: down };
  return { kind: unclear.test(said.text) ? "unsure" : "investigate" };
}

interface Said {
  readonly id: EvidenceId;
  /** Exception and message, without its stack trace. */
  readonly text: string;
  readonly service: string | null;
}

/** What the origin threw, or the first entry says. */
function failureOf({ trace, evidence }: EvidenceBundle): Said | null {
  const origin = trace?.spans.find(({ spanId }) => spanId === trace.originSpanId);
  const span = evidence.find((one) => one.kind === "span" && one.spanId === origin?.spanId);
  const [thrown] = origin?.exceptions ?? [];
  if (span !== undefined && thrown !== undefined) {
    return {
      id: span.id,
      text: [thrown.type, thrown.message].filter(Boolean).join(": "),
      service: origin?.service ?? null,
    };
  }
  const entries = evidence.filter((one) => one.kind === "entry");
  const entry = entries.find((one) => origin !== undefined && one.service === origin.service) ?? entries[0];
  if (entry === undefined) return null;
  return { id: entry.id, text: headOf(entry.text), service: entry.service };
}

/** The lines before the first frame of a stack trace. */
function headOf(text: string): string {
  const lines = text.split("\n");
  const frame = lines.findIndex((line) => /^\s+(?:at |File "|from )|^Traceback/.test(line));
  return lines.slice(0, frame === -1 ? 3 : Math.max(1, frame)).join("\n");
}

function ruledOut(reason: TriageReason, category: Category, said: Said, words: string, what: string) {
  // An entry says it in words of its own; of a span, type and message were put together here.
  const line = said.id.startsWith("entry-") ? said.text.split("\n").find((each) => each.includes(words)) : undefined;
  const quote = (line ?? words).trim();
  const citations = [{ evidence: said.id, quote: quote.length <= quoteLengthMax ? quote : words }];
  const by: RuledOut = { reason, category, citations, words, what };
  return { kind: "ruled-out", by } as const;
}

/** The code threw on purpose, and the caller was told that the request was at fault. */
function refusalIn({ trace, evidence, ranking }: EvidenceBundle, said: Said): RuledOut | null {
  const origin = trace?.spans.find(({ spanId }) => spanId === trace.originSpanId);
  if (trace === null || origin === undefined) return null;
  const served = trace.spans.find((span) => span.kind === "server" && span.service === origin.service);
  const status = served === undefined ? null : statusOf(served);
  if (served === undefined || status === null || status < 400 || status > 499) return null;
  const [place] = ranking;
  const lines = evidence.find(
    (one) =>
      one.kind === "lines" &&
      place !== undefined &&
      one.path === place.path &&
      one.firstLine <= place.firstLine &&
      one.lastLine >= place.firstLine,
  );
  if (lines?.kind !== "lines" || place === undefined) return null;
  const thrower = lines.text.split("\n")[place.firstLine - lines.firstLine] ?? "";
  if (!/^\s*(?:if\b.*)?\b(?:throw|raise|abort)\b/.test(thrower)) return null;
  const message = said.text.split("\n")[0] ?? "";
  return {
    reason: "refusal",
    category: "noise",
    citations: [
      { evidence: lines.id, quote: thrower.trim().slice(0, quoteLengthMax) },
      { evidence: said.id, quote: message.slice(0, quoteLengthMax) },
    ],
    words: /^[\w$.]+(?=: )/.exec(message)?.[0] ?? message.slice(0, 60),
    what: String(status),
  };
}

/** The call that failed went to somebody whose code is not ours, and was answered that it is their fault. */
function thirdPartyDown({ trace, evidence, code }: EvidenceBundle): RuledOut | null {
  const origin = trace?.spans.find(({ spanId }) => spanId === trace.originSpanId);
  if (trace === null || origin === undefined || origin.kind !== "client") return null;
  const status = statusOf(origin);
  if (status === null || status < 500) return null;
  const answering = trace.spans.some(({ parentSpanId }) => parentSpanId === origin.spanId);
  const host = textOf(origin, ["server.address", "peer.service", "net.peer.name", "http.host"]);
  const span = evidence.find((one) => one.kind === "span" && one.spanId === origin.spanId);
  if (answering || host === null || span === undefined) return null;
  if (code.some(({ service }) => host.includes(service))) return null;
  const quote = span.text.split("\n").find((line) => line.includes(String(status))) ?? String(status);
  return {
    reason: "third-party",
    category: "third_party",
    citations: [{ evidence: span.id, quote: quote.trim().slice(0, quoteLengthMax) }],
    words: "",
    what: `${host} (${status})`,
  };
}

function statusOf(span: Span<Redacted>): number | null {
  const status = Number(span.attributes["http.response.status_code"] ?? span.attributes["http.status_code"]);
  return Number.isInteger(status) ? status : null;
}

function textOf(span: Span<Redacted>, names: readonly string[]): string | null {
  const value = names.map((name) => span.attributes[name]).find((each) => typeof each === "string" && each !== "");
  return typeof value === "string" ? value : null;
}
