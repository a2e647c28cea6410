import type { Language } from "../language.ts";
import { argumentsOf } from "./arguments.ts";
import { type CommandName, handleOf } from "./grammar.ts";

/** What stands behind the name, `<incident> [for 12h | 7d | 2w] [because <reason>]`; empty where nothing does. */
export function usageOf(name: CommandName, language: Language): string {
  return handleOf(name)
    .takes.map((argument) => argumentsOf[argument].usage[language])
    .join(" ");
}
