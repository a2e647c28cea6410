import { knownKey } from "./alert-words.ts";

/** A line of the form `name = value`, `name: value`, with a dash, a dot or a picture in front. */
export interface NamedLine {
  readonly name: string;
  readonly value: string;
}

const named = /^[^\p{L}\p{N}_]{0,8}([\p{L}_][\p{L}\p{N}_. /-]{0,39}?)\s{0,3}(?:[=:：]|→|->)\s{0,3}(\S.{0,2000})$/u;

export function readNamedLine(line: string): NamedLine | null {
  const [, name, value] = named.exec(line.replaceAll(/\*{1,3}|`{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)/g, "").trimEnd()) ?? [];
  if (name === undefined || value === undefined) return null;
  // An address is no pair of a name and a value.
  if (value.startsWith("//")) return null;
  return { name: name.trim(), value: value.trim().replace(/^["'`]|["'`,;]$/g, "") };
}

/** `{service="shop", env="prod"}` or `service=shop, env=prod` inside a line. */
export function pairsIn(line: string): readonly NamedLine[] {
  const pairs: NamedLine[] = [];
  for (const [, name = "", quoted, bare] of line.matchAll(
    /(?<![\w.])([A-Za-z_][\w.]{0,39})\s?=\s?(?:"([^"\n]{1,200})"|([\w./:-]{1,200}))/g,
  )) {
    pairs.push({ name, value: quoted ?? bare ?? "" });
  }
  return pairs;
}

/** One alert of a message that may hold several. */
export interface AlertPart {
  readonly heading: string | null;
  readonly lines: readonly string[];
}

const sectionStart = /^\W{0,8}(?:alerts? )?(?:firing|resolved)\W{0,6}$/iu;
const alertStart = /^\W{0,4}(?:value|values|값)\s?:|^\W{0,4}(?:labels|라벨|레이블)\s?:?$/iu;

/**
 * The alerts of a message. Grafana's and Alertmanager's own templates say `**Firing**` over a list and begin each alert with `Value:` or `Labels:`; what
 * has no such beginning is one alert.
 */
export function partsOf(text: string): readonly AlertPart[] {
  const parts: { heading: string | null; lines: string[]; hasLabels: boolean }[] = [];
  const preamble: string[] = [];
  let heading: string | null = null;
  for (const line of text.split("\n")) {
    if (sectionStart.test(line.trim())) {
      heading = line;
      parts.push({ heading, lines: [], hasLabels: false });
      continue;
    }
    const current = parts.at(-1);
    const isLabels = /labels|라벨|레이블/iu.test(line) && alertStart.test(line);
    if (alertStart.test(line)) {
      const goesOn = current !== undefined && (!current.hasLabels || current.lines.every((each) => each.trim() === ""));
      if (goesOn) {
        current.lines.push(line);
        current.hasLabels ||= isLabels;
      } else parts.push({ heading, lines: [line], hasLabels: isLabels });
      continue;
    }
    if (current === undefined) preamble.push(line);
    else current.lines.push(line);
  }
  const filled = parts.filter(({ lines }) => lines.some((line) => line.trim() !== ""));
  if (filled.length === 0) return [{ heading: null, lines: text.split("\n") }];
  return filled.map(({ heading: own, lines }) => ({ heading: own, lines: [...preamble, ...lines] }));
}

/** The service that a headline names without saying so: a known one that stands in it. */
export function serviceIn(line: string, names: readonly string[]): string | null {
  const lower = line.toLowerCase();
  const found = names
    .filter((name) =>
      new RegExp(`(?<![\\p{L}\\p{N}_-])${escaped(name.toLowerCase())}(?![\\p{L}\\p{N}_-])`, "u").test(lower),
    )
    .sort((one, other) => other.length - one.length);
  return found[0] ?? null;
}

/** What a headline like `🚨 legacy-service - ERROR LOG!!! is Firing` calls its service, where nobody has listed it. */
export function guessedService(line: string): string | null {
  const [, name] =
    /^[^\p{L}\p{N}]{0,8}(?:\[[^\]\n]{1,20}\]\s{0,3}){0,2}([a-z][a-z0-9]*(?:[-_.][a-z0-9]+)+)(?=\s|$|[:\]]|\p{sc=Hangul})/iu.exec(
      line,
    ) ?? [];
  // `java.lang.NullPointerException: x`, the head of a stack trace that a person pasted.
  const isType = /(?:Exception|Error)$|\.\p{Lu}[\w$]*$/u.test(name ?? "");
  return name === undefined || isType || knownKey(name) !== null ? null : name;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
