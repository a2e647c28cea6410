import { ListingFailedError } from "../domain/effect.ts";
import type { Incident } from "../domain/incident.ts";
import { issueMarker } from "../domain/marker.ts";
import { lowestMode, type Mode } from "../domain/mode.ts";
import type { Findings, Order } from "../domain/order.ts";
import { redact } from "../domain/redact.ts";
import { issueText } from "../report/issue-text.ts";
import { reportDigest } from "../report/report-digest.ts";
import type { BrainMeans } from "./brain-means.ts";
import { floodSlots } from "./flood-slots.ts";
import { environmentsOf, worstFirst } from "./plan-orders.ts";
import { settleFindings, settleOrigin } from "./settle-findings.ts";

const batch = 50;
const triesMax = 5;

/** Decides about everything the hands brought back, and about what they gave up. @returns how many orders were settled */
export async function settleAll(means: BrainMeans, runStartedMs: number, signal: AbortSignal): Promise<number> {
  const open = new Map((await means.store.openOrders()).map((order) => [order.id, order]));
  let count = await settleFailed(means, open);
  count += await fileKept(means, runStartedMs);
  for (;;) {
    const all = await means.queue.findings(batch);
    if (all.length === 0 || signal.aborted) return count;
    const dealtWith: string[] = [];
    for (const findings of all) {
      const order = open.get(findings.orderId);
      if (order !== undefined && !(await couldSettle(means, order, findings))) continue;
      dealtWith.push(findings.orderId);
    }
    await means.queue.acknowledge(dealtWith);
    count += dealtWith.length;
    if (dealtWith.length < all.length) return count;
  }
}

/** False: GitHub could not be listed, or others changed the same incidents all the while; the findings wait for the next tick. */
async function couldSettle(means: BrainMeans, order: Order | null, findings: Findings): Promise<boolean> {
  try {
    return await settleOne(means, order, findings);
  } catch (error) {
    if (!(error instanceof ListingFailedError)) throw error;
    means.onProgress({ kind: "put-off", incident: findings.incident, because: error.message });
    return false;
  }
}

/**
 * What a dry run found is filed once the mode allows it, without asking the model again: those seen within `since`, worst
 * first, within the flood limit. Older ones are left, and listed once.
 */
async function fileKept(means: BrainMeans, runStartedMs: number): Promise<number> {
  const { store, rules, clock } = means;
  const fresh = (await store.incidents({ states: ["new"], limit: 2_000 })).filter(
    (incident) => incident.reportDigest !== null,
  );
  if (fresh.length === 0) return 0;
  const slotsOf = await floodSlots(means, runStartedMs);
  const used = new Map<string, number>();
  const underWay = new Set<string>(
    (await store.effects({ states: ["intended", "sending", "unknown"] })).map(({ subject }) => subject),
  );
  let count = 0;
  for (const incident of worstFirst(fresh)) {
    const environment = environmentsOf(incident)[0];
    if (environment === undefined || underWay.has(incident.id) || (await modeNow(means, incident)) === "dry-run")
      continue;
    const sinceNs = BigInt(clock.nowMs() - rules.sinceMsOf(environment)) * 1_000_000n;
    if (incident.lastSeenNs < sinceNs) {
      count += await leaveOld(means, incident);
      continue;
    }
    const findings = await store.keptFindings(incident.id);
    const usedHere = used.get(environment) ?? 0;
    if (slotsOf(environment) - usedHere <= 0) continue;
    if (findings === null) {
      // Retention has taken them: the incident waits for an order like any other.
      await store.commit({ incidents: [{ ...incident, reportDigest: null }] }, null);
      continue;
    }
    used.set(environment, usedHere + 1);
    if (await couldSettle(means, null, findings)) count += 1;
  }
  return count;
}

async function leaveOld(means: BrainMeans, incident: Incident): Promise<number> {
  if (incident.note !== null) return 0;
  const note = redact(
    `Reported by a dry run and not seen since, so no issue is opened on going live. To have one: error-autopilot incidents retry ${incident.id}.`,
  );
  const line = {
    atMs: means.clock.nowMs(),
    actor: "brain",
    action: "incident.left",
    subject: incident.id,
    result: note,
  };
  const result = await means.store.commit({ incidents: [{ ...incident, note }], audit: [line] }, null);
  if (result === "done") means.onProgress({ kind: "needs-human", incident, because: note });
  return result === "done" ? 1 : 0;
}

async function modeNow(means: BrainMeans, incident: Incident): Promise<Mode> {
  const { modeCeiling } = await means.store.handles();
  return lowestMode(means.rules.modeOf(environmentsOf(incident), incident.service), modeCeiling);
}

async function settleOne(means: BrainMeans, order: Order | null, findings: Findings): Promise<boolean> {
  const { store, rules, clock } = means;
  for (let attempt = 1; attempt <= triesMax; attempt++) {
    const asked = await store.incident(findings.incident);
    if (asked === null) return forget(means, order);
    const origin = findings.origin?.fingerprint == null ? null : await store.incidentOf(findings.origin.fingerprint);
    const followers = (await Promise.all(findings.symptoms.map((each) => store.incidentOf(each)))).filter(
      (each) => each !== null,
    );
    const settled = settleOrigin(asked, findings, origin, followers);
    const repository = rules.repositoryOf(settled.target.service);
    const mode = await modeNow(means, settled.target);
    const underWay = await store.effects({ subject: settled.target.id, states: ["intended", "sending", "unknown"] });
    const isUnderWay = underWay.some((effect) => effect.outgoing.kind === "open-issue");
    const existing =
      settled.target.state !== "new" || isUnderWay || repository === null || mode === "dry-run"
        ? null
        : await means.findIssue(settled.target, repository);
    const change = settleFindings({
      findings,
      order,
      settled,
      destination: { repository, mode, existing, isUnderWay, reportDigest: reportDigest(settled.target, repository) },
      render: (incident: Incident, to) => {
        const marker = issueMarker(incident, incident.episode);
        const text = issueText({
          incident,
          findings,
          repository: to,
          webUrl: rules.webUrl,
          language: rules.language,
          template: rules.issueTemplate,
          marker,
        });
        return { kind: "open-issue", repository: to, ...text, marker };
      },
      nowMs: clock.nowMs(),
    });
    await means.saveEvidence(findings);
    if ((await store.commit(change, null)) !== "done") continue;
    means.onProgress({
      kind: "settled",
      incident: settled.target,
      symptoms: settled.symptoms,
      answer: findings.rootCause.kind,
      costUsd: findings.costUsd,
    });
    const stuck = change.incidents?.find((incident) => incident.state === "stuck");
    if (stuck?.note != null) means.onProgress({ kind: "needs-human", incident: stuck, because: stuck.note });
    return true;
  }
  return false;
}

/** The incident is gone from the state: its order is dealt with all the same. */
async function forget(means: BrainMeans, order: Order | null): Promise<boolean> {
  return order === null || (await means.store.commit({ settled: [order.id] }, null)) === "done";
}

/** Orders that the hands gave up: the incident needs a human, and what was reserved for it stays spent. */
async function settleFailed(means: BrainMeans, open: ReadonlyMap<string, Order>): Promise<number> {
  let count = 0;
  for (const failed of await means.queue.failed(batch)) {
    if (!open.has(failed.order.id)) continue;
    const incident = await means.store.incident(failed.order.incident.id);
    if (incident === null) {
      await forget(means, failed.order);
      continue;
    }
    const note = redact(
      `The investigation failed ${failed.attempts} times: ${failed.lastError} Run error-autopilot incidents retry ${incident.id} when that is mended.`,
    );
    const line = {
      atMs: means.clock.nowMs(),
      actor: "brain",
      action: "incident.stuck",
      subject: incident.id,
      result: note,
    };
    const stuck: Incident = { ...incident, state: "stuck", note };
    const result = await means.store.commit({ incidents: [stuck], settled: [failed.order.id], audit: [line] }, null);
    if (result !== "done") continue;
    means.onProgress({ kind: "needs-human", incident: stuck, because: note });
    count += 1;
  }
  return count;
}
