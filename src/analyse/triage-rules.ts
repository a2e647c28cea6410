import type { EvidenceBundle, EvidenceId } from "../domain/evidence.ts";
import type { Category } from "../domain/root-cause.ts";
import type { Redacted } from "../domain/text.ts";
import type { Span } from "../domain/trace.ts";

/** Why no investigation is needed. */
export type TriageReason = "client-gone" | "scanner" | "shutdown" | "refusal" | "third-party" | "capacity" | "data";

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
/** What robots ask every address on the internet for, and what is no HTTP at all. No page of a service has such a name. */
const scanner =
  /(?:\/|No static resource |No route matches .*")\.?(?:\.env|\.git\/|\.aws\/|wp-login\.php|wp-admin|wp-content|wp-includes|xmlrpc\.php|phpmyadmin|vendor\/phpunit|cgi-bin|boaform|HNAP1)|Invalid character found in method name|Error parsing HTTP request header|TLS handshake error from|Invalid HTTP_HOST header|Bad request version|Invalid HTTP request received/i;
/** The program was told to end, and what it had begun ended with it. */
const shutdown =
  /\bShutdown in progress\b|cannot schedule new futures after (?:interpreter )?shutdown|ServerClosed\b|http: Server closed|RejectedExecutionException\b.*\[Shutting down|\bapplication is being stopped\b/i;
/** Bytes that were stored or sent, and that no reader can make sense of; the message names where they lie. */
const unreadable =
  /Error deserializing (?:key\/value|key|value) for partition \S+ at offset \d+|invalid page in block \d+|could not read block \d+|database disk image is malformed|invalid byte sequence for encoding|Incorrect string value: |CRC mismatch|checksum (?:mismatch|does not match)/i;
/** A rule of the database that a row breaks. */
const constraint =
  /violates (?:unique|foreign key|check|exclusion|not-null) constraint(?: "[^"]{1,100}")?|UNIQUE constraint failed: [\w., ]{1,100}|Duplicate entry '[^']{0,100}' for key '[^']{1,100}'|foreign key constraint fails/i;
/** It may be one of several things, and only a reader can tell which. */
const unclear =
  /timed? ?out|refused|unreachable|ECONN|ENOTFOUND|EAI_AGAIN|quota|rate limit|denied|forbidden|unauthori[sz]ed|expired|certificate|duplicate key|constraint|not found|invalid|validation|unavailable|shutting down|cancell?ed|deadlock|OutOfMemory|EPIPE|pool\b|corrupt|malformed/i;

/** What rules say of an incident: no investigation, surely one, or that a reader should decide. */
export function triageByRule(
  bundle: EvidenceBundle,
): { readonly kind: "ruled-out"; readonly by: RuledOut } | { readonly kind: "investigate" | "unsure" } {
  const said = failureOf(bundle);
  if (said === null) return { kind: "investigate" };
  const refusal = refusalIn(bundle, said);
  if (refusal !== null) return { kind: "ruled-out", by: refusal };
  // Where the other end is one that this service called, it went away from us: that is another matter.
  const gone = originOf(bundle)?.kind === "client" ? undefined : clientGone.exec(said.text)?.[0];
  if (gone !== undefined) return ruledOut("client-gone", "noise", said, gone, gone);
  const limit = capacity.exec(said.text)?.[0];
  if (limit !== undefined) return ruledOut("capacity", "capacity", said, limit, limit);
  const robot = scanner.exec(said.text)?.[0];
  if (robot !== undefined) return ruledOut("scanner", "noise", said, robot, robot);
  const end = shutdown.exec(said.text)?.[0];
  if (end !== undefined) return ruledOut("shutdown", "noise", said, end, end);
  const bad = unreadable.exec(said.text)?.[0] ?? refusedRow(bundle, said);
  if (bad !== null) return ruledOut("data", "data", said, bad, bad);
  const down = thirdPartyDown(bundle);
  if (down !== null) return { kind: "ruled-out", by: down };
  return { kind: unclear.test(said.text) ? "unsure" : "investigate" };
}

/**
 * The constraint that a row broke, where the caller was told that what it sent was at fault. Where nobody was told, the code may have let through what it
 * should have refused: that is for a reader.
 */
function refusedRow(bundle: EvidenceBundle, said: Said): string | null {
  const status = servedStatus(bundle);
  return status !== null && status >= 400 && status < 500 ? (constraint.exec(said.text)?.[0] ?? null) : null;
}

function originOf({ trace }: EvidenceBundle): Span<Redacted> | null {
  return trace?.spans.find(({ spanId }) => spanId === trace.originSpanId) ?? null;
}

/** How the request was answered in which the origin failed. */
function servedStatus(bundle: EvidenceBundle): number | null {
  const origin = originOf(bundle);
  const served = bundle.trace?.spans.find((span) => span.kind === "server" && span.service === origin?.service);
  return served === undefined ? null : statusOf(served);
}

interface Said {
  readonly id: EvidenceId;
  /** Exception and message, without its stack trace. */
  readonly text: string;
  readonly service: string | null;
}

/** What the origin threw, or the first entry says. */
function failureOf(bundle: EvidenceBundle): Said | null {
  const { evidence } = bundle;
  const origin = originOf(bundle);
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
  const entry = entries.find((one) => origin !== null && one.service === origin.service) ?? entries[0];
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
function refusalIn(bundle: EvidenceBundle, said: Said): RuledOut | null {
  const { evidence, ranking } = bundle;
  const status = servedStatus(bundle);
  if (status === null || status < 400 || status > 499) return null;
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
function thirdPartyDown(bundle: EvidenceBundle): RuledOut | null {
  const { trace, evidence, code } = bundle;
  const origin = originOf(bundle);
  if (trace === null || origin === null || origin.kind !== "client") return null;
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
