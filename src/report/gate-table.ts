import { identifier, joinInert, own, prose } from "../domain/inert.ts";
import type { Language } from "../domain/language.ts";
import { isUnreached } from "../domain/policy.ts";
import { redact } from "../domain/redact.ts";
import type { Inert } from "../domain/text.ts";
import type { RuleResult } from "../domain/verdict.ts";
import { draftWordsOf } from "./draft-words.ts";

const valueWordsMax = 40;
const objectionsMax = 10;
const objectionCharactersMax = 1_500;

/** Every gate in order with its value, as a table of plain words: it may stand in the body of a pull request, which a squash turns into a commit message. */
export function gateTable(rules: readonly RuleResult[], language: Language): Inert {
  const words = draftWordsOf[language];
  return joinInert(
    [
      own`| ${words.gate} | | ${words.value} |`,
      own`| --- | --- | --- |`,
      ...rules.map(
        ({ rule, holds, path, detail }) =>
          own`| ${identifier(rule)} | ${holds ? words.holds : saysNothing({ rule, holds, path, detail }, rules) ? words.notReached : words.stops} | ${path === null ? own`` : own`${identifier(path, 200)}: `}${plainWords(detail)} |`,
      ),
    ],
    "\n",
  );
}

/** Without a root cause there is nothing that these could look at. */
const ofRootCause: readonly string[] = [
  "category",
  "confidence",
  "undoubted",
  "insider-evidence",
  "one-file",
  "not-excluded",
];

/** Nothing came to it, or there was nothing for it to look at. */
function saysNothing(gate: RuleResult, all: readonly RuleResult[]): boolean {
  const isWithoutCause = all.some(({ rule, holds }) => rule === "root-cause" && !holds);
  return isUnreached(gate) || (isWithoutCause && ofRootCause.includes(gate.rule));
}

/** What stopped it, in full. */
export function objections(rules: readonly RuleResult[]): Inert {
  const stopping = rules.filter((each) => !each.holds && !saysNothing(each, rules)).slice(0, objectionsMax);
  return joinInert(
    stopping.map(({ rule, path, detail }) => {
      const said = redact(detail.replaceAll(/\s+/g, " ").slice(0, objectionCharactersMax));
      return own`- ${identifier(rule)}${path === null ? own`` : own` ${identifier(path, 200)}`}: ${prose(said)}`;
    }),
    "\n",
  );
}

/** Word by word in the alphabet of names. */
function plainWords(text: string): Inert {
  const words = text.split(/\s+/).filter((word) => word !== "");
  return joinInert(words.slice(0, valueWordsMax).map(plainWord), " ");
}

/** An apostrophe between letters stays, as in `service's`: each side of it is a name. Commas and the like at its ends are ours to set; quotes around it say nothing; `https:/` is nothing that a word before it could speak of. */
function plainWord(word: string): Inert {
  const [, opening = "", core = "", closing = ""] = /^(\(?)["'`]*(.*?)["'`]*([),.;:]?)$/s.exec(word) ?? [];
  const [name, ...letters] = core
    .replaceAll(/:(?=\/)/g, "_")
    .split(/(?<=[A-Za-z])'(?=[A-Za-z])/)
    .map((part) => identifier(part, 60));
  return joinInert(
    [
      opening === "" ? own`` : own`(`,
      name ?? own``,
      ...letters.slice(0, 3).flatMap((part) => [own`'`, part]),
      closings[closing] ?? own``,
    ],
    "",
  );
}

const closings: Readonly<Record<string, Inert>> = {
  ")": own`)`,
  ",": own`,`,
  ".": own`.`,
  ";": own`;`,
  ":": own`:`,
};
