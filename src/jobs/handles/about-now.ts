import { type ChatText, code, joinChat } from "../../domain/chat/chat-text.ts";
import { lowestMode } from "../../domain/mode.ts";
import { dayUtc } from "./about-money.ts";
import type { AnswerMeans } from "./answer-means.ts";

/** What is going on: stopped or not, each environment, what is under way, what it cost, who reads the chats. */
export async function statusText({ store, words, time, map, nowMs }: AnswerMeans): Promise<ChatText> {
  const { pausedBy, modeCeiling } = await store.handles();
  const environments = await Promise.all(
    (map?.environments ?? []).map(async (environment) => {
      const checkpoint = await store.latestCheckpoint(environment);
      const mode = lowestMode(map?.modeOf([environment], null) ?? null, modeCeiling);
      const read = checkpoint === null ? words.status.neverRead : code(time(Number(checkpoint.untilNs / 1_000_000n)));
      return words.status.environment(code(environment), code(mode), read);
    }),
  );
  const open = await store.openOrders();
  const spent = await store.spentUsd(dayUtc(nowMs), null);
  const stuck = await store.incidents({ states: ["stuck"], limit: 100 });
  return joinChat(
    [
      pausedBy === null ? words.status.running : words.status.paused(code(pausedBy)),
      ...(modeCeiling === null ? [] : [words.status.ceiling(code(modeCeiling))]),
      ...environments,
      words.status.work(open.length, open.filter(({ urgency }) => urgency === "urgent").length),
      ...(map === null ? [] : [words.status.money(`$${spent.toFixed(2)}`, `$${map.ceilings.dayUsd.toFixed(2)}`)]),
      ...(stuck.length === 0 ? [] : [words.status.stuck(stuck.length)]),
      ...(map === null || map.chatReader === null ? [] : [words.status.chat(map.chatReader)]),
    ],
    "\n",
  );
}
