import type { EvidenceBundle, FaultyLocation } from "../domain/evidence.ts";
import { inlineCode, joinInert, link, own, prose } from "../domain/inert.ts";
import type { Language } from "../domain/language.ts";
import type { Findings } from "../domain/order.ts";
import { redact } from "../domain/redact.ts";
import type { Inert, Redacted } from "../domain/text.ts";
import { categoryWords } from "./category-words.ts";
import type { Words } from "./words.ts";

/** What is longer stands in a section of its own. */
const stepCharactersMax = 280;

/** A place that is thought to be at fault, or that may be. */
export type Place = FaultyLocation & { readonly because?: Redacted };

/** What somebody wants to know who was woken up: where, how sure, what to do. */
export function lead(findings: Findings, language: Language, webUrl: string, words: Words): Inert {
  return joinInert(
    [
      own`- **${words.lead.where}** ${whereToLook(findings, webUrl, words)}`,
      own`- **${isJudged(findings) ? words.lead.judged : words.lead.howSure}** ${howSure(findings, language, words)}`,
      own`- **${words.lead.step}** ${prose(shortened(findings.rootCause.nextStep))}`,
    ],
    "\n",
  );
}

/** Whether the lead says all of the next step. */
export function isToldInLead(step: Redacted): boolean {
  return shortened(step) === oneLine(step);
}

/** Where the fault is, or without a cause where the evidence points to. */
export function placesOf({ bundle, rootCause }: Pick<Findings, "bundle" | "rootCause">): readonly Place[] {
  return rootCause.kind === "found" && rootCause.faulty.length > 0 ? rootCause.faulty : bundle.ranking.slice(0, 3);
}

export function placeText(place: Place, webUrl: string, words: Words): Inert {
  const url = `${webUrl}/${place.repository}/blob/${place.commit}/${place.path}#L${place.firstLine}-L${place.lastLine}`;
  const range = words.lines(place.firstLine, place.lastLine);
  const inside = place.function === null ? own`` : own`, ${words.inFunction(inlineCode(redact(place.function)))}`;
  return own`${inlineCode(redact(place.path))} ${link(range, url, [new URL(webUrl).host])}${inside}`;
}

function isJudged({ rootCause, noModelBecause }: Findings): boolean {
  return rootCause.kind !== "found" || noModelBecause !== null;
}

function whereToLook(findings: Findings, webUrl: string, words: Words): Inert {
  const { rootCause } = findings;
  if (rootCause.kind === "not-in-code") return words.lead.notInCode;
  const [first, ...more] = placesOf(findings);
  if (first === undefined) return words.noPlace;
  const place = placeText(first, webUrl, words);
  if (rootCause.kind !== "found" || rootCause.faulty.length === 0) return words.lead.perhaps(place);
  return more.length === 0 ? place : words.lead.andMore(place, more.length);
}

function howSure({ rootCause, noModelBecause, bundle }: Findings, language: Language, words: Words): Inert {
  if (noModelBecause !== null) return words.withoutModel[noModelBecause];
  if (rootCause.kind === "cannot-tell") return words.cannotTell;
  const what = categoryWords(rootCause.category, language);
  if (rootCause.kind === "not-in-code") {
    return rootCause.model === null ? words.lead.byRule(what) : words.lead.byModel(what);
  }
  const parts = [words.confidence(Math.round(rootCause.confidence * 100), what)];
  if (rootCause.doubt !== null) parts.push(words.lead.doubted);
  if (rootCause.restsOnOutsiderTextOnly) parts.push(words.outsiderOnly);
  if (isWithoutTrace(bundle)) parts.push(words.lead.withoutTrace);
  return joinInert(parts, " ");
}

function isWithoutTrace({ trace }: EvidenceBundle): boolean {
  return trace === null;
}

function shortened(step: Redacted): Redacted {
  const text = oneLine(step);
  if (text.length <= stepCharactersMax) return text;
  const cut = text.slice(0, stepCharactersMax);
  return redact(`${cut.slice(0, Math.max(1, cut.lastIndexOf(" ")))} …`);
}

function oneLine(text: Redacted): Redacted {
  return redact(text.replaceAll(/\s+/g, " ").trim());
}
