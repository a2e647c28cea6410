import type { Incident } from "../../domain/incident.ts";
import { own } from "../../domain/inert.ts";
import type { Mode } from "../../domain/mode.ts";
import type { Findings } from "../../domain/order.ts";
import type { Inert } from "../../domain/text.ts";
import type { PatchOutcome } from "../../report/patch-section.ts";
import type { BrainMeans } from "../brain-means.ts";

/** What an issue says of a patch; in a dry run, with the text that a draft would have. */
export async function patchBlocks(
  means: BrainMeans,
  findings: Findings,
  incident: Incident,
  told: PatchOutcome | null,
  mode: Mode,
): Promise<readonly Inert[]> {
  if (told === null) return [];
  const { patchSection } = await import("../../report/patch-section.ts");
  const { language } = means.rules;
  const blocks = patchSection(told, language);
  const { proposal, verdict } = findings;
  if (mode !== "dry-run" || verdict.mode !== "draft-pr" || told.shown === null || proposal === null) return blocks;
  const { draftText } = await import("../../report/draft-text.ts");
  const { draftWordsOf } = await import("../../report/draft-words.ts");
  const { title, body } = draftText({
    incident,
    // None is there yet.
    issue: { number: 0 },
    patch: told.shown,
    rules: told.rules,
    proposal,
    patchesPerDraftMax: means.drafts.patchesPerDraftMax,
    language,
    marker: own``,
  });
  return [...blocks, own`## ${draftWordsOf[language].draftText}`, own`**${title}**`, body];
}
