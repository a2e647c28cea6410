import { createHash } from "node:crypto";
import { code, sentences } from "../../domain/chat/chat-text.ts";
import { chatWordsOf } from "../../report/chat/chat-words-of.ts";
import type { ChatMeans } from "./chat-means.ts";
import { messages } from "./messages.ts";

const hourMs = 3_600_000;

/** A failure of the autopilot itself, to the chat for such; the same one at most once in an hour. */
export async function tellTrouble(means: Pick<ChatMeans, "brain" | "rules">, sentence: string): Promise<void> {
  const { failuresChat, chats } = means.rules;
  const setting = failuresChat === null ? undefined : chats[failuresChat];
  if (failuresChat === null || setting === undefined) return;
  const { store, clock } = means.brain;
  const words = chatWordsOf[setting.language];
  const [, part = "error-autopilot", said = sentence] = /^([\w.-]{1,40}): ([\s\S]+)$/.exec(sentence) ?? [];
  const text = said === "works again" ? words.mended(code(part)) : words.trouble(code(part), sentences(said, 600));
  const digest = createHash("sha256").update(sentence).digest("hex").slice(0, 12);
  const id = `trouble-${digest}-${Math.floor(clock.nowMs() / hourMs)}`;
  await store.commit({ chatEffects: messages(means, id, failuresChat, text) }, null);
}
