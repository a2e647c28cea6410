import { fenced, identifier, inlineCode, joinInert, own } from "../domain/inert.ts";
import type { Language } from "../domain/language.ts";
import type { Patch } from "../domain/patch.ts";
import { redact } from "../domain/redact.ts";
import type { Inert } from "../domain/text.ts";
import type { RuleResult } from "../domain/verdict.ts";
import { draftWordsOf } from "./draft-words.ts";
import { gateTable, objections } from "./gate-table.ts";

const diffCharactersMax = 20_000;

/** What came of a patch, as an issue or a comment tells it. */
export interface PatchOutcome {
  readonly rules: readonly RuleResult[];
  /** Shown here; null: there is none, or it is in a draft. */
  readonly shown: Patch | null;
  readonly draftFollows: boolean;
}

/** The gates, then the patch, or what stopped it. */
export function patchSection({ rules, shown, draftFollows }: PatchOutcome, language: Language): readonly Inert[] {
  const words = draftWordsOf[language];
  const isStopped = rules.some(({ holds }) => !holds);
  return [
    own`## ${words.patch}`,
    ...(isStopped ? [words.stopped, objections(rules)] : []),
    ...(!isStopped && draftFollows ? [words.draftFollows] : []),
    ...(isStopped || shown === null
      ? []
      : [words.patchIntro(inlineCode(redact(shown.base.slice(0, 12)))), diff(shown, words.patchCut)]),
    own`### ${words.gates}`,
    gateTable(rules, language),
  ];
}

function diff(patch: Patch, cut: Inert): Inert {
  return patch.diff.length <= diffCharactersMax ? fenced(redact(patch.diff)) : cut;
}

/** The names of the files that a patch touches, for people to look at. */
export function touchedFiles({ files }: Patch): Inert {
  return joinInert(
    files.map(({ path }) => own`- ${identifier(path, 200)}`),
    "\n",
  );
}
