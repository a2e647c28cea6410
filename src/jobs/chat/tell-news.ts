import type { ChatId, ChatSetting } from "../../domain/chat/chat.ts";
import type { ChatItem, Conclusion, Inquiry } from "../../domain/chat/chat-memory.ts";
import { code, joinChat } from "../../domain/chat/chat-text.ts";
import type { ChatEffect } from "../../domain/effect.ts";
import { chatWordsOf } from "../../report/chat/chat-words-of.ts";
import { conclusionLine, conclusionText } from "../../report/chat/conclusion-text.ts";
import { reportText } from "../handles/about-money.ts";
import type { HeldLease } from "../held-lease.ts";
import { dayOf, isQuiet, minuteOfDay } from "./chat-clock.ts";
import type { ChatMeans } from "./chat-means.ts";
import { conclusionView, viewMeans } from "./conclusion-view.ts";
import { messages } from "./messages.ts";

const inOneMessageMax = 5;
const untoldMax = 500;
const askedMax = 200;
/** Results come in groups: the first waits so long for others. */
const gatherMs = 30_000;
/** A report that was missed by more than this is left out. */
const reportLateMinutesMax = 120;

/**
 * Tells each chat what came of its environments' incidents, five in one message, nothing at night; and in the morning what the night brought. What a person asked
 * for is told in the answer to them, and what is told is marked so in the commit that intends the message: a result is never lost, and never told twice by us.
 */
export async function tellNews(means: ChatMeans, held: HeldLease): Promise<void> {
  const { store, clock } = means.brain;
  if ((await store.handles()).pausedBy !== null) return;
  const untold = await store.chatItems("conclusion", { states: ["untold"], limit: untoldMax });
  const asked = untold.length === 0 ? [] : await store.chatItems("inquiry", { limit: askedMax });
  const byChat = Map.groupBy([...untold].reverse(), (each) => {
    const chat = chatOf(means, each);
    return chat !== null && asked.some((inquiry) => answers(inquiry, each, chat)) ? null : chat;
  });
  for (const [chat, conclusions] of byChat) {
    await held.renew();
    if (chat === null) await mark(means, conclusions, [], held);
    else await tellChat(means, chat, conclusions, held);
  }
  for (const setting of Object.values(means.rules.chats)) await reportInTheMorning(means, setting, held, clock.nowMs());
}

/** Somebody asked for it in that chat, and has it in the answer. */
function answers({ chat, receivedAtMs, incidents }: Inquiry, told: Conclusion, inChat: ChatId): boolean {
  if (chat !== inChat || told.atMs < receivedAtMs) return false;
  return incidents.some(({ id, how }) => how === "ordered" && (id === told.asked || id === told.incident));
}

/** Null: nobody wants to hear of it unasked. A dry run writes nothing outside, so its results are told to whoever asks. */
function chatOf({ rules, brain }: ChatMeans, { environment, service, isUrgent }: Conclusion): ChatId | null {
  if (environment === null || isUrgent) return null;
  if (brain.rules.modeOf([environment], service) === "dry-run") return null;
  return rules.chatOf[environment] ?? null;
}

async function tellChat(
  means: ChatMeans,
  chat: ChatId,
  conclusions: readonly Conclusion[],
  held: HeldLease,
): Promise<void> {
  const { clock } = means.brain;
  const setting = means.rules.chats[chat];
  const nowMs = clock.nowMs();
  if (setting === undefined) return mark(means, conclusions, [], held);
  if (isQuiet(nowMs, setting)) return;
  const views = await Promise.all(conclusions.map((each) => conclusionView(viewMeans(means), each)));
  const oldestMs = Math.min(...conclusions.map(({ atMs }) => atMs));
  const waits =
    nowMs - oldestMs < gatherMs || views.some(({ isIssueComing }) => isIssueComing && nowMs - oldestMs < 4 * gatherMs);
  if (waits && conclusions.length < inOneMessageMax) return;
  const words = chatWordsOf[setting.language];
  for (let from = 0; from < views.length; from += inOneMessageMax) {
    const part = views.slice(from, from + inOneMessageMax);
    const environment = part[0]?.conclusion.environment ?? "";
    const [only] = part;
    const body =
      part.length === 1 && only !== undefined
        ? [conclusionText(only, words)]
        : part.map((view) => conclusionLine(view, words));
    const text = joinChat([words.news(part.length, code(environment)), ...body], "\n\n");
    await mark(
      means,
      part.map(({ conclusion }) => conclusion),
      messages(means, `news-${only?.conclusion.id}`, chat, text),
      held,
    );
  }
}

async function mark(
  means: ChatMeans,
  conclusions: readonly Conclusion[],
  chatEffects: readonly ChatEffect[],
  held: HeldLease,
): Promise<void> {
  const chat: ChatItem[] = conclusions.map((value) => ({
    kind: "conclusion",
    id: value.id,
    state: "told",
    atMs: value.atMs,
    value,
  }));
  await means.brain.store.commit({ chat, chatEffects }, held.lease);
}

/** At the end of quiet hours, or at the hour of the service map: once a day, by an effect that is named by the day. */
async function reportInTheMorning(
  means: ChatMeans,
  setting: ChatSetting,
  held: HeldLease,
  nowMs: number,
): Promise<void> {
  const { rules, brain } = means;
  const isOfEnvironment = Object.values(rules.chatOf).includes(setting.chat);
  const atMinute = setting.quiet?.toMinute ?? rules.reportMinute;
  if (!isOfEnvironment || atMinute === null) return;
  const late = minuteOfDay(nowMs, setting.timeZone) - atMinute;
  if (late < 0 || late > reportLateMinutesMax) return;
  const id = `report-${setting.chat}-${dayOf(nowMs, setting.timeZone)}`;
  if ((await brain.store.chatEffects({ id: `chat-${id}-0` })).length > 0) return;
  const words = chatWordsOf[setting.language];
  const night = await brain.store.chatItems("conclusion", { states: ["untold"], limit: untoldMax });
  const here = night.filter((each) => chatOf(means, each) === setting.chat);
  const head = here.length === 0 ? words.morningQuiet : words.morning(here.length);
  const text = joinChat(
    [head, await reportText({ store: means.brain.store, nowMs: means.brain.clock.nowMs() }, words)],
    "\n",
  );
  await brain.store.commit({ chatEffects: messages(means, id, setting.chat, text) }, held.lease);
}
