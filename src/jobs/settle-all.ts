import { ListingFailedError } from "../domain/effect.ts";
import type { Incident } from "../domain/incident.ts";
import { issueMarker } from "../domain/marker.ts";
import { lowestMode, type Mode } from "../domain/mode.ts";
import type { Findings, Order } from "../domain/order.ts";
import { redact } from "../domain/redact.ts";
import { reportDigest, toBeFiled } from "../report/report-digest.ts";
import type { BrainMeans } from "./brain-means.ts";
import { conclusionOf } from "./chat/conclude.ts";
import { patchBesideIssue } from "./drafts/patch-beside-issue.ts";
import { isForPatch, settlePatch } from "./drafts/settle-patch.ts";
import { floodSlots } from "./flood-slots.ts";
import { giveUpOrder } from "./give-up-order.ts";
import { environmentsOf, worstFirst } from "./plan-orders.ts";
import { settleFindings, settleOrigin } from "./settle-findings.ts";
import { settleSame } from "./settle-same.ts";
import { plausible } from "./write-pace.ts";

const batch = 50;
/** Failed jobs stay for people to look at, those that are dealt with among them. */
const failedMax = 2_000;
/** As many as orders are given for. */
const waitingMax = 10_000;
const triesMax = 5;
/** The shared wait after a list that could not be read, by its name in the store. */
const listing = "github-list";
const listAgainAfterMs = 15_000;

export interface SettledAll {
  /** Orders and kept findings that are dealt with. */
  readonly count: number;
  /** Why findings wait for a later tick, in words, each reason once. */
  readonly putOff: ReadonlySet<string>;
}

/** Decides about everything the hands brought back, and about what they gave up. */
export async function settleAll(means: BrainMeans, runStartedMs: number, signal: AbortSignal): Promise<SettledAll> {
  const putOff = new Set<string>();
  let count = (await settleFailed(means)) + (await giveUpForgotten(means));
  count += await fileKept(means, runStartedMs, putOff);
  for (;;) {
    const all = await means.queue.findings(batch);
    if (all.length === 0 || signal.aborted) return { count, putOff };
    // Read after the findings: another process may have given an order, and its hands ended it, a moment ago.
    const open = new Map((await means.store.openOrders()).map((order) => [order.id, order]));
    const dealtWith: string[] = [];
    for (const returned of all) {
      const order = open.get(returned.orderId);
      if (order !== undefined && !(await settleReturned(means, order, returned.findings, putOff))) continue;
      dealtWith.push(returned.orderId);
    }
    await means.queue.acknowledge(dealtWith);
    count += dealtWith.length;
    if (dealtWith.length < all.length) return { count, putOff };
  }
}

/** @returns false when they wait for the next tick */
async function settleReturned(
  means: BrainMeans,
  order: Order,
  returned: unknown,
  putOff: Set<string>,
): Promise<boolean> {
  // Loaded with the first findings: most ticks have none, and their schema costs more than all else of such a tick.
  const { parseFindings } = await import("./parse-findings.ts");
  const findings = parseFindings(returned, order, means.rules.repositoryOf, means.rules.repairLimits);
  if (!("problem" in findings)) return couldSettle(means, order, findings, putOff);
  const note = redact(
    `What the hands brought back for ${order.id} cannot be used (${findings.problem}). Do all hands have this version? Then run error-autopilot retry ${order.incident.id}.`,
  );
  return giveUpOrder(means, order, { action: "findings.refused", note });
}

/** False: GitHub could not be listed, or others changed the same incidents all the while; the findings wait for the next tick. */
async function couldSettle(
  means: BrainMeans,
  order: Order | null,
  findings: Findings,
  putOff: Set<string>,
): Promise<boolean> {
  try {
    return await settleOne(means, order, findings);
  } catch (error) {
    if (!(error instanceof ListingFailedError)) throw error;
    // One cause is one notice, however many findings wait for it, and however often a daemon looks.
    const isTold = putOff.has(error.message) || (error instanceof ListingRestsError && putOff.size > 0);
    if (isTold) return false;
    putOff.add(error.message);
    if (error instanceof ListingRestsError) return false;
    means.onProgress({ kind: "put-off", incident: findings.incident, because: error.message });
    return false;
  }
}

/** The list is not asked for, because it could not be read a moment ago. */
class ListingRestsError extends ListingFailedError {}

/** What GitHub has, wholly or not at all. After an answer that failed nobody asks again for a while, or a daemon would ask every second. */
async function listed<Found>({ store, clock }: BrainMeans, ask: () => Promise<Found>): Promise<Found> {
  const untilMs = plausible(await store.waitUntilMs(listing), clock.nowMs());
  if (untilMs > clock.nowMs()) {
    const because = redact("GitHub's list of issues could not be read a moment ago. It is read again by a later run.");
    throw new ListingRestsError(because, untilMs);
  }
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ListingFailedError) {
      await store.setWaitUntilMs(listing, error.untilMs ?? clock.nowMs() + listAgainAfterMs);
    }
    throw error;
  }
}

/**
 * What a dry run found, or what GitHub refused and a person asked for again, is filed once the mode allows it, without asking
 * the model again: worst first, within the flood limit. What was not seen within `since` is left, and listed once.
 */
async function fileKept(means: BrainMeans, runStartedMs: number, putOff: Set<string>): Promise<number> {
  const { store, rules, clock } = means;
  const fresh = (await store.incidents({ states: ["new"], limit: waitingMax })).filter(
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
    if (incident.lastSeenNs < sinceNs && incident.reportDigest !== toBeFiled) {
      count += await leaveOld(means, incident);
      continue;
    }
    const findings = await store.keptFindings(incident.id);
    const usedHere = used.get(environment) ?? 0;
    if (slotsOf(environment) - usedHere <= 0) {
      // Whether it is too old is judged once, on going live: waiting for its turn makes it no older.
      if (incident.reportDigest !== toBeFiled)
        await store.commit({ incidents: [{ ...incident, reportDigest: toBeFiled }] }, null);
      continue;
    }
    if (findings === null) {
      // Retention has taken them: the incident waits for an order like any other.
      await store.commit({ incidents: [{ ...incident, reportDigest: null }] }, null);
      continue;
    }
    used.set(environment, usedHere + 1);
    if (await couldSettle(means, null, findings, putOff)) count += 1;
  }
  return count;
}

async function leaveOld(means: BrainMeans, incident: Incident): Promise<number> {
  if (incident.note !== null) return 0;
  const note = redact(
    `Reported by a dry run and not seen since, so no issue is opened on going live. To have one: error-autopilot retry ${incident.id}.`,
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
  const { issueText } = await import("../report/issue-text.ts");
  const { store, rules, clock } = means;
  for (let attempt = 1; attempt <= triesMax; attempt++) {
    const asked = await store.incident(findings.incident);
    if (asked === null) return forget(means, order);
    // What a person asked in a chat is answered there.
    const isOfChat = order?.urgency === "urgent";
    if (order !== null && !isOfChat && asked.issue !== null && isForPatch(asked, order)) {
      const about = { incident: asked, issue: asked.issue, order, findings, mode: await modeNow(means, asked) };
      const change = await settlePatch(means, about);
      await means.saveEvidence(findings);
      const chat = conclusionOf(order, findings, { asked, target: asked }, clock.nowMs());
      if ((await store.commit({ ...change, chat }, null)) === "done") return true;
      continue;
    }
    const origin = findings.origin?.fingerprint == null ? null : await store.incidentOf(findings.origin.fingerprint);
    const followers = (await Promise.all(findings.symptoms.map((each) => store.incidentOf(each)))).filter(
      (each) => each !== null,
    );
    const settled = settleOrigin(asked, findings, origin, followers);
    const repository = rules.repositoryOf(settled.target.service);
    const mode = await modeNow(means, settled.target);
    const same =
      findings.sameAs === null
        ? null
        : await listed(means, () => settleSame(means, { findings, order, settled, repository, mode }));
    if (same !== null) {
      await means.saveEvidence(findings);
      const chat = conclusionOf(order, findings, { asked, target: settled.target }, clock.nowMs());
      if ((await store.commit({ ...same, chat }, null)) !== "done") continue;
      const answer = "same-as-open-issue";
      const { symptoms } = settled;
      means.onProgress({
        kind: "settled",
        incident: settled.target,
        symptoms,
        answer,
        costUsd: findings.costUsd,
        gates: [],
      });
      return true;
    }
    const underWay = await store.effects({ subject: settled.target.id, states: ["intended", "sending", "unknown"] });
    const isUnderWay = underWay.some((effect) => effect.outgoing.kind === "open-issue");
    const isFiled = settled.target.state === "new" && !isUnderWay;
    const existing =
      !isFiled || repository === null || mode === "dry-run"
        ? null
        : // One that is known needs no list, which may not have it yet.
          (settled.target.issue ?? (await listed(means, () => means.findIssue(settled.target, repository))));
    const beside = { incident: settled.target, repository, mode, existing, isFiled };
    const patch = await patchBesideIssue(means, findings, beside);
    const change = settleFindings({
      findings,
      order,
      settled: { ...settled, target: patch.incident },
      destination: { repository, mode, existing, isUnderWay, reportDigest: reportDigest(settled.target, repository) },
      render: (incident: Incident, to) => {
        const marker = issueMarker(incident, incident.episode);
        const text = issueText({
          incident,
          findings,
          repository: to,
          repositoryOf: rules.repositoryOf,
          webUrl: rules.webUrl,
          language: rules.language,
          template: rules.issueTemplate,
          patch: patch.blocks,
          marker,
        });
        return { kind: "open-issue", repository: to, ...text, marker };
      },
      nowMs: clock.nowMs(),
    });
    await means.saveEvidence(findings);
    const chat = conclusionOf(order, findings, { asked, target: settled.target }, clock.nowMs());
    const effects = [...(change.effects ?? []), ...patch.told];
    const audit = [...(change.audit ?? []), ...patch.audit];
    if ((await store.commit({ ...change, effects, audit, chat }, null)) !== "done") continue;
    means.onProgress({
      kind: "settled",
      incident: settled.target,
      symptoms: settled.symptoms,
      answer: findings.rootCause.kind,
      costUsd: findings.costUsd,
      gates: patch.gates,
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

/** Orders of environments that are in the service map no more: no hands could read for them. */
async function giveUpForgotten(means: BrainMeans): Promise<number> {
  const configured = new Set(means.polls.map((poll) => poll.environment));
  let count = 0;
  for (const order of await means.store.openOrders()) {
    if (order.environments.some((environment) => configured.has(environment))) continue;
    const note = redact(
      `It was seen in ${order.environments.join(", ")}, which is not in the service map any more. When it is seen again elsewhere, or the environment is back: error-autopilot retry ${order.incident.id}.`,
    );
    if (await giveUpOrder(means, order, { action: "incident.stuck", note })) count += 1;
  }
  return count;
}

/** Orders that the hands gave up. */
async function settleFailed(means: BrainMeans): Promise<number> {
  const all = await means.queue.failed(failedMax);
  const open = new Map(all.length === 0 ? [] : (await means.store.openOrders()).map((order) => [order.id, order]));
  let count = 0;
  for (const failed of all) {
    const order = open.get(failed.orderId);
    if (order === undefined) continue;
    const note = redact(
      `The investigation failed ${failed.attempts === 1 ? "once" : `${failed.attempts} times`}: ${failed.lastError} Run error-autopilot retry ${order.incident.id} when that is mended.`,
    );
    if (await giveUpOrder(means, order, { action: "incident.stuck", note })) count += 1;
  }
  return count;
}
