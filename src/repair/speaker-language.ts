import type { Language } from "../domain/language.ts";
import { redact } from "../domain/redact.ts";
import type { Redacted } from "../domain/text.ts";

const languageNames: Readonly<Record<Language, string>> = { en: "English", ko: "Korean" };

/** A system prompt, its `{{language}}` filled in. */
export function inLanguage(template: string, language: Language): Redacted {
  return redact(template.replaceAll("{{language}}", languageNames[language]).trim());
}
