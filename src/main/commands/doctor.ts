import { resolve } from "node:path";
import type { Config, EnvironmentConfig } from "../../config/config.ts";
import { expiringRules } from "../../config/expiring-rules.ts";
import { toJson } from "../../domain/json.ts";
import { redact } from "../../domain/redact.ts";
import { columns } from "../columns.ts";
import { exitCodes, type Io } from "../io.ts";
import { pauseFileOf } from "../pause-file.ts";
import { databaseFileOf } from "../setting.ts";
import { makeStateFolder } from "../state-folder.ts";
import { systemClock } from "../system-clock.ts";
import type { Check } from "./doctor-check.ts";
import { checkDrafts } from "./doctor-drafts.ts";
import { checkGitHub } from "./doctor-github.ts";
import { checkQueue } from "./doctor-queue.ts";
import { checkTelegram } from "./doctor-telegram.ts";

const timeoutMs = 20_000;
/** Loki takes entries from ten minutes ahead, and our windows end by the earlier of the two clocks. */
const skewMsMax = 30_000;
const dayMs = 86_400_000;

/** `doctor`: looks at everything a run needs, and names the cure of each failure. Writes nothing outside the state folder. */
export async function doctorCommand(
  options: { readonly config: Config; readonly state: string; readonly json: boolean },
  io: Io,
): Promise<number> {
  const { config } = options;
  const stateDirectory = resolve(options.state);
  const groups = [
    async () => [checkNode(), ...checkWarnings(config)],
    () => checkState(stateDirectory),
    () => checkQueue(config.redisUrl),
    ...Object.entries(config.environments).map(
      ([name, its]) =>
        () =>
          checkSources(name, its),
    ),
    () => checkClones(config, stateDirectory),
    async () => (await import("./doctor-sandbox.ts")).checkSandbox(config, stateDirectory),
    () => checkGitHub(config),
    () => checkDrafts(config, stateDirectory),
    () => checkModel(config),
    () => checkTelegram(config.telegram, databaseFileOf(stateDirectory)),
  ];
  const checks: Check[] = [];
  for (const group of groups) {
    const done = (await group()).map(clean);
    checks.push(...done);
    if (!options.json) for (const check of done) io.stdout(line(check));
  }
  const failed = checks.filter((check) => check.state === "failed").length;
  if (options.json) io.stdout(`${toJson({ checks, failed })}\n`);
  else
    io.stdout(
      failed === 0 ? "\nEverything a run needs is there.\n" : `\n${failed} of ${checks.length} checks failed.\n`,
    );
  return failed === 0 ? exitCodes.done : exitCodes.failed;
}

/** What servers and libraries said passes the gate before it is shown. */
function clean(check: Check): Check {
  return { ...check, detail: redact(check.detail), cure: check.cure === null ? null : redact(check.cure) };
}

function line({ name, state, detail, cure }: Check): string {
  const sign = { ok: "ok    ", warning: "note  ", failed: "FAILED" }[state];
  return columns([[sign, name.padEnd(24), cure === null ? detail : `${detail} → ${cure}`]]);
}

function checkNode(): Check {
  return { name: "node", state: "ok", detail: process.version, cure: null };
}

function checkWarnings(config: Config): readonly Check[] {
  const rules = expiringRules(config, systemClock.nowMs()).map(({ sentence }) => sentence);
  return [...config.warnings, ...rules].map((detail) => ({
    name: "service map",
    state: "warning",
    detail,
    cure: null,
  }));
}

async function checkState(stateDirectory: string): Promise<readonly Check[]> {
  const name = "state folder";
  try {
    await makeStateFolder(stateDirectory);
    const { openStore } = await import("../../adapters/sqlite/store.ts");
    const store = await openStore({ path: databaseFileOf(stateDirectory), clock: systemClock });
    const { pausedBy, modeCeiling } = await store.handles();
    await store.close();
    const { existsSync } = await import("node:fs");
    const pause =
      pausedBy ?? (existsSync(pauseFileOf(stateDirectory)) ? `the file ${pauseFileOf(stateDirectory)}` : null);
    return [
      { name, state: "ok", detail: stateDirectory, cure: null },
      ...(pause === null
        ? []
        : [{ name: "pause", state: "warning" as const, detail: `paused by ${pause}`, cure: "error-autopilot resume" }]),
      ...(modeCeiling === null
        ? []
        : [
            {
              name: "mode",
              state: "warning" as const,
              detail: `at most ${modeCeiling} by hand`,
              cure: "error-autopilot mode clear",
            },
          ]),
    ];
  } catch (error) {
    if (!(error instanceof Error && "isRetryable" in error)) throw error;
    return [{ name, state: "failed", detail: error.message, cure: null }];
  }
}

async function checkSources(environment: string, its: EnvironmentConfig): Promise<readonly Check[]> {
  const checks: Check[] = [{ name: `${environment}: mode`, state: "ok", detail: its.mode, cure: null }];
  const { probeLoki } = await import("../../adapters/loki/probe.ts");
  const loki = await probeLoki(its.loki, its.loki.query, Date.now(), AbortSignal.timeout(timeoutMs));
  const name = `${environment}: loki`;
  if (loki.problem !== null) checks.push({ name, state: "failed", detail: loki.problem.message, cure: null });
  else if ((loki.labelNames ?? []).length === 0) {
    checks.push({
      name,
      state: "warning",
      detail: `${its.loki.url} answers, and has no logs of the last hour`,
      cure: `Loki does not say when a tenant is unknown: is "${its.loki.tenant ?? "(none)"}" right?`,
    });
  } else {
    const found = loki.entriesLastHour ?? 0;
    const detail = `${its.loki.url}${loki.version === null ? "" : `, version ${loki.version}`}, the query found ${found}${found >= 1000 ? " or more" : ""} entries in the last hour`;
    checks.push(
      found === 0
        ? {
            name,
            state: "warning",
            detail,
            cure: `Do the labels of ${its.loki.query} exist? Seen: ${(loki.labelNames ?? []).slice(0, 12).join(", ")}.`,
          }
        : { name, state: "ok", detail, cure: null },
    );
  }
  checks.push(...checkSkew(`${environment}: loki clock`, loki.clockSkewMs));
  if (its.tempo === null) {
    return [
      ...checks,
      {
        name: `${environment}: tempo`,
        state: "warning",
        detail: "not configured, so no incident gets more than an issue",
        cure: null,
      },
    ];
  }
  const { probeTempo } = await import("../../adapters/tempo/probe.ts");
  const tempo = await probeTempo(its.tempo, Date.now(), AbortSignal.timeout(timeoutMs));
  checks.push(
    tempo.problem === null
      ? {
          name: `${environment}: tempo`,
          state: "ok",
          detail: `${its.tempo.url}${tempo.version === null ? "" : `, version ${tempo.version}`}`,
          cure: null,
        }
      : { name: `${environment}: tempo`, state: "failed", detail: tempo.problem.message, cure: null },
  );
  return [...checks, ...checkSkew(`${environment}: tempo clock`, tempo.clockSkewMs)];
}

function checkSkew(name: string, skewMs: number | null): readonly Check[] {
  if (skewMs === null || Math.abs(skewMs) <= skewMsMax) return [];
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const detail = `the server's clock is ${seconds} s ${skewMs > 0 ? "ahead of" : "behind"} ours`;
  return [{ name, state: "warning", detail, cure: "Set both by NTP: entries would be read late." }];
}

async function checkClones(config: Config, stateDirectory: string): Promise<readonly Check[]> {
  const { probeRepository } = await import("../../adapters/git/probe-repository.ts");
  const checks: Check[] = [];
  for (const [service, { repository, path }] of Object.entries(config.services)) {
    const name = `${service}: clone`;
    const probe = await probeRepository(
      { repository, path, stateDirectory, isFetched: false },
      AbortSignal.timeout(timeoutMs),
    );
    if (probe.problem !== null) {
      checks.push({ name, state: "failed", detail: probe.problem, cure: null });
      continue;
    }
    const ageDays = probe.head === null ? 0 : Math.floor((Date.now() - probe.head.authoredAtMs) / dayMs);
    checks.push({
      name,
      state: "ok",
      detail: `${path} at ${probe.head?.commit.slice(0, 12) ?? "?"}, ${ageDays === 1 ? "1 day" : `${ageDays} days`} old`,
      cure: null,
    });
    if (!probe.isRemoteMatching) {
      const seen = probe.remotes.map((remote) => remote.repository ?? remote.name).join(", ") || "none";
      checks.push({
        name: `${service}: remote`,
        state: "warning",
        detail: `no remote of the clone is ${repository} (seen: ${seen})`,
        cure: "Is it the right clone? Permalinks in issues would lead nowhere.",
      });
    }
    if (probe.caution !== null)
      checks.push({ name: `${service}: history`, state: "warning", detail: probe.caution, cure: null });
  }
  if (checks.length === 0) {
    checks.push({
      name: "services",
      state: "warning",
      detail: "no service is mapped, so every incident needs a human",
      cure: "Add services to service-map.yaml.",
    });
  }
  return checks;
}

async function checkModel(config: Config): Promise<readonly Check[]> {
  const name = "model";
  if (config.model === null) {
    return [
      {
        name,
        state: "warning",
        detail: "no key, so issues are filed with the evidence and without a root cause",
        cure: "Set ANTHROPIC_API_KEY in .env.",
      },
    ];
  }
  const { probeModel } = await import("../../adapters/anthropic/probe.ts");
  const problem = await probeModel({ ...config.model, timeoutMs, fetch: null, model: config.model.name });
  return problem === null
    ? [
        {
          name,
          state: "ok",
          detail: `${config.model.name}, at most $${config.budget.incidentUsd} an incident and $${config.budget.dayUsd} a day`,
          cure: null,
        },
      ]
    : [{ name, state: "failed", detail: problem, cure: null }];
}
