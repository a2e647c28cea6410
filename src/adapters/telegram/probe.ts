import type { Redacted } from "../../domain/text.ts";
import { type Answered, openTelegramApi, type TelegramConnection } from "./api.ts";

export interface BotProbe {
  readonly problem: Redacted | null;
  readonly name: string;
  /** Privacy mode is off. */
  readonly canReadAll: boolean;
  readonly webhook: string;
  /** What asking for updates met, when nobody of ours is at it; null when nothing did. */
  readonly rival: Redacted | null;
  readonly unreachable: readonly { readonly chat: string; readonly because: Redacted }[];
}

/** Who the bot is, what it may see, and which of the chats it cannot reach; nothing is sent. */
export async function probeTelegram(
  connection: TelegramConnection,
  chats: readonly string[],
  isReadByUs: boolean,
): Promise<BotProbe> {
  const api = await openTelegramApi(connection);
  const me = await api.call((raw) => raw.getMe());
  const nothing = { name: "", canReadAll: false, webhook: "", rival: null, unreachable: [] };
  if (me.kind !== "ok") return { ...nothing, problem: wordsOf(me) };
  const hook = await api.call((raw) => raw.getWebhookInfo());
  // Without an offset nothing is confirmed, so nothing is lost by asking.
  const asked = isReadByUs ? null : await api.poll(0, (raw) => raw.getUpdates({ limit: 1, timeout: 0 }));
  const unreachable: BotProbe["unreachable"][number][] = [];
  for (const chat of chats) {
    const found = await api.call((raw) => raw.getChat(chat));
    if (found.kind !== "ok") unreachable.push({ chat, because: wordsOf(found) });
  }
  return {
    problem: null,
    name: me.result.username,
    canReadAll: me.result.can_read_all_group_messages,
    webhook: hook.kind === "ok" ? (hook.result.url ?? "") : "",
    rival: asked?.kind === "refused" && asked.status === 409 ? asked.description : null,
    unreachable,
  };
}

function wordsOf(answer: Exclude<Answered<unknown>, { kind: "ok" }>): Redacted {
  return answer.kind === "lost" ? answer.because : answer.description;
}
