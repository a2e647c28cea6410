import type { Patch, Review } from "../domain/patch.ts";
import { redact } from "../domain/redact.ts";
import { parseReview, reviewSchema } from "./answer.ts";
import { caseText } from "./case-text.ts";
import { framed, part } from "./framed.ts";
import type { NoPatch, RepairCase, Speaker } from "./repair-case.ts";
import { inLanguage } from "./speaker-language.ts";

const answerTokensMax = 3_000;
const usesMax = 20;
const nameLengthMin = 3;

/**
 * Somebody who has not written the patch tries to refute it. No answer, or none that can be read, is no assent.
 * @throws ModelError
 */
export async function review(
  repair: RepairCase,
  patch: Patch,
  by: Speaker,
  signal: AbortSignal,
): Promise<{ readonly kind: "reviewed"; readonly review: Review; readonly objection: string } | NoPatch> {
  const parts = [
    "Every line that begins with a bar is quoted material.",
    ...caseText(repair),
    part("The patch", framed(patch.diff)),
    part("Where else the changed code is named", ...(await uses(repair, signal))),
    "Can the patch be refuted?",
  ];
  const answer = await by.ask(
    {
      model: by.name,
      effort: by.isSteerable ? "high" : null,
      thinks: by.isSteerable,
      system: inLanguage(by.prompt.text, repair.language),
      tools: [],
      mayUseTools: false,
      turns: [{ role: "user", text: redact(parts.join("\n\n")) }],
      answerSchema: reviewSchema,
      outputTokensMax: answerTokensMax,
    },
    signal,
  );
  if (answer === null)
    return { kind: "none", because: "The money for this incident does not reach for a second opinion." };
  const parsed = answer.stopReason === "end_turn" ? parseReview(answer.text) : null;
  if (parsed?.kind !== "said") {
    return {
      kind: "none",
      because: `The second opinion is none: the model's answer ended with ${answer.stopReason}${parsed === null ? "" : `. ${parsed.because}`}`,
    };
  }
  const { refuted, objection, because } = parsed.said;
  // Half an objection is one.
  const isRefuted = refuted || objection !== "none";
  return {
    kind: "reviewed",
    objection,
    review: { refuted: isRefuted, because: redact(because.slice(0, 4_000)), model: by.name },
  };
}

/** Lines in which the name of the faulty function stands, its own file's among them. */
async function uses(
  { source, version, rootCause, under }: RepairCase,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const name = rootCause.faulty[0]?.function?.split(/[.#:]/).at(-1) ?? "";
  if (!/^[\w$]+$/.test(name) || name.length < nameLengthMin)
    return ["It was not searched for: the function has no name to search for."];
  const hits = await source.search(version.base, name, under, usesMax, signal);
  if (hits.length === 0) return ["Nowhere."];
  return [framed(hits.map(({ path, line, text }) => `${path}:${line}: ${text.trim().slice(0, 300)}`).join("\n"))];
}
