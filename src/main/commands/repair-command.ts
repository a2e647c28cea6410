import { resolve } from "node:path";
import type { Config } from "../../config/config.ts";
import type { Incident } from "../../domain/incident.ts";
import { toJson } from "../../domain/json.ts";
import { lowestMode, type Mode, mostOf } from "../../domain/mode.ts";
import type { IncidentId } from "../../domain/names.ts";
import { ownValue } from "../../domain/own-value.ts";
import type { Patch } from "../../domain/patch.ts";
import { policyRules } from "../../domain/policy.ts";
import type { RepairLeave } from "../../domain/repair-leave.ts";
import type { Store } from "../../domain/store.ts";
import { openDraftsOf, repairLeaveOf } from "../../jobs/drafts/repair-leave.ts";
import { type RepairOutcome, repairFound } from "../../jobs/repair-order.ts";
import { createProgress } from "../../jobs/saved-progress.ts";
import { who } from "../command-options.ts";
import { type ExitCode, exitCodes, type Io } from "../io.ts";
import { handsMeans } from "../open-hands.ts";
import { isIncidentId, NoSavedCaseError, openSavedCase, type SavedCase } from "../saved-case.ts";
import { type CommonOptions, loadSettings, withState } from "../setting.ts";
import { systemClock } from "../system-clock.ts";
import { unlessPaused } from "../unless-paused.ts";
import { type RepairJson, repairText } from "./repair-text.ts";

interface RepairOptions extends CommonOptions {
  readonly live: boolean;
  readonly keep: boolean;
}

/** Less does not pay for one proposal and its second opinion. */
const allowanceUsdMin = 0.02;
const draftsLookedAtMax = 2_000;

/**
 * `repair`: the gates one by one, of a case that was investigated. Dry: the model is asked within the budget, tests run in the sandbox, and nothing is written
 * outside of the state folder. A mode that allows less is told and closes nothing, for this is how one sees what going live would do. Live: an order for the
 * hands, by the way of all orders.
 */
export async function repairCommand(target: string, options: RepairOptions, io: Io): Promise<ExitCode> {
  try {
    return options.live ? await repairLive(target, options, io) : await repairDry(target, options, io);
  } catch (error) {
    if (!(error instanceof NoSavedCaseError)) throw error;
    io.stderr(`${error.message}\n`);
    return exitCodes.failed;
  }
}

async function repairLive(target: string, options: RepairOptions, io: Io): Promise<ExitCode> {
  if (!isIncidentId(target)) {
    io.stderr("--live is for an incident's id: what comes of it belongs to that incident's issue.\n");
    return exitCodes.wrongUsage;
  }
  if (options.keep) {
    io.stderr(
      "--keep shows what a dry look made; with --live the hands make it, and keep nothing. Leave one of them out.\n",
    );
    return exitCodes.wrongUsage;
  }
  const { answerHere } = await import("./answer-here.ts");
  const asked = { ...options, json: false, by: who(), nowMs: Date.now() };
  return answerHere({ name: "retry", incident: target }, asked, io);
}

async function repairDry(target: string, options: RepairOptions, io: Io): Promise<ExitCode> {
  const config = await loadSettings(options);
  const stateDirectory = resolve(options.state);
  return withState(options, async ({ store }) => {
    const fingerprintsOf = async (id: IncidentId) => (await store.incident(id))?.fingerprints ?? [];
    const found = await openSavedCase(target, stateDirectory, fingerprintsOf);
    const incident = await store.incident(isIncidentId(target) ? target : found.incident);
    const mode = modeOf(config, found, incident);
    const leave = await leaveOf(config, store, incident);
    const rehearsed = (allowanceUsd: number, signal: AbortSignal) =>
      rehearse(config, stateDirectory, found, leave, allowanceUsd, signal);
    const never = new AbortController().signal;
    const outcome =
      config.model === null
        ? await rehearsed(0, never)
        : await unlessPaused({ store, stateDirectory }, never, (signal) =>
            paidFor(config, store, found, (allowanceUsd) => rehearsed(allowanceUsd, signal)),
          );
    if (outcome === null) {
      io.stderr(
        "The budget of this incident or of this day is spent; budget in the service map says how much there is.\n",
      );
      return exitCodes.failed;
    }
    const told = await tell({ found, incident }, outcome, mode, config, {
      keep: options.keep ? (patch) => keepFolder(config, stateDirectory, patch) : async () => null,
    });
    io.stdout(options.json ? `${toJson(told)}\n` : repairText(told));
    return told.isVerified ? exitCodes.done : exitCodes.needsHuman;
  });
}

/** As an order's hands would, but that the mode closes nothing. */
async function rehearse(
  config: Config,
  stateDirectory: string,
  found: SavedCase,
  leave: RepairLeave,
  allowanceUsd: number,
  signal: AbortSignal,
): Promise<RepairOutcome> {
  const attempt = {
    order: {
      incident: { id: found.incident },
      mode: "draft-pr",
      allowanceUsd,
      repair: leave,
    },
    heartbeat: async () => undefined,
  } as const;
  const means = handsMeans(
    { ...config, repair: { ...config.repair, mode: "draft-pr" } },
    { clock: systemClock, fetch: null, stateDirectory, onModelCall: () => undefined },
  );
  const progress = await createProgress({ saved: async () => [], save: async () => undefined }, systemClock);
  const { bundle, rootCause } = found;
  return repairFound(
    { bundle, rootCause, costUsd: 0, bill: [], attempt, progress, isLastAttempt: true },
    means,
    signal,
  );
}

/** As of an order that a person asks for by name. */
async function leaveOf(config: Config, store: Store, incident: Incident | null): Promise<RepairLeave> {
  const { draftsMax, cooldownMs } = config.repair;
  const none = { openDrafts: 0, draftsMax, restsUntilMs: null, triedBases: [], isAskedByName: true, request: null };
  if (incident === null) return none;
  const reported = await store.incidents({ states: ["reported"], limit: draftsLookedAtMax });
  const repositoryOf = (each: Incident) =>
    each.service === null ? null : (ownValue(config.services, each.service)?.repository ?? null);
  const openDrafts = openDraftsOf(reported, await store.openOrders(), repositoryOf)(repositoryOf(incident));
  const about = { mode: "draft-pr", openDrafts, isAsked: true, nowMs: systemClock.nowMs() } as const;
  return repairLeaveOf(incident, about, { draftsMax, cooldownMs }) ?? none;
}

/** The money is reserved before the first call and settled after the last, as for every order; what is interrupted counts as spent. Null: there is none. */
async function paidFor(
  config: Config,
  store: Store,
  { orderId, incident, bundle, rootCause }: SavedCase,
  work: (allowanceUsd: number) => Promise<RepairOutcome>,
): Promise<RepairOutcome | null> {
  const nowMs = systemClock.nowMs();
  const dayUtc = new Date(nowMs).toISOString().slice(0, 10);
  const spentUsd = (await store.costs("0000-00-00"))
    .filter((line) => line.order.startsWith(`${incident}-`))
    .reduce((sum, line) => sum + (line.actualUsd ?? line.reservedUsd), 0);
  const left = Math.min(
    config.budget.incidentUsd - spentUsd,
    config.budget.dayUsd - (await store.spentUsd(dayUtc, null)),
  );
  if (left < allowanceUsdMin) return null;
  const [environment = "none"] = Object.keys(config.environments);
  const id = `${orderId}-repair-${nowMs}`;
  const reservations = [{ id, order: orderId, environment, dayUtc, amountUsd: left }];
  const result = await store.commit({ reserve: { reservations, ceilings: config.budget } }, null);
  if (result !== "done") return null;
  const outcome = await work(left);
  const settled = {
    reservation: id,
    actualUsd: outcome.costUsd,
    model: config.model?.name ?? null,
    service: bundle.code[0]?.service ?? null,
    outcome: rootCause.kind,
    bill: outcome.bill,
  };
  await store.commit({ settle: [settled] }, null);
  return outcome;
}

async function tell(
  { found, incident }: { readonly found: SavedCase; readonly incident: Incident | null },
  outcome: RepairOutcome,
  mode: Mode,
  config: Config,
  { keep }: { readonly keep: (patch: Patch) => Promise<string | null> },
): Promise<RepairJson> {
  const { verdict, tried, costUsd } = outcome;
  const [modeRule] = policyRules({
    mode,
    hasTrace: false,
    rootCause: found.rootCause,
    code: [],
    limits: config.repair,
    leave: null,
    unchanged: null,
    verifiable: null,
  });
  const rules = verdict.rules.map((each) => (each.rule === "mode" ? (modeRule ?? each) : each));
  const allowed = rules.every(({ holds }) => holds);
  const most = lowestMode(mode, config.repair.mode);
  return {
    incident: incident?.id ?? found.incident,
    claim: found.rootCause.claim,
    allowed,
    mode: allowed ? most : lowestMode(most, "issue"),
    rules,
    isVerified: verdict.allowed,
    diff: tried?.diff ?? null,
    folder: tried === null ? null : await keep(tried),
    costUsd,
  };
}

function modeOf(config: Config, found: SavedCase, incident: Incident | null): Mode {
  const environments = Object.keys(incident?.counts ?? config.environments);
  const [version] = found.bundle.code;
  return lowestMode(
    mostOf(environments.flatMap((name) => ownValue(config.environments, name)?.mode ?? [])),
    version === undefined ? null : (ownValue(config.services, version.service)?.mode ?? null),
  );
}

async function keepFolder(config: Config, stateDirectory: string, patch: Patch): Promise<string | null> {
  const its = Object.values(config.services).find(({ repository }) => repository === patch.repository);
  if (its === undefined) return null;
  const { openWorkplaces } = await import("../../adapters/git/workplaces.ts");
  const { signal } = new AbortController();
  const place = await openWorkplaces({
    repository: its.repository,
    path: its.path,
    stateDirectory,
    isFetched: false,
  }).open(patch.base, signal);
  for (const { path, after } of patch.files) await place.write(path, after);
  return place.folder;
}
