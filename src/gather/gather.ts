import type { ErrorEntry, Exception } from "../domain/error-entry.ts";
import type { EvidenceBundle, EvidenceKind } from "../domain/evidence.ts";
import type { Incident, Sample } from "../domain/incident.ts";
import type { Fingerprint, ServiceName } from "../domain/names.ts";
import { type Observation, redactObservation } from "../domain/observation.ts";
import type { Findings } from "../domain/order.ts";
import { plainName } from "../domain/plain-name.ts";
import type { EntryReader } from "../domain/reading-rules.ts";
import { newRedactionMemory, redact } from "../domain/redact.ts";
import type { CountableLogSource, ServiceCode, TraceSource } from "../domain/sources.ts";
import { pathTo, spanForest } from "../domain/span-forest.ts";
import type { SyntaxReader } from "../domain/syntax.ts";
import type { Redacted } from "../domain/text.ts";
import type { Span, Trace } from "../domain/trace.ts";
import { deployedClaims } from "./code/deployed.ts";
import { readCode } from "./code/read-code.ts";
import { type EntriesAround, entriesAround, noEntriesAround } from "./entries/entries-around.ts";
import { observeRate } from "./entries/rate.ts";
import { streamSelector } from "./entries/stream-selector.ts";
import { buildEvidence, type EvidenceLimits, type EvidenceMaterial } from "./evidence-list.ts";
import { fitBundle } from "./fit-bundle.ts";
import { earlierClaims } from "./history/previous-deployment.ts";
import { comparedWithHealthy, sharedByFailing } from "./trace/compare-traces.ts";
import { findHealthyTrace } from "./trace/find-healthy.ts";
import { observeTrace } from "./trace/observe-trace.ts";
import { redactTrace, type TraceLimits } from "./trace/redact-trace.ts";
import { exceptionsOfSpan, relate } from "./trace/relate.ts";
import { type SampledTraces, sampleOf, weighTraces } from "./trace/sampled-traces.ts";
import { servedRequests } from "./trace/served-requests.ts";

export interface GatherLimits {
  readonly trace: TraceLimits;
  readonly evidence: EvidenceLimits;
  /** Of the whole bundle. */
  readonly tokensMax: number;
  /** Services whose code is read: the origin's, then those on the way from it to the top. */
  readonly servicesMax: number;
  /** Frames that are looked up in the origin's service. */
  readonly framesMax: number;
  /** Frames that are looked up in a service that called it. */
  readonly callerFramesMax: number;
}

const defaultLimits: GatherLimits = {
  trace: { spansMax: 300, bytesMax: 80_000 },
  evidence: { bytesMax: { entry: 50_000, span: 16_000, lines: 44_000, commit: 6_000 }, rankingMax: 10, suspectsMax: 5 },
  tokensMax: 60_000,
  servicesMax: 4,
  framesMax: 12,
  callerFramesMax: 6,
};

export interface GatherQuestion {
  readonly incident: Incident;
  /** Sampled traces that are there, newest first. */
  readonly traces: readonly Trace[];
  /** Why there is no trace; null when there is one. */
  readonly traceMissing: Redacted | null;
  /** Asked for a trace that went well, to compare with; null where no Tempo may be asked. */
  readonly traceSource: TraceSource | null;
  /** Null where no Loki may be asked. */
  readonly logs: CountableLogSource | null;
  /** The environment's configured query; its stream selector bounds what is read around the error. */
  readonly query: string;
  readonly reader: EntryReader;
  readonly codeOf: (service: ServiceName) => ServiceCode | null;
  readonly syntax: SyntaxReader;
  readonly serviceOf: (raw: string) => ServiceName;
  /** A commit or tag that a person says is deployed; null: what labels and attributes say. */
  readonly deployed: string | null;
  readonly nowMs: number;
}

export interface Gathered {
  readonly bundle: EvidenceBundle;
  readonly origin: Findings["origin"];
  readonly symptoms: readonly Fingerprint[];
  /** Whose code is at fault, as far as the trace tells; the incident's own service where it does not. */
  readonly service: ServiceName | null;
}

type ServiceReading = EvidenceMaterial["readings"][number];
type LeftOut = { readonly kind: EvidenceKind; readonly count: number; readonly because: string };

/**
 * Everything worth showing about an incident, without a model: its entries and what was logged around them, the failing path of its trace, the code of the
 * frames at the deployed commit, and who changed it last. The same answers of the sources give the same bytes. What is missing is said in `leftOut`; only
 * the signal's reason is ever thrown.
 */
export async function gather(
  question: GatherQuestion,
  signal: AbortSignal,
  limits: GatherLimits = defaultLimits,
): Promise<Gathered> {
  const { incident, reader, serviceOf } = question;
  const memory = newRedactionMemory();
  const [newest, ...others] = question.traces.map((each) => withKnownServices(each, serviceOf));
  const weighed = newest === undefined ? null : weighTraces([newest, ...others], incident, reader);
  const trace = weighed?.trace ?? null;
  const sample = sampleOf(incident, trace);

  const around = sample === null ? noEntriesAround([]) : await lookAround(question, sample, trace, signal);
  const own = sample === null ? null : (around.own ?? fromSample(incident, sample, reader));
  const entries = own === null || around.own !== null ? around.ofTrace : [own, ...around.ofTrace];
  const related = trace === null ? { origin: null, symptoms: [] } : relate(trace, trace.originSpanId, entries, reader);
  const asked = new Set([...incident.fingerprints, ...(own === null ? [] : [own.fingerprint])]);
  // It followed from this origin here, and from others or from none elsewhere: then it is a failure of its own, and this trace does not tell why.
  const isOthers = weighed?.isSymptom === false && related.symptoms.some((each) => asked.has(each));
  const told = related.origin === null ? own : related.origin.entry;
  const service = related.origin?.service ?? own?.service ?? incident.service;

  const seen = [...(own === null ? [] : [own]), ...entries, ...around.neighbours];
  const code = await readServices(question, { service, told, trace, entries, seen }, limits, signal);
  const observations = [
    ...(weighed === null ? [] : await observe(question, weighed, signal)),
    ...(await observeEntries(question, own, around, signal)),
  ];
  const kept = trace === null ? null : redactTrace(trace, limits.trace, memory);
  const built = buildEvidence(
    {
      firstEntries: [...new Set([own, told])].filter((each) => each !== null),
      otherEntries: [
        ...[...around.ofTrace, ...around.linked].filter(({ isError }) => isError),
        ...around.ofTrace,
        ...around.linked,
        ...around.neighbours,
      ],
      textOf: (entry) => (entry === own && around.own === null ? (sample?.line ?? "") : around.textOf(entry)),
      trace: kept?.trace ?? null,
      readings: code.readings,
      firstSeenMs: Number(incident.firstSeenNs / 1_000_000n),
    },
    limits.evidence,
    memory,
  );
  const leftOut: readonly LeftOut[] = [
    ...around.failures.map((because) => ({ kind: "entry", count: 1, because }) as const),
    ...(kept === null || kept.leftOut === 0
      ? []
      : [{ kind: "span", count: kept.leftOut, because: "The trace is larger; its failing path was kept." } as const]),
    ...code.missing,
    ...built.leftOut,
  ];
  const bundle: EvidenceBundle = {
    format: 1,
    incident: incident.id,
    episode: incident.episode,
    gatheredAtMs: question.nowMs,
    trace: kept?.trace ?? null,
    traceMissing: kept === null ? question.traceMissing : null,
    observations: [
      ...observations,
      ...code.readings.filter(({ isOrigin }) => isOrigin).flatMap((reading) => reading.observations),
    ].map((each) => redactObservation(each, memory)),
    code: code.readings.flatMap(({ version }) => version ?? []),
    evidence: built.evidence,
    ranking: built.ranking,
    suspects: built.suspects,
    leftOut: leftOut.map((each) => ({ ...each, because: redact(each.because, memory) })),
  };
  return {
    bundle: fitBundle(bundle, limits.tokensMax),
    origin: isOthers
      ? null
      : related.origin && { service: related.origin.service, fingerprint: related.origin.fingerprint },
    symptoms: isOthers ? [] : related.symptoms,
    service,
  };
}

/** What the traces tell at a glance, those that went well for comparison. */
async function observe(
  { traces, traceSource, serviceOf }: GatherQuestion,
  { trace, alike }: SampledTraces,
  signal: AbortSignal,
): Promise<readonly Observation<string>[]> {
  const asSent = traces.find(({ traceId }) => traceId === trace.traceId);
  const healthy =
    asSent === undefined || traceSource === null ? null : await findHealthyTrace(asSent, traceSource, signal);
  return [
    ...sharedByFailing(alike),
    ...observeTrace(trace),
    ...(healthy === null ? [] : comparedWithHealthy(trace, withKnownServices(healthy, serviceOf))),
  ];
}

/** Whether it is new and grows, and what is linked to it where there is no trace. */
async function observeEntries(
  { incident, logs, query }: GatherQuestion,
  own: ErrorEntry | null,
  { linked, correlation, ownLabel }: EntriesAround,
  signal: AbortSignal,
): Promise<readonly Observation<string>[]> {
  const selector = streamSelector(query);
  const rate =
    own === null || logs === null || selector === null
      ? null
      : await observeRate(incident, own, { logs, selector, label: ownLabel }, signal);
  const services = new Set(linked.map(({ service }) => service)).size;
  return [
    ...(rate === null ? [] : [rate]),
    ...(correlation === null || linked.length === 0
      ? []
      : [{ kind: "linked", ...correlation, entries: linked.length, services } as const]),
  ];
}

interface Failure {
  readonly service: ServiceName | null;
  /** The entry that tells of it. */
  readonly told: ErrorEntry | null;
  readonly trace: Trace | null;
  readonly entries: readonly ErrorEntry[];
  /** All that may carry a label with the deployed commit. */
  readonly seen: readonly ErrorEntry[];
}

/** The code of the service at fault, and of those that called it on the failing path. */
async function readServices(
  { codeOf, reader, syntax, incident, deployed, logs, query, serviceOf }: GatherQuestion,
  { service, told, trace, entries, seen }: Failure,
  limits: GatherLimits,
  signal: AbortSignal,
): Promise<{ readonly readings: readonly ServiceReading[]; readonly missing: readonly LeftOut[] }> {
  const path = trace === null ? [] : failingPath(trace);
  const called = trace === null ? null : calledByOrigin(trace);
  const selector = streamSelector(query);
  const readings: ServiceReading[] = [];
  const missing: LeftOut[] = [];
  const unread = (because: string) => missing.push({ kind: "lines", count: 1, because });
  if (service === null) unread("It is not known which service failed, so no code was read.");
  for (const each of servicesOf(service, path, called, limits.servicesMax)) {
    const code = codeOf(each);
    if (code === null) {
      unread(`The service ${each} is in no entry of the service map, so its code was not read.`);
      continue;
    }
    const isOrigin = each === service;
    const isCalled = !isOrigin && each === called?.service;
    const reading = await readCode(
      {
        code,
        claims: [
          ...(deployed === null || !isOrigin ? [] : [deployed]),
          ...deployedClaims(code, seen, trace?.spans ?? []),
        ],
        earlierClaims: isOrigin
          ? await earlierClaims(code, incident.firstSeenNs, { logs, selector, serviceOf }, signal)
          : [],
        exceptions: isOrigin
          ? exceptionsAt(told, path.at(-1) ?? null, reader)
          : exceptionsIn(each, entries, path, reader),
        message: isOrigin ? messageOf(told, path.at(-1) ?? null) : "",
        requests: servedRequests(isCalled && called !== null ? [...path, called] : path, each),
        firstSeenMs: Number(incident.firstSeenNs / 1_000_000n),
        syntax,
        isCaller: !isOrigin && !isCalled,
        framesMax: isOrigin ? limits.framesMax : limits.callerFramesMax,
      },
      signal,
    );
    missing.push(...reading.missing);
    readings.push({ code, isOrigin, isCalled, ...reading });
  }
  return { readings, missing };
}

/** What was thrown at the origin: as it was logged, or as its span recorded it where only that has frames. */
function exceptionsAt(told: ErrorEntry | null, origin: Span | null, reader: EntryReader): readonly Exception[] {
  const logged = told?.exceptions ?? [];
  const recorded = origin === null ? [] : exceptionsOfSpan(origin, reader);
  return recorded.length === 0 || logged.some(({ frames }) => frames.length > 0) ? logged : recorded;
}

/** Its own words, without values, as far as that is known. */
function messageOf(told: ErrorEntry | null, origin: Span | null): string {
  return told?.template ?? origin?.exceptions[0]?.message ?? origin?.statusMessage ?? "";
}

function withKnownServices(trace: Trace, serviceOf: (raw: string) => ServiceName): Trace {
  const spans = trace.spans.map((span) => ({
    ...span,
    service: span.service === null ? null : plainName(serviceOf(span.service)) || null,
  }));
  return { ...trace, spans };
}

async function lookAround(
  { logs, query, reader, serviceOf }: GatherQuestion,
  sample: Sample,
  trace: Trace | null,
  signal: AbortSignal,
): Promise<EntriesAround> {
  if (logs === null) return noEntriesAround(["No Loki was asked for neighbouring entries."]);
  return await entriesAround({ logs, query, reader, serviceOf }, sample, trace, signal);
}

/** What the incident kept of its entry, read again: Loki may have forgotten it. Its identity is the incident's. */
function fromSample(incident: Incident, sample: Sample, reader: EntryReader): ErrorEntry | null {
  const { entryId, timestampNs, line, service, traceId, spanId } = sample;
  const [read] = reader.read([{ id: entryId, timestampNs, labels: {}, structuredMetadata: {}, line }]);
  if (read === undefined) return null;
  const fingerprint = incident.fingerprints[0] ?? read.fingerprint;
  const { entry, joined, environment, level, message, exceptions, template, because } = read;
  return {
    ...{ entry, joined, environment, level, message, exceptions, template, because },
    ...{ isError: true, service, traceId, spanId, fingerprint },
  };
}

/** From the top down to the origin. */
function failingPath(trace: Trace): readonly Span[] {
  const node = trace.originSpanId === null ? null : spanForest(trace).nodeOf(trace.originSpanId);
  return node === null ? [] : pathTo(node).map(({ span }) => span);
}

/** The other side of a call that failed, although nothing failed there: it refused, or answered what was not understood. */
function calledByOrigin(trace: Trace): Span | null {
  const origin = trace.originSpanId === null ? null : spanForest(trace).nodeOf(trace.originSpanId);
  if (origin === null) return null;
  const below = [...origin.children];
  let last: Span | null = null;
  for (const node of below) {
    const { span } = node;
    if (span.service === origin.span.service) below.push(...node.children);
    // Of several that answered, the last one was answered just before it failed.
    else if (span.service !== null && (last === null || span.startNs > last.startNs)) last = span;
  }
  return last;
}

/** The service at fault, whom it called, then those of the failing path that called it, nearest first. */
function servicesOf(service: ServiceName | null, path: readonly Span[], called: Span | null, servicesMax: number) {
  const calling = path.toReversed().flatMap((span) => (span.isError && span.service !== null ? [span.service] : []));
  const first = [service, called?.service ?? null].filter((each) => each !== null);
  return [...new Set([...first, ...calling])].slice(0, servicesMax);
}

/** What failed in a service that is not the origin's: as it was logged, else as its spans recorded it. */
function exceptionsIn(
  service: ServiceName,
  entries: readonly ErrorEntry[],
  path: readonly Span[],
  reader: EntryReader,
): readonly Exception[] {
  const logged = entries.find((entry) => entry.isError && entry.service === service && entry.exceptions.length > 0);
  return (
    logged?.exceptions ??
    path.filter((span) => span.service === service).flatMap((span) => exceptionsOfSpan(span, reader))
  );
}
