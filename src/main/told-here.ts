import type { ChatText } from "../domain/chat/chat-text.ts";
import type { CommandMistake } from "../domain/command/parse-command.ts";
import { mistakeText } from "../report/chat/mistake-text.ts";
import { english } from "../report/chat/words-en.ts";
import { harmless } from "../report/terminal-text.ts";

/** What a chat is told, as a terminal writes commands. */
export const wordsHere = english("terminal");

export function mistakeHere(mistake: CommandMistake): string {
  return textHere(mistakeText(mistake, wordsHere, "en"));
}

/** A text for people without its entities: where a link leads stands behind it. */
export function textHere({ text, entities }: ChatText): string {
  let told = "";
  let from = 0;
  for (const { offset, length, url } of entities) {
    if (url === undefined) continue;
    told += `${text.slice(from, offset + length)} (${url})`;
    from = offset + length;
  }
  told += text.slice(from);
  return told
    .split("\n")
    .map((line) => harmless(line, Number.POSITIVE_INFINITY).trimEnd())
    .join("\n");
}
