import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceName, TraceId } from "../../domain/names.ts";
import type { CompanyRepository } from "./create-repositories.ts";
import { atTime, joinLines, lineTimeMs, lineTraceId } from "./log-line.ts";
import { type OtlpSpan, otlpSpan, shiftSpan, startMs } from "./otlp.ts";
import type { PricingReplay } from "./pricing-replay.ts";
import { startProgram } from "./program-run.ts";
import { replayCase } from "./recording.ts";
import type { Shipment } from "./shipment.ts";
import type { Visit } from "./storefront-visits.ts";

/** Where the services' clones would lie in their containers: what stack traces show in place of a folder of this machine. */
export const containerFolder = "/app";

const visitsAtOnce = 16;

export interface VisitedTrace {
  readonly visit: Visit;
  readonly traceId: TraceId;
}

/** Starts the storefront from its clone, lets the customers come, stops it, and ships what it and the replayed pricing wrote, each visit at its instant. */
export async function runStorefront(
  from: {
    readonly service: ServiceName;
    readonly repository: CompanyRepository;
    readonly pricing: {
      readonly service: ServiceName;
      readonly repository: CompanyRepository;
      readonly replay: PricingReplay;
    };
    readonly visits: readonly Visit[];
    readonly fromMs: number;
    readonly newId: (bytes: number) => string;
  },
  shipment: Shipment,
): Promise<readonly VisitedTrace[]> {
  const folder = await mkdtemp(join(tmpdir(), "storefront-"));
  try {
    const spansFile = join(folder, "spans.ndjson");
    const program = startProgram("server.js", [], {
      cwd: from.repository.path,
      env: { PORT: "0", PRICING_URL: from.pricing.replay.url, SPANS_FILE: spansFile, SERVICE_NAME: from.service },
    });
    const [, port] = await program.untilOutput(/"port":(\d+)/);
    const traces = await visitAll(`http://127.0.0.1:${port}`, from.visits).finally(() => program.stop());
    const output = await program.output;
    const hide = (text: string): string => text.replaceAll(from.repository.path, containerFolder);
    const spans = readSpans(hide(await readFile(spansFile, "utf8")));
    const shifts = shiftsOf(traces, spans);
    shipStorefront(from, joinLines(hide(output)), spans, shifts, shipment);
    shipPricing(from, spans, shifts, shipment);
    return traces;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function visitAll(url: string, visits: readonly Visit[]): Promise<readonly VisitedTrace[]> {
  const traces: VisitedTrace[] = [];
  const waiting = visits.values();
  const visitor = async (): Promise<void> => {
    for (const visit of waiting) {
      const answer = await fetch(`${url}${visit.path}`);
      await answer.arrayBuffer();
      const traceId = answer.headers.get("x-trace-id");
      if (traceId !== null) traces.push({ visit, traceId });
    }
  };
  await Promise.all(Array.from({ length: visitsAtOnce }, visitor));
  return traces;
}

function readSpans(text: string): readonly OtlpSpan[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => otlpSpan.parse(JSON.parse(line)));
}

/** By trace: how far what happened just now is moved into the past. */
function shiftsOf(traces: readonly VisitedTrace[], spans: readonly OtlpSpan[]): ReadonlyMap<TraceId, number> {
  const begins = new Map<TraceId, number>();
  for (const span of spans)
    begins.set(span.traceId, Math.min(startMs(span), begins.get(span.traceId) ?? startMs(span)));
  return new Map(traces.map(({ visit, traceId }) => [traceId, visit.atMs - (begins.get(traceId) ?? visit.atMs)]));
}

function shipStorefront(
  from: { readonly service: ServiceName; readonly repository: CompanyRepository; readonly fromMs: number },
  lines: readonly string[],
  spans: readonly OtlpSpan[],
  shifts: ReadonlyMap<TraceId, number>,
  shipment: Shipment,
): void {
  for (const line of lines) {
    const writtenMs = lineTimeMs(line) ?? from.fromMs;
    const traceId = lineTraceId(line);
    const shift = traceId === null ? undefined : shifts.get(traceId);
    const timeMs = shift === undefined ? from.fromMs : writtenMs + shift;
    shipment.addEntry(from.service, `${from.service}-0`, timeMs, atTime(line, timeMs));
  }
  shipment.addSpans(
    from.service,
    from.repository.head,
    spans.map((span) => shiftSpan(span, shifts.get(span.traceId) ?? 0)),
  );
}

function shipPricing(
  from: {
    readonly pricing: {
      readonly service: ServiceName;
      readonly repository: CompanyRepository;
      readonly replay: PricingReplay;
    };
    readonly newId: (bytes: number) => string;
  },
  spans: readonly OtlpSpan[],
  shifts: ReadonlyMap<TraceId, number>,
  shipment: Shipment,
): void {
  const { service, repository, replay } = from.pricing;
  for (const { traceId, parentSpanId, recorded } of replay.requests) {
    const caller = spans.find((span) => span.spanId === parentSpanId);
    if (caller === undefined) continue;
    const replayed = replayCase(recorded, {
      startMs: startMs(caller) + (shifts.get(traceId) ?? 0) + 1,
      traceId,
      parentSpanId,
      newSpanId: () => from.newId(8),
    });
    for (const entry of replayed.entries) {
      shipment.addEntry(service, `${service}-0`, lineTimeMs(entry) ?? startMs(caller), entry);
    }
    shipment.addSpans(service, repository.head, replayed.spans);
  }
}
