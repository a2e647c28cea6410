import type { Evidence, EvidenceId } from "../domain/evidence.ts";
import { redact } from "../domain/redact.ts";
import type { Citation } from "../domain/root-cause.ts";

/** Shorter quotes stand nearly everywhere and prove nothing. */
const quoteLengthMin = 3;
/** Of a quote that is kept. */
const quoteLengthMax = 1_000;

/** Letters and digits that make a quote one of this code and not of any: `return;` is in every file. */
const ownSignsMin = 8;

/** The most that a confidence may be: a claim that code has checked is still a claim. */
const confidenceMax = 0.95;
/** Without a faulty location that exists. */
const confidenceMaxWithoutPlace = 0.3;
/** When all that stands behind it is text that an outsider could have written. */
const confidenceMaxOutsiderOnly = 0.5;

export interface CheckedCitations {
  readonly citations: readonly Citation[];
  /** Of everything the model cited, ids that cannot exist included: 0…1; 0 when it cited nothing. */
  readonly resolvedShare: number;
  /** No resolved citation is of lines or a commit that an outsider could not have written, in more words than stand in any file. */
  readonly restsOnOutsiderTextOnly: boolean;
}

/** A citation resolves if that evidence exists and says the quoted words; white space and line numbers at the edge are ignored. */
export function checkCitations(
  said: readonly { readonly evidence: string; readonly quote: string }[],
  evidence: readonly Evidence[],
): CheckedCitations {
  const byId = new Map<string, Evidence>(evidence.map((one) => [one.id, one]));
  const citations = said.flatMap(({ evidence: id, quote }): readonly Citation[] => {
    if (!isEvidenceId(id)) return [];
    const cited = byId.get(id);
    const isResolved = cited !== undefined && stands(cited.text, quote, cited.kind === "lines");
    return [{ evidence: id, quote: redact(quote.slice(0, quoteLengthMax)), isResolved }];
  });
  const resolved = citations.filter(({ isResolved }) => isResolved);
  return {
    citations,
    resolvedShare: said.length === 0 ? 0 : resolved.length / said.length,
    restsOnOutsiderTextOnly: !resolved.some(({ evidence: id, quote }) => isOfInsiders(byId.get(id), quote)),
  };
}

/**
 * Stated confidence × share of citations that resolve, at most 0.95; at most 0.5 when it rests on text that outsiders can write; at most 0.3 when no
 * faulty location exists. Two digits, for more would be pretence.
 */
export function checkedConfidence(
  stated: number,
  checked: Pick<CheckedCitations, "resolvedShare" | "restsOnOutsiderTextOnly">,
  hasPlace: boolean,
): number {
  const ceiling = Math.min(
    confidenceMax,
    hasPlace ? 1 : confidenceMaxWithoutPlace,
    checked.restsOnOutsiderTextOnly ? confidenceMaxOutsiderOnly : 1,
  );
  return Math.round(Math.min(stated * checked.resolvedShare, ceiling) * 100) / 100;
}

function isOfInsiders(cited: Evidence | undefined, quote: string): boolean {
  if (cited === undefined || cited.isOutsiderText || (cited.kind !== "lines" && cited.kind !== "commit")) return false;
  return withoutGutter(quote).replaceAll(/[^\p{L}\p{N}]+/gu, "").length >= ownSignsMin;
}

function isEvidenceId(id: string): id is EvidenceId {
  return /^(entry|span|lines|commit)-\d{1,9}$/.test(id);
}

/**
 * Whether a text says the quoted words; white space, Unicode's ways to compose a letter and the bar before quoted material are ignored.
 * @param isCode line numbers at the edge are ignored too; elsewhere `404: gone` begins with what it says
 */
export function stands(text: string, quote: string, isCode = false): boolean {
  const plain = isCode ? withoutGutter : withoutBar;
  const texts = [folded(text), folded(plain(text))];
  return [folded(quote), folded(plain(quote))].some(
    (words) => words.replaceAll(/\p{C}/gu, "").length >= quoteLengthMin && texts.some((one) => one.includes(words)),
  );
}

function folded(text: string): string {
  return text.normalize("NFC").replaceAll(/\s+/g, " ").trim();
}

/** `| words`: how the model is shown material. */
function withoutBar(text: string): string {
  return text.replaceAll(/^[ \t]*\| ?/gm, "");
}

/** `| 12 | code`, `12 | code`, `12: code`: how we, and others, show lines of a file. */
function withoutGutter(text: string): string {
  return text.replaceAll(/^[ \t]*(?:\| ?)?(?:>[ \t]*)?(?:\d+[ \t]*[|│:\t] ?)?/gm, "");
}
