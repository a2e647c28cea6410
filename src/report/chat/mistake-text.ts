import { type ChatText, code } from "../../domain/chat/chat-text.ts";
import type { CommandMistake } from "../../domain/command/parse-command.ts";
import { usageOf } from "../../domain/command/usage.ts";
import type { Language } from "../../domain/language.ts";
import type { ChatWords } from "./chat-words.ts";

/** Why it was no command and what would be one, in a sentence; the same on every surface. */
export function mistakeText(mistake: CommandMistake, words: ChatWords, language: Language): ChatText {
  switch (mistake.kind) {
    case "unknown":
      return words.unknownCommand(mistake.name, mistake.nearest);
    case "no-incident":
      return words.needsIncident(mistake.name);
    case "no-text":
      return words.needsText(mistake.name);
    case "no-mode":
      return words.needsMode(mistake.given);
    case "no-count":
      return words.needsCount(mistake.given);
    case "no-duration":
      return words.needsDuration(mistake.given);
    case "too-much": {
      const usage = usageOf(mistake.name, language);
      return words.takesNoMore(mistake.name, usage === "" ? null : code(usage));
    }
  }
}
