import type { Language } from "../../domain/language.ts";
import type { ChatWords } from "./chat-words.ts";
import { english } from "./words-en.ts";
import { korean } from "./words-ko.ts";

export const chatWordsOf: Readonly<Record<Language, ChatWords>> = { en: english("chat"), ko: korean("chat") };
