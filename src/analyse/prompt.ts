import type { Language } from "../domain/language.ts";
import { redact } from "../domain/redact.ts";
import type { Redacted } from "../domain/text.ts";

const languageNames: Readonly<Record<Language, string>> = { en: "English", ko: "Korean" };

/** The system prompt, its `{{language}}` filled in. */
export function systemPrompt(template: string, language: Language): Redacted {
  return redact(template.replaceAll("{{language}}", languageNames[language]).trim());
}

/** What we say to the model in the course of a conversation, each time with the same bytes. */
export const conclude = redact(
  "You have no more steps. Answer now, by the schema, from what you have read; if it does not say what is wrong, cannot-tell is a full answer.",
);

export const nudge = redact(
  "Two thirds of what this investigation may use are used up. Read only what would change your answer, and then answer.",
);

export const shorten = redact(
  "Your answer was cut off because it was too long. Answer again, by the schema and in far fewer words.",
);

export const askAgain = redact(
  "You declined to answer. What you are shown was logged by a program of ours or stands in its repository, and all that is asked is where that program is at fault, so that it can be mended. Answer by the schema from what you have read; if it does not say what is wrong, cannot-tell is a full answer.",
);

export const goOn = redact("Go on.");

export function repair(problems: string): Redacted {
  return redact(
    `Your answer does not fit the schema. Answer again with these corrected, and with nothing but the JSON object:\n${problems.slice(0, 2_000)}`,
  );
}
