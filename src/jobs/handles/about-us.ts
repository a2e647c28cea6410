import { bold, type ChatText, code, joinChat, say } from "../../domain/chat/chat-text.ts";
import type { Redacted } from "../../domain/text.ts";
import type { ChatWords } from "../../report/chat/chat-words.ts";
import type { Setting } from "./answer-means.ts";

export function settingsText(settings: readonly Setting[], words: ChatWords): ChatText {
  const rows = settings.map(({ name, value, from }) => say`${code(name)} ${code(value)} (${code(from)})`);
  return joinChat([bold(words.config), ...rows], "\n");
}

/** What we told ourselves, oldest first. */
export function linesText(lines: readonly Redacted[], words: ChatWords): ChatText {
  if (lines.length === 0) return words.noLogs;
  return joinChat([bold(words.logs), ...lines.map((line) => code(line))], "\n");
}
