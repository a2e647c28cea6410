import { type ChatText, code, joinChat } from "../../domain/chat/chat-text.ts";
import { lowestMode } from "../../domain/mode.ts";
import type { ChatWords } from "../../report/chat/chat-words.ts";
import type { Speaker } from "./authorise.ts";
import { chatTime } from "./chat-clock.ts";
import type { ChatMeans } from "./chat-means.ts";

/** What is going on: stopped or not, each environment, what is under way, what it cost, who reads this chat. */
export async function statusText(means: ChatMeans, { setting }: Speaker, words: ChatWords): Promise<ChatText> {
  const { brain } = means;
  const { store, rules, clock } = brain;
  const { pausedBy, modeCeiling } = await store.handles();
  const environments = await Promise.all(
    brain.polls.map(async ({ environment }) => {
      const checkpoint = await store.latestCheckpoint(environment);
      const mode = lowestMode(rules.modeOf([environment], null), modeCeiling);
      const read =
        checkpoint === null ? words.status.neverRead : code(chatTime(Number(checkpoint.untilNs / 1_000_000n), setting));
      return words.status.environment(code(environment), code(mode), read);
    }),
  );
  const open = await store.openOrders();
  const day = new Date(clock.nowMs()).toISOString().slice(0, 10);
  const spent = await store.spentUsd(day, null);
  const stuck = await store.incidents({ states: ["stuck"], limit: 100 });
  return joinChat(
    [
      pausedBy === null ? words.status.running : words.status.paused(code(pausedBy)),
      ...(modeCeiling === null ? [] : [words.status.ceiling(code(modeCeiling))]),
      ...environments,
      words.status.work(open.length, open.filter(({ urgency }) => urgency === "urgent").length),
      words.status.money(`$${spent.toFixed(2)}`, `$${rules.ceilings.dayUsd.toFixed(2)}`),
      ...(stuck.length === 0 ? [] : [words.status.stuck(stuck.length)]),
      words.status.chat(means.process),
    ],
    "\n",
  );
}
