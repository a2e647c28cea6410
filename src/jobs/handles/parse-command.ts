import { type Command, type CommandName, commandNames } from "../../domain/command.ts";
import { type Mode, modes } from "../../domain/mode.ts";

/** Why a text is no command, for the words in which it is told. */
export type CommandMistake =
  | { readonly kind: "unknown"; readonly name: string; readonly nearest: CommandName | null }
  | { readonly kind: "no-incident"; readonly name: CommandName }
  | { readonly kind: "no-text" }
  | { readonly kind: "no-mode"; readonly given: string }
  | { readonly kind: "no-duration"; readonly given: string }
  | { readonly kind: "too-much"; readonly name: CommandName };

export type Parsed =
  | { readonly kind: "command"; readonly command: Command }
  | { readonly kind: "mistake"; readonly mistake: CommandMistake }
  /** Not said to us. */
  | { readonly kind: "none" };

const textMax = 4_000;
const becauseMax = 200;
const logsMax = 50;
const logsDefault = 15;
const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * `/ignore i0af3c1d2e4b5 for 7d because load test`, with or without the slash. The one parser of what people ask for: words of a log, of a model and of
 * what was forwarded never reach it.
 * @param me the bot's own name: `/pause@another_bot` is said to another
 */
export function parseCommand(text: string, me: string | null = null): Parsed {
  const [, name = "", to, rest = ""] =
    /^\s*\/?([A-Za-z_]{1,32})(?:@(\w{1,64}))?(?:\s+([\s\S]*))?$/.exec(text.slice(0, textMax)) ?? [];
  if (name === "" || (to !== undefined && to.toLowerCase() !== me?.toLowerCase())) return { kind: "none" };
  const wanted = name.toLowerCase() === "start" ? "help" : name.toLowerCase();
  const found = commandNames.find((each) => each === wanted);
  if (found === undefined) return mistaken({ kind: "unknown", name: wanted, nearest: nearest(wanted) });
  return withArguments(found, rest.trim());
}

function withArguments(name: CommandName, rest: string): Parsed {
  switch (name) {
    case "show":
    case "why":
    case "retry": {
      const incident = incidentIn(rest);
      return incident === null ? mistaken({ kind: "no-incident", name }) : commanded({ name, incident });
    }
    case "investigate":
      return rest === "" ? mistaken({ kind: "no-text" }) : commanded({ name, text: rest });
    case "ignore":
      return ignoring(rest);
    case "mode": {
      const given = rest.toLowerCase();
      if (given === "") return commanded({ name, mode: null });
      if (given === "clear" || isMode(given)) return commanded({ name, mode: given });
      return mistaken({ kind: "no-mode", given });
    }
    case "logs": {
      const count = /^\d{1,4}$/.test(rest) ? Number(rest) : logsDefault;
      return commanded({ name, count: Math.min(logsMax, Math.max(1, count)) });
    }
    default:
      return rest === "" ? commanded({ name }) : mistaken({ kind: "too-much", name });
  }
}

function ignoring(rest: string): Parsed {
  const incident = incidentIn(rest.split(/\s+/)[0] ?? "");
  if (incident === null) return mistaken({ kind: "no-incident", name: "ignore" });
  const [, before = "", because = null] =
    /^\S+\s*([\s\S]*?)(?:\s*\b(?:because|이유:?)\s+([\s\S]+))?$/u.exec(rest) ?? [];
  const [, amount, unit = ""] = /^(?:for\s+)?(\d{1,4})\s?([hdw])(?:\s*동안)?$/u.exec(before.trim()) ?? [];
  if (before.trim() !== "" && amount === undefined) return mistaken({ kind: "no-duration", given: before.trim() });
  const forMs = amount === undefined ? null : Number(amount) * (unitMs[unit] ?? 0);
  return commanded({ name: "ignore", incident, forMs, because: because?.slice(0, becauseMax) ?? null });
}

function incidentIn(text: string): string | null {
  return /^i[0-9a-f]{12}$/.exec(text.trim())?.[0] ?? null;
}

function isMode(text: string): text is Mode {
  return modes.some((mode) => mode === text);
}

function commanded(command: Command): Parsed {
  return { kind: "command", command };
}

function mistaken(mistake: CommandMistake): Parsed {
  return { kind: "mistake", mistake };
}

/** One that begins alike, or differs in one letter. */
function nearest(name: string): CommandName | null {
  const near = commandNames.find((each) => name.length >= 3 && (each.startsWith(name) || name.startsWith(each)));
  return near ?? commandNames.find((each) => differsInOne(each, name)) ?? null;
}

function differsInOne(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const [a, b] = [one.slice(at), other.slice(at)];
  return (
    a.slice(1) === b.slice(1) ||
    a.slice(1) === b ||
    a === b.slice(1) ||
    (a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2))
  );
}
