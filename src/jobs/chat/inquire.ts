import type { AlertReading, ChatItem, Finding, Inquiry } from "../../domain/chat/chat-memory.ts";
import type { Incident } from "../../domain/incident.ts";
import type { Environment } from "../../domain/names.ts";
import { redact } from "../../domain/redact.ts";
import type { HeldLease } from "../held-lease.ts";
import type { AskMeans, ChatMeans } from "./chat-means.ts";
import { giveUrgentOrder } from "./give-urgent-order.ts";
import { type Looked, lookFor } from "./look.ts";

const openMax = 200;
const day = 86_400_000;
const atOnceMax = 4;

export function inquiryItem(inquiry: Inquiry): ChatItem {
  const isOpen = inquiry.state !== "answered" || inquiry.shown !== "final";
  return {
    kind: "inquiry",
    id: inquiry.id,
    state: isOpen ? "open" : "closed",
    atMs: inquiry.receivedAtMs,
    value: inquiry,
  };
}

/** Newest first; those whose answer still changes. */
export function openInquiries({ brain }: Pick<ChatMeans, "brain">): Promise<readonly Inquiry[]> {
  return brain.store.chatItems("inquiry", { states: ["open"], limit: openMax });
}

/**
 * Looks for what was asked about and orders what is new, oldest question first. A crash anywhere leaves the question as it was: what was recorded is known by
 * its entries, and an order by its id.
 * @returns whether there was one
 */
export async function lookIntoInquiries(means: ChatMeans, held: HeldLease, signal: AbortSignal): Promise<boolean> {
  const asked = (await openInquiries(means)).filter(({ state }) => state === "received").reverse();
  // A Loki that is slow for one must not keep the others waiting.
  for (let from = 0; from < asked.length; from += atOnceMax) {
    const part = asked.slice(from, from + atOnceMax);
    const ends = await Promise.allSettled(part.map((inquiry) => lookAndKeep(means, inquiry, held, signal)));
    const failed = ends.find((end) => end.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }
  return asked.length > 0;
}

async function lookAndKeep(means: ChatMeans, inquiry: Inquiry, held: HeldLease, signal: AbortSignal): Promise<void> {
  const next = await lookInto(means, inquiry, `telegram:${inquiry.user}`, held, signal);
  await held.renew();
  await means.oneAtATime(async () => {
    // The answer may have been shown meanwhile: only what was found out here is changed.
    const [now = inquiry] = await means.brain.store.chatItems("inquiry", { id: inquiry.id, limit: 1 });
    const { state, finding, incidents, environment, moreKinds } = next;
    const told = { ...now, state, finding, incidents, environment, moreKinds };
    await means.brain.store.commit({ chat: [inquiryItem(told)] }, held.lease);
  });
}

/**
 * The question after a look into the logs: what was found, and what was ordered of it.
 * @param by who asks, for the audit
 */
export async function lookInto(
  means: AskMeans,
  inquiry: Inquiry,
  by: string,
  held: HeldLease,
  signal: AbortSignal,
): Promise<Inquiry> {
  const { store, clock } = means.brain;
  const { pausedBy } = await store.handles();
  if (pausedBy !== null) return ended(inquiry, { kind: "paused", by: redact(pausedBy) });
  const firing = inquiry.alerts.filter(({ status }) => status !== "resolved");
  if (firing.length === 0) return ended(inquiry, { kind: "resolved" });
  const environments = environmentsFor(means, inquiry, firing);
  const at = { environments, nowMs: clock.nowMs(), lookBackMs: inquiry.lookBackMs };
  const looked = await looking(means, firing, at, held, signal);
  const { finding, environment, moreKinds } = looked;
  if (looked.incidents.length === 0) return { ...ended(inquiry, finding), environment };
  const incidents: Inquiry["incidents"][number][] = [];
  for (const incident of looked.incidents) {
    incidents.push({ id: incident.id, how: await orderOrTell(means, incident, inquiry, by) });
  }
  const isWaiting = incidents.some(({ how }) => how === "ordered");
  return { ...inquiry, state: isWaiting ? "waiting" : "answered", finding, environment, incidents, moreKinds };
}

async function looking(...[means, alerts, at, held, signal]: Parameters<typeof lookFor>): Promise<Looked> {
  try {
    return await lookFor(means, alerts, at, held, signal);
  } catch (error) {
    if (signal.aborted || !(error instanceof Error) || !("isRetryable" in error) || error.name === "LeaseLostError")
      throw error;
    const because = redact(error.message);
    return {
      environment: at.environments[0] ?? null,
      finding: { kind: "nothing", searched: redact(""), because },
      incidents: [],
      moreKinds: 0,
    };
  }
}

function ended(inquiry: Inquiry, finding: Finding): Inquiry {
  return { ...inquiry, state: "answered", finding };
}

/** What a chat is about: its environments; in a chat that no environment tells its results to, all of them, the one that the alert names first. */
function environmentsFor(
  { brain, rules }: AskMeans,
  { chat }: Inquiry,
  alerts: readonly AlertReading[],
): readonly Environment[] {
  const all = brain.polls.map(({ environment }) => environment);
  const own = all.filter((name) => rules.chatOf[name] === chat);
  const named = alerts.flatMap(({ environment }) => environment ?? []);
  const from = own.length > 0 ? own : all;
  return [...new Set([...named.filter((name) => from.includes(name)), ...from])];
}

async function orderOrTell(
  means: AskMeans,
  incident: Incident,
  inquiry: Inquiry,
  by: string,
): Promise<Inquiry["incidents"][number]["how"]> {
  const { brain, rules } = means;
  const asked = { by, durationMsMax: rules.urgentMsMax };
  const open = (await brain.store.openOrders()).some((order) => order.incident.id === incident.id);
  if (!open && !inquiry.isAgain) {
    const isKnown = incident.state !== "new" || incident.reportDigest !== null || (await isBeingFiled(means, incident));
    if (isKnown) return "known";
    if (await isCooling(means, incident)) return "waits";
  }
  return (await giveUrgentOrder(brain, incident.id, asked)) === "refused" ? "known" : "ordered";
}

async function isBeingFiled({ brain }: AskMeans, { id }: Incident): Promise<boolean> {
  return (await brain.store.effects({ subject: id, states: ["intended", "sending", "unknown"] })).length > 0;
}

async function isCooling({ brain }: AskMeans, incident: Incident): Promise<boolean> {
  const { store, clock, rules } = brain;
  if (incident.rounds === 0) return false;
  const cooldowns = Object.keys(incident.counts).map((environment) =>
    rules.cooldownMsOf(environment, incident.service),
  );
  const cooldownMs = Math.min(day, ...cooldowns);
  if (cooldowns.length === 0 || cooldownMs <= 0) return false;
  const since = await store.audit({ sinceMs: clock.nowMs() - cooldownMs, limit: 50, subject: incident.id });
  return since.some(({ action }) => action === "order.given");
}
