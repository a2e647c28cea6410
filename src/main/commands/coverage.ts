import type { Coverage } from "../../domain/coverage.ts";
import { toJson } from "../../domain/json.ts";
import { plainName } from "../../domain/plain-name.ts";
import { redact } from "../../domain/redact.ts";
import type { Store } from "../../domain/store.ts";
import { type AuditLimits, type AuditReport, auditEnvironment } from "../../jobs/audit.ts";
import type { PollMeans } from "../../jobs/poll.ts";
import { type ExitCode, exitCodes, type Io } from "../io.ts";
import { requireEnvironment } from "../known-environment.ts";
import { type CommonOptions, loadSettings, withState } from "../setting.ts";
import { systemClock } from "../system-clock.ts";
import { ledgerTable, proofText, recountTable } from "./coverage-text.ts";

/** Windows that a proof is made of: weeks of polls. */
const proofMax = 20_000;

/** `coverage`, and `coverage --audit`. @returns the exit code */
export async function coverageCommand(
  options: CommonOptions & { readonly environment: string | null; readonly limit: number; readonly audit: boolean },
  io: Io,
): Promise<ExitCode> {
  const { environment } = options;
  if (!options.audit) {
    return withState(options, ({ store }) => showCoverage(store, io, { ...options, nowMs: systemClock.nowMs() }));
  }
  const { configuredPolls } = await import("../configured-polls.ts");
  const config = await loadSettings(options);
  requireEnvironment(environment, { file: options.config, environments: config.environments });
  const polls = configuredPolls(config).filter((poll) => environment === null || poll.environment === environment);
  return withState(options, ({ store }) => auditCoverage(store, io, { json: options.json, polls }));
}

/** `coverage`: which windows were read, with what in them, what could not be read, and what counting them again has shown. Newest first. */
async function showCoverage(
  store: Store,
  io: Io,
  options: {
    readonly json: boolean;
    readonly environment: string | null;
    readonly limit: number;
    readonly nowMs: number;
  },
): Promise<ExitCode> {
  const of = options.environment === null ? {} : { environment: options.environment };
  const lines = [...(await store.coverage({ limit: options.limit, ...of }))].reverse();
  if (options.json) io.stdout(asNdjson(lines));
  else if (lines.length === 0) io.stdout(await nothingRead(store, options.environment));
  else io.stdout(`${ledgerTable(lines, options.nowMs)}\n${await proofs(store, of)}`);
  return exitCodes.done;
}

async function nothingRead(store: Store, environment: string | null): Promise<string> {
  const others = new Set((await store.coverage({ limit: proofMax })).map(({ scope }) => scope.environment));
  if (environment === null || others.size === 0) return "Nothing has been read yet.\n";
  return `Nothing has been read of "${plainName(environment)}". Read were: ${[...others].join(", ")}.\n`;
}

/**
 * `coverage --audit`: counts everything up to the audit horizon again now, reads again what differs, and says how it compares.
 * @returns 0: nothing is missing, or what was is counted now · 1: something could not be counted · 3: Loki has entries that it does not give out · 75: another process counts just now
 */
async function auditCoverage(
  store: Store,
  io: Io,
  options: { readonly json: boolean; readonly polls: readonly PollMeans[] },
): Promise<ExitCode> {
  const to = { store, clock: systemClock, holder: `cli-${process.pid}` };
  const { signal } = new AbortController();
  const reports: AuditReport[] = [];
  for (const poll of options.polls) {
    reports.push(await auditEnvironment(poll, to, { which: "all", limits: unlimited }, signal));
  }
  const recounted = reports.flatMap((report) => inOrder(report.recounted));
  if (options.json) io.stdout(asNdjson(recounted));
  else io.stdout(auditText(reports, recounted, await proofs(store, {})));
  for (const { environment, problem, isBusy } of reports) {
    if (isBusy) io.stderr(`${environment}: another process counts it just now.\n`);
    if (problem !== null) io.stderr(`${redact(`${environment}: could not be counted again: ${problem}`)}\n`);
  }
  if (reports.some(({ problem }) => problem !== null)) return exitCodes.failed;
  if (reports.some(({ isBusy }) => isBusy)) return exitCodes.busy;
  const isIncomplete = recounted.some(({ closed }) => closed?.recount?.result === "incomplete");
  return isIncomplete ? exitCodes.needsHuman : exitCodes.done;
}

const unlimited: AuditLimits = {
  questionsMax: Number.POSITIVE_INFINITY,
  rereadsMax: Number.POSITIVE_INFINITY,
  durationMsMax: Number.POSITIVE_INFINITY,
};

function auditText(reports: readonly AuditReport[], recounted: readonly Coverage[], proof: string): string {
  if (recounted.length === 0) return `Nothing was read that is closed by now and within the audit horizon.\n${proof}`;
  const found = reports.flatMap(({ touched }) => touched).reduce((sum, { added }) => sum + added, 0);
  const next =
    found === 0
      ? ""
      : `\n${found} late ${found === 1 ? "error was" : "errors were"} found and counted; the next run investigates what is new.\n`;
  return `${recountTable(recounted)}${next}\n${proof}`;
}

async function proofs(store: Store, of: { readonly environment?: string }): Promise<string> {
  const lines = await store.coverage({ limit: proofMax, ...of });
  return [...Map.groupBy(lines, ({ scope }) => scope.environment)]
    .map(([environment, its]) => proofText(environment, its))
    .join("");
}

function inOrder(lines: readonly Coverage[]): readonly Coverage[] {
  return lines.toSorted((one, other) => (one.window.fromNs < other.window.fromNs ? -1 : 1));
}

function asNdjson(lines: readonly Coverage[]): string {
  return lines.map((line) => `${toJson(line)}\n`).join("");
}
