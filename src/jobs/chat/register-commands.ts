import { type CommandName, commandNames, handleOf } from "../../domain/command/grammar.ts";
import { usageOf } from "../../domain/command/usage.ts";
import type { Language } from "../../domain/language.ts";
import { redact } from "../../domain/redact.ts";
import type { Redacted } from "../../domain/text.ts";
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
    const listOf = (names: readonly CommandName[]) =>
      names.map((command) => ({ command, description: described(command, language) }));
    const at = await movedTo(means, chat);
    const own = means.rules.people[chat];
    const isPrivate = !chat.startsWith("-");
    if (isPrivate && own === undefined) continue;
    const role = isPrivate ? own : "viewer";
    await means.telegram.setCommands(
      listOf(commandNames.filter((name) => may(role ?? "viewer", handleOf(name).role))),
      { chat: at, user: null },
      signal,
    );
    if (isPrivate) continue;
    for (const [user, its] of Object.entries(means.rules.people)) {
      if (its === "viewer") continue;
      const names = commandNames.filter((name) => may(its, handleOf(name).role));
      await means.telegram.setCommands(listOf(names), { chat: at, user }, signal);
    }
  }
}

function described(name: CommandName, language: Language): Redacted {
  const usage = usageOf(name, language);
  const does = handleOf(name).says[language];
  return redact(usage === "" ? does : `${usage}: ${does}`);
}
