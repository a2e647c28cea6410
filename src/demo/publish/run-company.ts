import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { ServiceName, TraceId } from "../../domain/names.ts";
import type { CompanyRepository, Program } from "./create-repositories.ts";
import { atTime, joinLines, lineTimeMs } from "./log-line.ts";
import { startPricingReplay } from "./pricing-replay.ts";
import { startProgram } from "./program-run.ts";
import { readRecording, replayCase } from "./recording.ts";
import { containerFolder, runStorefront } from "./run-storefront.ts";
import { Shipment } from "./shipment.ts";
import { planVisits, type Visit } from "./storefront-visits.ts";

export interface CompanyDay {
  readonly lokiUrl: string;
  readonly tempoUrl: string;
  /** Value of the label `deployment_environment`. */
  readonly environment: string;
  /** As `createRepositories` gave them. */
  readonly repositories: Readonly<Record<ServiceName, CompanyRepository>>;
  /** Everything happens between 25 and 12 minutes before. */
  readonly nowMs: number;
  /** Hex of that many random bytes, for span and trace ids of what is replayed. */
  readonly newId?: (bytes: number) => string;
}

/** One thing that went wrong, as often as it did. */
export interface Happening {
  readonly what: Exclude<Visit["happening"], "fine"> | "no-average" | "pickup-label" | "credit-note" | "missing-folder";
  /** Whose error entries these are. */
  readonly service: ServiceName;
  /** Error entries; a stack trace that is shipped line by line counts as one. */
  readonly errors: number;
  readonly traceIds: readonly TraceId[];
}

export interface CompanyRun {
  readonly happenings: readonly Happening[];
  /** Log entries pushed, errors or not. */
  readonly entries: number;
  readonly spans: number;
}

/** In none of the repositories, and in no service map. */
export const unmappedService: ServiceName = "legacy-billing";

const minuteMs = 60_000;

/** Lets the company have a bad quarter of an hour, and pushes what its services wrote to Loki and Tempo. */
export async function runCompany(day: CompanyDay): Promise<CompanyRun> {
  const fromMs = day.nowMs - 25 * minuteMs;
  const newId = day.newId ?? ((bytes: number) => randomBytes(bytes).toString("hex"));
  const shipment = new Shipment(day.environment);
  const [storefront, orders, billing] = await Promise.all([
    storefrontDay(day, fromMs, newId, shipment),
    ordersDay(day, fromMs, newId, shipment),
    billingDay(fromMs, shipment),
  ]);
  await shipment.send(day.lokiUrl, day.tempoUrl);
  return {
    happenings: [...storefront, ...orders, billing],
    entries: shipment.entryCount,
    spans: shipment.spanCount,
  };
}

async function storefrontDay(
  day: CompanyDay,
  fromMs: number,
  newId: (bytes: number) => string,
  shipment: Shipment,
): Promise<readonly Happening[]> {
  const storefront = serviceOf(day, "storefront");
  const pricing = serviceOf(day, "pricing");
  const replay = await startPricingReplay(await readRecording("pricing"));
  try {
    const traces = await runStorefront(
      { ...storefront, pricing: { ...pricing, replay }, visits: planVisits(fromMs), fromMs, newId },
      shipment,
    );
    const happening = (what: Happening["what"], visits: Visit["happening"], service: ServiceName): Happening => {
      const traceIds = traces.filter(({ visit }) => visit.happening === visits).map(({ traceId }) => traceId);
      return { what, service, errors: traceIds.length, traceIds };
    };
    return [
      happening("guest-shipping", "guest-shipping", storefront.service),
      happening("no-average", "loyalty-price", pricing.service),
      happening("loyalty-price", "loyalty-price", storefront.service),
      happening("hostile-search", "hostile-search", storefront.service),
      happening("ended-session", "ended-session", storefront.service),
    ];
  } finally {
    await replay.close();
  }
}

async function ordersDay(
  day: CompanyDay,
  fromMs: number,
  newId: (bytes: number) => string,
  shipment: Shipment,
): Promise<readonly Happening[]> {
  const { service, repository } = serviceOf(day, "orders");
  const { cases } = await readRecording("orders");
  const pickups: TraceId[] = [];
  const creditNotes: TraceId[] = [];
  for (const [index, recorded] of cases.entries()) {
    const traceId = newId(16);
    const startMs = fromMs + (1.3 + index * 1.1) * minuteMs;
    const replayed = replayCase(recorded, { startMs, traceId, parentSpanId: null, newSpanId: () => newId(8) });
    const isPickup = recorded.asked.includes(" pickup ");
    const isCreditNote = recorded.asked.includes("-C ");
    if (isPickup) pickups.push(traceId);
    if (isCreditNote) creditNotes.push(traceId);
    // The second pod has a shipper without a multi-line rule; one order that is picked up came to it.
    const isSplit = isPickup && pickups.length === 2;
    for (const entry of replayed.entries) {
      const timeMs = lineTimeMs(entry) ?? startMs;
      if (isSplit) shipment.addSplitEntry(service, `${service}-1`, timeMs, entry);
      else shipment.addEntry(service, `${service}-0`, timeMs, entry);
    }
    // The collector lost these: the trace id is in the log and never in Tempo.
    if (!isCreditNote) shipment.addSpans(service, repository.head, replayed.spans);
  }
  return [
    { what: "pickup-label", service, errors: pickups.length, traceIds: pickups },
    { what: "credit-note", service, errors: creditNotes.length, traceIds: creditNotes },
  ];
}

async function billingDay(fromMs: number, shipment: Shipment): Promise<Happening> {
  const file = fileURLToPath(new URL("../company/legacy-billing/export.js", import.meta.url));
  const folders = ["2026-08", "2026-09", "2026-10"].map((month) => `/srv/billing/${month}`);
  const output = await startProgram(file, folders, { cwd: dirname(file), env: {} }).output;
  const lines = joinLines(output.replaceAll(dirname(file), containerFolder));
  for (const [index, line] of lines.entries()) {
    const timeMs = fromMs + (2 + index) * minuteMs;
    shipment.addEntry(unmappedService, `${unmappedService}-0`, timeMs, atTime(line, timeMs));
  }
  return { what: "missing-folder", service: unmappedService, errors: folders.length, traceIds: [] };
}

function serviceOf(
  day: CompanyDay,
  program: Program,
): { readonly service: ServiceName; readonly repository: CompanyRepository } {
  for (const [service, repository] of Object.entries(day.repositories)) {
    if (repository.program === program) return { service, repository };
  }
  throw new Error(`There is no repository of ${program}. Hand over what createRepositories gave.`);
}
