import { code } from "../../domain/chat/chat-text.ts";
import { type Incident, type IncidentState, incidentStates } from "../../domain/incident.ts";
import { type FailedJob, type JobQueue, QueueUnavailableError } from "../../domain/job-queue.ts";
import { toJson } from "../../domain/json.ts";
import type { IncidentId } from "../../domain/names.ts";
import type { Store } from "../../domain/store.ts";
import { concludedText } from "../../jobs/handles/about-incidents.ts";
import type { MapView } from "../../jobs/handles/answer-means.ts";
import { resolve } from "../../jobs/handles/handles.ts";
import { totalOf } from "../../jobs/plan-orders.ts";
import { columns, instantOfNs, instantText } from "../columns.ts";
import { type ExitCode, exitCodes, type Io } from "../io.ts";
import { textHere, wordsHere } from "../told-here.ts";

const listMax = 500;
const failedMax = 2_000;

export interface Means {
  readonly store: Store;
  readonly queue: JobQueue;
  readonly nowMs: number;
  readonly io: Io;
}

/** `incidents`: newest first, with what is known of each. */
export async function listIncidents(
  means: Means,
  options: { readonly json: boolean; readonly states: readonly string[] },
): Promise<ExitCode> {
  const unknown = options.states.find((state) => !isState(state));
  if (unknown !== undefined) {
    means.io.stderr(`"${unknown}" is no state of an incident; these are: ${incidentStates.join(", ")}.\n`);
    return exitCodes.wrongUsage;
  }
  const states = options.states.filter(isState);
  const incidents = await means.store.incidents({ limit: listMax, ...(states.length === 0 ? {} : { states }) });
  if (options.json) {
    means.io.stdout(incidents.map((incident) => `${toJson(incident)}\n`).join(""));
    return exitCodes.done;
  }
  if (incidents.length === 0) means.io.stdout("No incidents yet.\n");
  else {
    means.io.stdout(
      columns([
        ["ID", "STATE", "COUNT", "LAST SEEN", "SERVICE", "TITLE", ""],
        ...incidents.map((incident) => [
          incident.id,
          incident.state,
          String(totalOf(incident)),
          instantOfNs(incident.lastSeenNs),
          incident.service ?? "unknown",
          incident.title,
          (incident.sameAs === null ? incident.issue?.url : `told in ${incident.issue?.url ?? ""}`) ??
            ignoredText(incident) ??
            incident.note ??
            (incident.causedBy === null ? "" : `caused by ${incident.causedBy}`),
        ]),
      ]),
    );
  }
  return exitCodes.done;
}

/** `show`: one incident with its attempts, effects and what was decided, in order. */
export async function showIncident(
  means: Means & { readonly map: MapView | null },
  id: string,
  options: { readonly json: boolean },
): Promise<ExitCode> {
  const incident = await findIncident(means, id);
  if (incident === null) return exitCodes.failed;
  const effects = await means.store.effects({ subject: incident.id });
  const history = [...(await means.store.audit({ sinceMs: 0, limit: listMax, subject: incident.id }))].reverse();
  const failed = (await failedJobs(means)).findLast((job) => job.orderId.startsWith(`${incident.id}-`)) ?? null;
  if (options.json) {
    const failure =
      failed === null ? null : { order: failed.orderId, attempts: failed.attempts, lastError: failed.lastError };
    means.io.stdout(`${toJson({ incident, effects, audit: history, failed: failure })}\n`);
    return exitCodes.done;
  }
  means.io.stdout(
    columns([
      ["id", incident.id],
      ["title", incident.title],
      ["state", `${incident.state}${incident.causedBy === null ? "" : `, caused by ${incident.causedBy}`}`],
      ["service", `${incident.service ?? "unknown"}${incident.isOriginConfirmed ? " (confirmed by a trace)" : ""}`],
      ["seen", `${instantOfNs(incident.firstSeenNs)} to ${instantOfNs(incident.lastSeenNs)}`],
      [
        "counts",
        Object.entries(incident.counts)
          .map(([environment, count]) => `${environment} ${count}`)
          .join(", "),
      ],
      ["fingerprints", incident.fingerprints.join(" ")],
      ["traces", [...new Set(incident.samples.flatMap((sample) => sample.traceId ?? []))].join(" ") || "none"],
      ...(incident.issue === null ? [] : [["issue", incident.issue.url]]),
      ...(incident.sameAs === null ? [] : [["told there", `probably the same as ${incident.sameAs}`]]),
      ...draftRows(incident),
      ...(incident.note === null ? [] : [["note", incident.note]]),
      ...(failed === null
        ? []
        : [
            [
              "failed",
              `${failed.attempts} ${failed.attempts === 1 ? "attempt" : "attempts"}, last error: ${failed.lastError}`,
            ],
          ]),
    ]),
  );
  const cause = await concludedText(means.store, incident, means.map, wordsHere);
  if (cause !== null) means.io.stdout(`\n${textHere(cause)}\n`);
  const [sample] = incident.samples;
  if (sample !== undefined) means.io.stdout(`\n${sample.line}\n`);
  if (effects.length > 0) {
    means.io.stdout(
      `\n${columns(effects.map((effect) => [effect.outgoing.kind, effect.state, effect.url ?? effect.because ?? ""]))}`,
    );
  }
  means.io.stdout(
    `\n${columns(history.map((line) => [instantText(line.atMs), line.actor, line.action, line.result]))}`,
  );
  return exitCodes.done;
}

function draftRows({ pullRequest: draft }: Incident): readonly string[][] {
  if (draft === null) return [];
  const where = draft.url ?? `${draft.headRepository}:${draft.branch}`;
  const words = draft.words === null ? "" : `: ${draft.words.replaceAll(/\s+/g, " ")}`;
  return [["draft", `${draft.state}, ${where}${words}`]];
}

/** None, said beside them, while the server of the queue is away: the rest is known here. */
async function failedJobs({ queue, io }: Means): Promise<readonly FailedJob[]> {
  try {
    return await queue.failed(failedMax);
  } catch (error) {
    if (!(error instanceof QueueUnavailableError)) throw error;
    io.stderr(`Attempts are not known now. ${error.message}\n`);
    return [];
  }
}

/** `incidents resolve`: done with. */
export async function resolveIncident(means: Means, id: string, by: string): Promise<ExitCode> {
  const { kind } = await resolve({ ...means, by }, id);
  if (kind === "done") {
    means.io.stdout(`${id} is resolved.\n`);
    return exitCodes.done;
  }
  if (kind === "unknown") means.io.stderr(noSuchIncident(id));
  else means.io.stderr(`${textHere(wordsHere.movedMeanwhile(code(id)))}\n`);
  return exitCodes.failed;
}

async function findIncident(means: Means, id: string): Promise<Incident | null> {
  const incident = await means.store.incident(id as IncidentId);
  if (incident === null) {
    means.io.stderr(noSuchIncident(id));
  }
  return incident;
}

function noSuchIncident(id: string): string {
  return `${textHere(wordsHere.noSuchIncident(code(id)))}\n`;
}

function ignoredText({ state, ignoredBecause }: Incident): string | null {
  return state === "muted" && ignoredBecause !== null ? `ignored by the service map: ${ignoredBecause}` : null;
}

function isState(text: string): text is IncidentState {
  return incidentStates.some((state) => state === text);
}
