import type { Config } from "../config/config.ts";
import { readingRulesOf } from "../config/reading-rules-of.ts";
import { createEntryReader } from "../detect/entries/read-entries.ts";
import type { ReadErrorEntry } from "../detect/entries/read-entry.ts";
import { parseExplainInput } from "../detect/explain/explain-input.ts";
import { recordEntries } from "../detect/incidents/record-entries.ts";
import type { KnownOfPage } from "../detect/incidents/resolve-incidents.ts";
import type { Incident } from "../domain/incident.ts";
import type { LogEntry } from "../domain/log-entry.ts";
import type { Environment, ServiceName, TraceId } from "../domain/names.ts";
import { redact } from "../domain/redact.ts";
import { isSourceFailure } from "../domain/sources.ts";
import type { SyntaxReader } from "../domain/syntax.ts";
import type { Redacted } from "../domain/text.ts";
import type { Trace } from "../domain/trace.ts";
import { logqlString, streamSelector } from "../gather/entries/stream-selector.ts";
import type { GatherQuestion } from "../gather/gather.ts";
import { findTrace } from "../gather/trace/find-trace.ts";
import { findOrigin } from "../gather/trace/origin.ts";
import type { EnvironmentSources } from "../jobs/hands-means.ts";

const nsPerMs = 1_000_000n;
const entriesMax = 500;
/** Where text comes from that no environment has sent. */
const standardInput = "stdin";

/** There is nothing to gather about. */
export class NoCaseError extends Error {
  override readonly name = "NoCaseError";
  readonly isRetryable = false;
}

export interface CaseMeans {
  readonly config: Config;
  readonly sources: ReadonlyMap<Environment, EnvironmentSources>;
  readonly codeOf: GatherQuestion["codeOf"];
  readonly syntax: SyntaxReader;
  readonly nowMs: number;
}

/** What to gather about, and what a person should know of how it was chosen. */
export interface OpenedCase {
  readonly question: GatherQuestion;
  readonly notes: readonly string[];
}

const nothingKnown: KnownOfPage = {
  seen: new Set(),
  incidentOf: new Map(),
  incidentOfTrace: new Map(),
  variants: [],
};

/**
 * A case from log text that somebody pasted. Neither Loki nor Tempo is asked.
 * @throws NoCaseError when no error is recognised in it, or nobody says whose it is
 */
export function caseOfText(
  text: string,
  said: { readonly service: ServiceName | null; readonly deployed: string | null },
  means: CaseMeans,
): OpenedCase {
  const rules = readingRulesOf(means.config, null);
  const reader = createEntryReader(rules);
  const entries = parseExplainInput(text, "auto").map((entry) =>
    said.service === null
      ? entry
      : { ...entry, id: entry.id, labels: { ...entry.labels, [rules.serviceLabels[0] ?? "service"]: said.service } },
  );
  const errors = reader.read(entries).filter((each) => each.isError);
  const [first, ...others] = incidentsOf(errors, standardInput, means.nowMs);
  if (first === undefined) {
    throw new NoCaseError(
      "No error was recognised in the text. Give the stack trace or the log line of the error; `error-autopilot explain` says what it makes of each line.",
    );
  }
  if (first.service === null) {
    throw new NoCaseError(
      "The text does not say which service it is of. Say it: --service NAME, as in the service map.",
    );
  }
  return {
    question: {
      incident: first,
      traces: [],
      traceSource: null,
      traceMissing: redact("Log text alone was given, and no Tempo was asked."),
      logs: null,
      query: "",
      reader,
      codeOf: means.codeOf,
      syntax: means.syntax,
      serviceOf: (seen) => rules.aliases[seen.toLowerCase()] ?? seen,
      deployed: said.deployed,
      nowMs: means.nowMs,
    },
    notes:
      others.length === 0
        ? []
        : [`The text holds ${others.length + 1} kinds of error; this is about the first. Paste the others one by one.`],
  };
}

/** A case of the state: read again from Loki, Tempo and the clone, as an investigation would. */
export async function caseOfIncident(incident: Incident, means: CaseMeans, signal: AbortSignal): Promise<OpenedCase> {
  const newestFirst = [...incident.samples].sort((one, other) => (one.timestampNs < other.timestampNs ? 1 : -1));
  const names = [...new Set([...newestFirst.map(({ environment }) => environment), ...Object.keys(incident.counts)])];
  const sources = names.map((name) => means.sources.get(name)).find((each) => each !== undefined);
  if (sources === undefined) {
    throw new NoCaseError(
      `${incident.id} was seen in ${names.join(", ") || "no environment"}, which is not in the service map. Add it, or paste the log text: error-autopilot evidence - --service NAME.`,
    );
  }
  const found = await findTrace(incident, sources.traces, { nowMs: means.nowMs, waitMs: 0 }, signal).catch(
    (error: unknown) => {
      if (!isSourceFailure(error)) throw error;
      return { kind: "missing", because: redact(error.message) } as const;
    },
  );
  const traces = found.kind === "found" ? found.traces : [];
  return {
    question: asked(incident, traces, found.kind === "found" ? null : found.because, sources, means),
    notes: [],
  };
}

/**
 * A case from a trace id: the trace in Tempo, and the errors with its id in Loki, of the first environment that knows it.
 * @throws NoCaseError when none does
 */
export async function caseOfTrace(
  traceId: TraceId,
  among: { readonly environment: Environment | null; readonly sinceMs: number },
  means: CaseMeans,
  signal: AbortSignal,
): Promise<OpenedCase> {
  const failures: string[] = [];
  const names = [...means.sources.keys()].filter((name) => among.environment === null || name === among.environment);
  for (const name of names) {
    const sources = means.sources.get(name);
    if (sources === undefined) continue;
    const trace = await (sources.traces?.trace(traceId, signal) ?? Promise.resolve(null)).catch((error: unknown) => {
      if (!isSourceFailure(error)) throw error;
      failures.push(`${name}: ${error.message}`);
      return null;
    });
    const errors = await errorsOfTrace(traceId, trace, sources, among.sinceMs, means, signal).catch(
      (error: unknown) => {
        if (!isSourceFailure(error)) throw error;
        failures.push(`${name}: ${error.message}`);
        return [];
      },
    );
    const [incident] = incidentsOf(errors, name, means.nowMs);
    const about = incident ?? (trace === null ? null : incidentOfTraceAlone(trace, name, sources, means));
    if (about === null) continue;
    const missing = trace === null ? redact(`Tempo does not have the trace ${traceId}.`) : null;
    const notes = incident === undefined ? ["Loki has no error with this trace id; this is of the trace alone."] : [];
    return {
      question: asked(about, trace === null ? [] : [trace], missing, sources, means),
      notes: [...notes, ...failures],
    };
  }
  const what = failures.length === 0 ? "" : ` ${failures.join(" ")}`;
  throw new NoCaseError(
    `Neither Tempo nor Loki knows the trace ${traceId} (searched in ${names.join(", ")}, in Loki back to --since).${what} A longer --since looks further back.`,
  );
}

function asked(
  incident: Incident,
  traces: readonly Trace[],
  traceMissing: Redacted | null,
  sources: EnvironmentSources,
  means: CaseMeans,
): GatherQuestion {
  const { logs, query, reader, serviceOf, traces: traceSource } = sources;
  const { codeOf, syntax, nowMs } = means;
  return {
    incident,
    traces,
    traceMissing,
    traceSource,
    logs,
    query,
    reader,
    codeOf,
    syntax,
    serviceOf,
    deployed: null,
    nowMs,
  };
}

async function errorsOfTrace(
  traceId: TraceId,
  trace: Trace | null,
  { logs, query, reader }: EnvironmentSources,
  sinceMs: number,
  { nowMs }: CaseMeans,
  signal: AbortSignal,
): Promise<readonly ReadErrorEntry[]> {
  const selector = streamSelector(query);
  if (selector === null) return [];
  const startNs = trace?.spans[0]?.startNs ?? null;
  const window = {
    fromNs: startNs === null ? BigInt(nowMs - sinceMs) * nsPerMs : startNs - 60_000n * nsPerMs,
    toNs: startNs === null ? BigInt(nowMs) * nsPerMs : startNs + 900_000n * nsPerMs,
  };
  const text = logqlString(traceId.replace(/^0+/, ""));
  const pages = [
    await logs.entriesBetween(`${selector} |= ${text}`, window, entriesMax, signal),
    await logs.entriesBetween(`${selector} | trace_id=${logqlString(traceId)}`, window, entriesMax, signal),
  ];
  const entries = new Map(pages.flatMap((page) => page.entries.map((entry) => [entry.id, entry])));
  return (reader.read([...entries.values()]) as readonly ReadErrorEntry[]).filter(
    (each) => each.isError && each.traceId === traceId,
  );
}

/** In order of their first entries. */
function incidentsOf(errors: readonly ReadErrorEntry[], environment: Environment, nowMs: number): readonly Incident[] {
  const inOrder = [...errors].sort((one, other) => (one.entry.timestampNs < other.entry.timestampNs ? -1 : 1));
  return recordEntries({
    errors: inOrder,
    known: nothingKnown,
    environment,
    checkpointNs: null,
    nowMs,
    traceForgetMs: 0,
  }).touched.map(({ incident }) => incident);
}

/** Where nothing was logged, what the failing span recorded stands for a log entry. Null where the trace has no span. */
function incidentOfTraceAlone(
  trace: Trace,
  environment: Environment,
  { reader }: EnvironmentSources,
  { config, nowMs }: CaseMeans,
): Incident | null {
  const origin = findOrigin(trace);
  const span = trace.spans.find(({ spanId }) => spanId === origin) ?? trace.spans[0];
  if (span === undefined) return null;
  const [recorded] = span.exceptions;
  const named = [recorded?.type, recorded?.message].filter((part) => part != null).join(": ");
  const entry: LogEntry = {
    id: `span-${span.spanId}`,
    timestampNs: span.startNs,
    labels: {
      level: "error",
      ...(span.service === null ? {} : { [config.serviceLabels[0] ?? "service"]: span.service }),
    },
    structuredMetadata: { trace_id: trace.traceId, span_id: span.spanId },
    line: recorded?.stackTrace ?? (named === "" ? (span.statusMessage ?? span.name) : named),
  };
  return incidentsOf(reader.read([entry]) as readonly ReadErrorEntry[], environment, nowMs)[0] ?? null;
}
