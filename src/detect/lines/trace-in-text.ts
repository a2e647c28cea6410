import type { SpanId, TraceId } from "../../domain/names.ts";
import { mayHoldSpan, parseSpanId, parseTraceId } from "./trace-id.ts";

export interface TraceInText {
  readonly traceId: TraceId | null;
  readonly spanId: SpanId | null;
}

/** How much of a text is searched for ids. */
const searchedLength = 4096;
const mentionsMax = 8;
/** What may stand between a name and its value: `=`, `: `, `":"`, `=[`, a space. */
const between = "[\"']?\\]?(?:\\s?[=:]\\s?|\\s)[\"'\\[]?";
const value = "([0-9a-zA-Z][0-9a-zA-Z/.:=_;-]{10,160})";
// Without the flag for case, which is slow.
const traceValue = new RegExp(`[tT](?:race|RACE)(?:[_. -]?[iI][dD]|[pP]arent)?${between}${value}`, "y");
const spanValue = new RegExp(`[sS](?:pan|PAN)[_. -]?[iI][dD]${between}([0-9a-fA-F]{15,20})\\b`, "y");
const b3Value = new RegExp(`\\bb3${between}([0-9a-f]{16,32}-[0-9a-f]{16}(?:-[01d])?)`);
/** `[app,trace,span]` of Sleuth, `[trace-span]` of Spring Boot, `[trace/span]`. */
const bracketed = /\[(?:[^,\]\s]{0,100}, ?)?([0-9a-f]{32}|[0-9a-f]{16})[,/-] ?([0-9a-f]{16})\s{0,20}[,\]]/;
/** `| trace span |`, a cell of a header in columns. */
const inBars = /\| {0,4}([0-9a-f]{32})[ ,/:-]([0-9a-f]{16}) {0,4}\|/;
const nothing: TraceInText = { traceId: null, spanId: null };

/** The ids in free text: `trace_id=…`, `traceId: …`, `traceparent=…`, `[app,trace,span]`, `[trace-span]`. An id without such a name is not taken for one. */
export function findTraceInText(text: string): TraceInText {
  const part = text.length > searchedLength ? text.slice(0, searchedLength) : text;
  const named = namedTrace(part, "race") ?? namedTrace(part, "RACE");
  if (named === null) {
    return (
      (part.includes("[") || part.includes("|") ? findBracketedTrace(part) : null) ??
      (part.includes("b3") ? findB3(part) : nothing)
    );
  }
  return { traceId: named.traceId, spanId: named.spanId ?? namedSpan(part, "pan") ?? namedSpan(part, "PAN") };
}

function namedTrace(part: string, letters: string): TraceInText | null {
  let tries = 0;
  for (let at = part.indexOf(letters); at !== -1 && tries < mentionsMax; at = part.indexOf(letters, at + 4), tries++) {
    if (at === 0 || isWithinWord(part, at - 2)) continue;
    traceValue.lastIndex = at - 1;
    const found = traceValue.exec(part)?.[1];
    if (found === undefined) continue;
    const bare = found.length === 32 ? found : found.replace(/[./:;=-]+$/, "");
    const traceId = parseTraceId(bare, part.endsWith("dd.", at - 1)) ?? parseTraceId(bare.split(/[:;]/, 1)[0] ?? "");
    if (traceId !== null) return { traceId, spanId: mayHoldSpan(bare) ? parseSpanId(bare) : null };
  }
  return null;
}

function namedSpan(part: string, letters: string): SpanId | null {
  let tries = 0;
  for (let at = part.indexOf(letters); at !== -1 && tries < mentionsMax; at = part.indexOf(letters, at + 3), tries++) {
    if (at === 0) continue;
    spanValue.lastIndex = at - 1;
    const spanId = parseSpanId(spanValue.exec(part)?.[1] ?? "", part.endsWith("dd.", at - 1));
    if (spanId !== null) return spanId;
  }
  return null;
}

/** The `t` of `backtrace` and `stacktrace`; `xB3TraceId` and `otelTraceID` begin with a capital of their own. */
function isWithinWord(part: string, before: number): boolean {
  const code = part.charCodeAt(before);
  return code >= 97 && code <= 122 && part.charCodeAt(before + 1) === 116;
}

function findBracketedTrace(part: string): TraceInText | null {
  const head = part.slice(0, 600);
  const found = bracketed.exec(head) ?? inBars.exec(head);
  const traceId = found?.[1] === undefined ? null : parseTraceId(found[1]);
  return traceId === null ? null : { traceId, spanId: parseSpanId(found?.[2] ?? "") };
}

function findB3(part: string): TraceInText {
  const found = b3Value.exec(part)?.[1];
  return found === undefined ? nothing : { traceId: parseTraceId(found), spanId: parseSpanId(found) };
}
