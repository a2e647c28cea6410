import { createHash } from "node:crypto";
import type { ChatOutgoing } from "../../domain/chat/chat.ts";
import type { Conclusion, Inquiry } from "../../domain/chat/chat-memory.ts";
import { type ChatText, cutChat, messageUnitsMax } from "../../domain/chat/chat-text.ts";
import { type ChatEffect, intendEffect } from "../../domain/effect.ts";
import type { IncidentId } from "../../domain/names.ts";
import { chatWordsOf } from "../../report/chat/chat-words-of.ts";
import { type IncidentView, inquiryText } from "../../report/chat/inquiry-text.ts";
import type { HeldLease } from "../held-lease.ts";
import { totalOf } from "../plan-orders.ts";
import { offerButtons, type WantedButton } from "./buttons.ts";
import { chatTime } from "./chat-clock.ts";
import type { ChatMeans } from "./chat-means.ts";
import { conclusionView, viewMeans } from "./conclusion-view.ts";
import { inquiryItem, openInquiries } from "./inquire.ts";

/** No message is edited more often. */
const editEveryMs = 3_000;
const conclusionsMax = 500;
/** An issue that takes longer is linked to by /show. */
const issueWaitMs = 120_000;
const day = 86_400_000;

/**
 * Brings each open answer up to date: first a short message that is no answer yet, then edits of it. So an end that is unclear can be sent again, and a person
 * never has the same answer twice.
 * @returns whether an answer has more to say, and was edited too short a while ago
 */
export async function answerInquiries(means: ChatMeans, held: HeldLease): Promise<boolean> {
  let waits = false;
  for (const { id } of await openInquiries(means)) {
    await held.renew();
    await means.oneAtATime(async () => {
      const [inquiry] = await means.brain.store.chatItems("inquiry", { id, limit: 1 });
      if (inquiry !== undefined && (await bringUpToDate(means, inquiry, held))) waits = true;
    });
  }
  return waits;
}

async function bringUpToDate(means: ChatMeans, inquiry: Inquiry, held: HeldLease): Promise<boolean> {
  const { store, clock } = means.brain;
  const nowMs = clock.nowMs();
  const last = inquiry.sent === 0 ? null : await effectOf(means, inquiry, inquiry.sent - 1);
  if (last !== null && last.state !== "done" && last.state !== "refused") return false;
  const answer = answerOf(inquiry, last);
  if (answer === "unreachable") {
    const { fallbackChat } = means.rules;
    const isOver = fallbackChat === null || fallbackChat === inquiry.chat;
    // Where nobody can be told any more, the answer goes on in the chat for that.
    const next: Inquiry = isOver
      ? { ...inquiry, state: "answered", shown: "final" }
      : { ...inquiry, chat: fallbackChat, message: 0, answer: null, shown: null };
    await store.commit({ chat: [inquiryItem(next)] }, held.lease);
    return false;
  }
  const setting = means.rules.chats[inquiry.chat];
  const words = chatWordsOf[setting?.language ?? "en"];
  const { text, wanted, isFinal } =
    answer === null ? { text: words.received, wanted: [], isFinal: false } : await render(means, inquiry, nowMs);
  const shown = digestOf(text, wanted);
  const isShown = answer !== null && shown === inquiry.shown;
  if (isShown && !isFinal) return false;
  if (isShown) {
    await store.commit({ chat: [inquiryItem({ ...inquiry, answer, state: "answered", shown: "final" })] }, held.lease);
    return false;
  }
  if (answer !== null && nowMs - inquiry.shownAtMs < editEveryMs) return true;
  const id = effectId(inquiry, inquiry.sent);
  const { chat, user } = inquiry;
  const { rows, items } = offerButtons(wanted, { chat, user, effect: id, nowMs }, means.newNonce);
  const outgoing: ChatOutgoing =
    answer === null
      ? {
          kind: "chat-message",
          chat,
          text,
          buttons: rows,
          replyTo: inquiry.message === 0 ? null : inquiry.message,
          isSilent: false,
        }
      : { kind: "edit-chat-message", chat, message: answer, text, buttons: rows };
  const effect: ChatEffect = intendEffect(id, outgoing, `chat:answer:${chat}`, null, nowMs);
  const next: Inquiry = { ...inquiry, answer, sent: inquiry.sent + 1, shown, shownAtMs: nowMs };
  await store.commit({ chatEffects: [effect], chat: [inquiryItem(next), ...items] }, held.lease);
  return false;
}

/** The message in which the answer grows; null: it has to be sent (again). */
function answerOf(inquiry: Inquiry, last: ChatEffect | null): number | null | "unreachable" {
  if (last === null || last.outgoing.chat !== inquiry.chat) return null;
  if (last.outgoing.kind === "chat-message") return last.state === "done" ? last.reference : "unreachable";
  // Somebody deleted our message, or us from the chat: the answer is sent as a new one, after its short beginning.
  return last.state === "done" ? inquiry.answer : null;
}

async function effectOf({ brain }: ChatMeans, inquiry: Inquiry, number: number): Promise<ChatEffect | null> {
  return (await brain.store.chatEffects({ id: effectId(inquiry, number) }))[0] ?? null;
}

function effectId(inquiry: Inquiry, number: number): string {
  return `chat-${inquiry.id}-${number}`;
}

function digestOf(text: ChatText, wanted: readonly WantedButton[]): string {
  const content = JSON.stringify([text.text, text.entities, wanted.map(({ label }) => label)]);
  return createHash("sha256").update(content).digest("hex").slice(0, 24);
}

interface Rendered {
  readonly text: ChatText;
  readonly wanted: readonly WantedButton[];
  /** Nothing will change it any more. */
  readonly isFinal: boolean;
}

async function render(means: ChatMeans, inquiry: Inquiry, nowMs: number): Promise<Rendered> {
  const { rules, brain } = means;
  const setting = rules.chats[inquiry.chat] ?? { language: "en" as const, timeZone: "UTC" };
  const words = chatWordsOf[setting.language];
  const incidents = (await Promise.all(inquiry.incidents.map((each) => viewOf(means, inquiry, each, setting)))).filter(
    (each) => each !== null,
  );
  const isDone = incidents.every(
    ({ how, conclusion }) =>
      how !== "ordered" ||
      (conclusion !== null && (!conclusion.isIssueComing || nowMs - conclusion.conclusion.atMs > issueWaitMs)),
  );
  const isOver =
    inquiry.state === "answered" || (inquiry.state === "waiting" && (isDone || nowMs - inquiry.receivedAtMs > day));
  const view = {
    inquiry: isOver ? { ...inquiry, state: "answered" as const } : inquiry,
    incidents,
    isLate: nowMs > inquiry.deadlineMs,
    urgentMinutes: Math.round((inquiry.deadlineMs - inquiry.receivedAtMs) / 60_000),
    linkHosts: rules.linkHosts,
  };
  const text = cutChat(inquiryText(view, words), messageUnitsMax);
  return { text, wanted: isOver ? buttonsFor() : [], isFinal: isOver };

  function buttonsFor(): readonly WantedButton[] {
    const { finding } = inquiry;
    if (finding?.kind === "nothing") {
      return (["1h", "6h", "24h"] as const).flatMap((span) => {
        const lookBackMs = Number.parseInt(span, 10) * 3_600_000;
        if (lookBackMs <= inquiry.lookBackMs) return [];
        return [{ label: words.wider[span], does: { kind: "wider", inquiry: inquiry.id, lookBackMs } as const }];
      });
    }
    const isKnown = finding?.kind === "incidents" && inquiry.incidents.every(({ how }) => how !== "ordered");
    if (!isKnown) return [];
    const most = `$${brain.rules.ceilings.incidentUsd.toFixed(2)}`;
    return [{ label: words.again(most), does: { kind: "again", inquiry: inquiry.id } as const }];
  }
}

async function viewOf(
  means: ChatMeans,
  inquiry: Inquiry,
  { id, how }: Inquiry["incidents"][number],
  setting: { readonly language: "en" | "ko"; readonly timeZone: string },
): Promise<IncidentView | null> {
  const { store } = means.brain;
  const incident = await store.incident(id);
  if (incident === null) return null;
  const conclusion = await latestConclusion(means, id, how === "ordered" ? inquiry.receivedAtMs : 0);
  const open = (await store.openOrders()).find((order) => order.incident.id === id);
  const work = open === undefined ? null : means.workOf(open.id);
  return {
    incident,
    how,
    count: totalOf(incident),
    since: chatTime(Number(incident.firstSeenNs / 1_000_000n), setting),
    conclusion: conclusion === null ? null : await conclusionView(viewMeans(means), conclusion),
    work: work?.step ?? "waiting",
    spentUsd: work?.costUsd ?? 0,
  };
}

async function latestConclusion({ brain }: ChatMeans, id: IncidentId, sinceMs: number): Promise<Conclusion | null> {
  const all = await brain.store.chatItems("conclusion", { limit: conclusionsMax });
  return all.find((each) => (each.asked === id || each.incident === id) && each.atMs >= sinceMs) ?? null;
}
