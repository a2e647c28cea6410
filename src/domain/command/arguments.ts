import type { Language } from "../language.ts";
import { type Mode, modes } from "../mode.ts";
import type { ArgumentName, Arguments } from "./grammar.ts";

const becauseMax = 200;
const countMax = 50;
const countUsual = 15;
const units = [
  [/^(?:h|hours?|시간)$/i, 3_600_000],
  [/^(?:d|days?|일)$/i, 86_400_000],
  [/^(?:w|weeks?|주)$/i, 604_800_000],
] as const;

/** What was wrong with it, for the words in which that is told. */
export type ArgumentMistake =
  | { readonly kind: "no-incident" }
  | { readonly kind: "no-text" }
  | { readonly kind: "no-mode"; readonly given: string }
  | { readonly kind: "no-count"; readonly given: string }
  | { readonly kind: "no-duration"; readonly given: string };

export type ArgumentRead<Value> =
  | { readonly kind: "read"; readonly value: Value; readonly rest: string }
  | { readonly kind: "mistake"; readonly mistake: ArgumentMistake };

interface Argument<Value> {
  /** As a usage line shows it. */
  readonly usage: Readonly<Record<Language, string>>;
  readonly example: Readonly<Record<Language, string>>;
  /** Takes its part from the beginning of what is left. */
  readonly read: (rest: string) => ArgumentRead<Value>;
}

const incidentExample = "i0af3c1d2e4b5";

export const argumentsOf: { readonly [Name in ArgumentName]: Argument<Arguments[Name]> } = {
  incident: {
    usage: { en: "<incident>", ko: "<인시던트>" },
    example: { en: incidentExample, ko: incidentExample },
    read(rest) {
      const [word, after] = firstWord(rest);
      return /^i[0-9a-f]{12}$/.test(word) ? read(word, after) : mistaken({ kind: "no-incident" });
    },
  },
  text: {
    usage: { en: "<trace id | text>", ko: "<트레이스 ID | 로그>" },
    example: { en: "0af7651916cd43dd8448eb211c80319c", ko: "0af7651916cd43dd8448eb211c80319c" },
    read: (rest) => (rest === "" ? mistaken({ kind: "no-text" }) : read(rest, "")),
  },
  mode: {
    usage: { en: `[${modes.join(" | ")} | clear]`, ko: `[${modes.join(" | ")} | clear]` },
    example: { en: "dry-run", ko: "dry-run" },
    read(rest) {
      if (rest === "") return read(null, "");
      const [word, after] = firstWord(rest);
      const given = word.toLowerCase();
      return given === "clear" || isMode(given) ? read(given, after) : mistaken({ kind: "no-mode", given });
    },
  },
  count: {
    usage: { en: "[lines]", ko: "[줄 수]" },
    example: { en: "30", ko: "30" },
    read(rest) {
      if (rest === "") return read(countUsual, "");
      const [given, after] = firstWord(rest);
      if (!/^[1-9]\d{0,8}$/.test(given)) return mistaken({ kind: "no-count", given });
      return read(Math.min(countMax, Number(given)), after);
    },
  },
  forMs: {
    usage: { en: "[for 12h | 7d | 2w]", ko: "[for 12h | 7d | 2w]" },
    example: { en: "for 7d", ko: "for 7d" },
    read(rest) {
      const [, before = "", after = ""] =
        /^([\s\S]*?)((?:^|\s)(?:because|이유)(?=[:\s]|$)[\s\S]*)?$/iu.exec(rest) ?? [];
      const given = before.trim();
      if (given === "") return read(null, after.trim());
      const [, amount, unit = ""] =
        /^(?:for\s+)?(\d{1,4})\s?([a-z]+|시간|일|주)(?:\s*(?:동안|간))?$/iu.exec(given) ?? [];
      const forMs = Number(amount) * (units.find(([pattern]) => pattern.test(unit))?.[1] ?? 0);
      return forMs > 0 ? read(forMs, after.trim()) : mistaken({ kind: "no-duration", given });
    },
  },
  because: {
    usage: { en: "[because <reason>]", ko: "[because <이유>]" },
    example: { en: "because load test", ko: "because 부하 테스트" },
    read(rest) {
      const [, because = ""] = /^(?:because|이유):?\s+([\s\S]+)$/iu.exec(rest) ?? [];
      return because === "" ? read(null, rest) : read(because.slice(0, becauseMax), "");
    },
  },
};

function firstWord(text: string): readonly [string, string] {
  const [, word = "", rest = ""] = /^(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  return [word, rest];
}

function read<Value>(value: Value, rest: string): ArgumentRead<Value> {
  return { kind: "read", value, rest };
}

function mistaken<Value>(mistake: ArgumentMistake): ArgumentRead<Value> {
  return { kind: "mistake", mistake };
}

function isMode(text: string): text is Mode {
  return modes.some((mode) => mode === text);
}
