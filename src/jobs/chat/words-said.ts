/**
 * The words of a command that was said to us in a chat: without the slash, and without the name of a bot (`/pause@our_bot`), by which people say in a group
 * whom they mean. Null: it is no command, or said to another bot.
 */
export async function wordsSaid(text: string, ownName: () => Promise<string>): Promise<string | null> {
  const [, name, to, rest = ""] = /^\s*\/(\w{1,64})(?:@(\w{1,64}))?(?:\s+([\s\S]*))?$/.exec(text) ?? [];
  if (name === undefined) return null;
  if (to !== undefined && to.toLowerCase() !== (await ownName()).toLowerCase()) return null;
  // Telegram's own: a person meets the bot, or came by a link that carries a word behind it.
  return name.toLowerCase() === "start" ? "help" : `${name} ${rest}`;
}
