import { type CommandName, commandNames, roleFor } from "../../domain/command.ts";
import type { Redacted } from "../../domain/text.ts";
import { chatWordsOf } from "../../report/chat/chat-words-of.ts";
import { may } from "./authorise.ts";
import type { ChatMeans } from "./chat-means.ts";
import { movedTo } from "./send-messages.ts";

/**
 * What each person may send, for the list that Telegram shows while they type: that of a viewer for each group, and for each listed person their own. It is a
 * convenience, and what fails of it is left out: roles are looked at when something is said.
 */
export async function registerCommands(means: ChatMeans, signal: AbortSignal): Promise<void> {
  for (const { chat, language } of Object.values(means.rules.chats)) {
    if (signal.aborted) return;
    const words = chatWordsOf[language];
    const listOf = (
      names: readonly CommandName[],
    ): readonly { readonly command: string; readonly description: Redacted }[] =>
      names.map((command) => ({ command, description: words.helpOf[command] }));
    const at = await movedTo(means, chat);
    const own = means.rules.people[chat];
    const isPrivate = !chat.startsWith("-");
    if (isPrivate && own === undefined) continue;
    const role = isPrivate ? own : "viewer";
    await means.telegram.setCommands(
      listOf(commandNames.filter((name) => may(role ?? "viewer", roleFor[name]))),
      { chat: at, user: null },
      signal,
    );
    if (isPrivate) continue;
    for (const [user, its] of Object.entries(means.rules.people)) {
      if (its === "viewer") continue;
      const names = commandNames.filter((name) => may(its, roleFor[name]));
      await means.telegram.setCommands(listOf(names), { chat: at, user }, signal);
    }
  }
}
