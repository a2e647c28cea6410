import { type ArgumentMistake, argumentsOf } from "./arguments.ts";
import type { Command } from "./command.ts";
import { type CommandName, commandNames, handleOf } from "./grammar.ts";
import { nearestName } from "./nearest-name.ts";

/** Why a text is no command, for the words in which it is told. */
export type CommandMistake =
  | { readonly kind: "unknown"; readonly name: string; readonly nearest: string | null }
  | (ArgumentMistake & { readonly name: CommandName })
  | { readonly kind: "too-much"; readonly name: CommandName };

export type Parsed =
  | { readonly kind: "command"; readonly command: Command }
  | { readonly kind: "mistake"; readonly mistake: CommandMistake };

const textMax = 4_000;
const nameMax = 32;

/**
 * `ignore i0af3c1d2e4b5 for 7d because load test`: the one parser of what people ask for. A surface takes off what is its own (a slash, the name of a bot,
 * options) and hands over the words; those of a log, of a model and of what was forwarded never come here.
 */
export function parseCommand(text: string): Parsed {
  const [, given = "", said = ""] = /^\s*(\S*)\s*([\s\S]*)$/.exec(text.slice(0, textMax)) ?? [];
  const wanted = given.toLowerCase().slice(0, nameMax);
  const name = commandNames.find((each) => each === wanted);
  if (name === undefined)
    return mistaken({ kind: "unknown", name: wanted, nearest: nearestName(wanted, commandNames) });
  const values: Record<string, unknown> = {};
  let rest = said.trim();
  for (const argument of handleOf(name).takes) {
    const taken = argumentsOf[argument].read(rest);
    if (taken.kind === "mistake") return mistaken({ ...taken.mistake, name });
    values[argument] = taken.value;
    rest = taken.rest;
  }
  if (rest !== "") return mistaken({ kind: "too-much", name });
  // What the table says a command takes is what was read.
  return { kind: "command", command: { name, ...values } as Command };
}

function mistaken(mistake: CommandMistake): Parsed {
  return { kind: "mistake", mistake };
}
