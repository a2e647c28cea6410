import type { Language } from "../language.ts";
import { argumentsOf } from "./arguments.ts";
import { type CommandName, handleOf } from "./grammar.ts";

/** What stands behind the name, `<incident> [for 12h | 7d | 2w] [because <reason>]`; empty where nothing does. */
export function usageOf(name: CommandName, language: Language): string {
  return handleOf(name)
    .takes.map((argument) => argumentsOf[argument].usage[language])
    .join(" ");
}

/** The command as a person would write it, `ignore i0af3c1d2e4b5 for 7d because load test`. */
export function exampleOf(name: CommandName, language: Language): string {
  return [name, ...handleOf(name).takes.map((argument) => argumentsOf[argument].example[language])].join(" ");
}
