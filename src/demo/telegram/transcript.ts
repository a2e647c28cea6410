import type { Chat, Person } from "./world.ts";

/** A chat as the people in it see it, buttons in brackets. */
export function transcript(chat: Chat, bot: Person, timeOf: (atMs: number) => string): string {
  return chat.messages
    .map((message) => {
      const who = message.from?.id === bot.id ? "error-autopilot" : (message.from?.name ?? "?");
      const forwarded = message.forwardedFrom === null ? "" : ` (forwarded from ${message.forwardedFrom})`;
      const edited = message.edits > 0 ? `, edited ${message.edits} ${message.edits === 1 ? "time" : "times"}` : "";
      const buttons = message.buttons.map((row) => row.map(({ text }) => `[ ${text} ]`).join(" "));
      const lines = [message.text, ...buttons].join("\n").split("\n");
      return [`${who}${forwarded}, ${timeOf(message.atMs)}${edited}`, ...lines.map((line) => `│ ${line}`)].join("\n");
    })
    .join("\n\n");
}
