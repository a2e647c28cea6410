import { z } from "zod";
import type { Evidence, EvidenceBundle } from "../domain/evidence.ts";
import type { ModelRequest } from "../domain/model.ts";
import { repairConfidenceMin } from "../domain/policy.ts";
import { redact } from "../domain/redact.ts";
import type { RootCause } from "../domain/root-cause.ts";
import type { Redacted } from "../domain/text.ts";
import { askBySchema } from "./ask-by-schema.ts";
import { checkCitations } from "./check-citations.ts";
import type { Investigated, Investigation } from "./investigate.ts";
import { systemPrompt } from "./prompt.ts";
import { inLine, quoted } from "./quoted.ts";
import { renderEvidence } from "./render-bundle.ts";
import type { Role } from "./roles.ts";
import { strictSchema } from "./strict-schema.ts";

type Found = Extract<RootCause, { kind: "found" }>;

/** What is left of a claim that was refuted with words that stand in the evidence, and without. */
const shareLeft = { proven: 0.5, said: 0.75 } as const;
const answerTokensMax = 3_000;
/** Of all evidence that is shown. What was cited comes first. */
const evidenceBytesMax = 40_000;
const doubtLengthMax = 1_500;

const verdict = z.strictObject({
  refuted: z.boolean().describe("true only if the evidence contradicts the claim or another cause explains it better"),
  because: z.string().describe("in at most three sentences"),
  citations: z
    .array(z.strictObject({ evidence: z.string(), quote: z.string() }))
    .describe("words copied from the evidence that the refutation rests on; empty if it is not refuted"),
});

/**
 * What was found above the threshold of a repair, looked at by somebody who has not seen how it was found. A refutation lowers the confidence below that
 * threshold and is told; it never changes the claim.
 * @throws ModelError with `isRetryable`, unless it is the last attempt; or the signal's reason
 */
export async function challenge(
  given: Investigation,
  { rootCause, bundle }: Investigated,
  role: Role | null,
  signal: AbortSignal,
): Promise<RootCause> {
  if (role === null || rootCause.kind !== "found" || rootCause.confidence < repairConfidenceMin) return rootCause;
  const conversation = given.books.conversation("challenge", role.prompt.version);
  const request: ModelRequest = {
    model: role.model,
    effort: role.effort,
    thinks: role.thinks,
    system: systemPrompt(role.prompt.text, given.language),
    tools: [],
    mayUseTools: false,
    turns: [{ role: "user", text: material(rootCause, bundle) }],
    answerSchema: strictSchema(verdict),
    outputTokensMax: Math.min(answerTokensMax, given.limits.outputTokensMax),
  };
  const said = await askBySchema(given, conversation, request, parseVerdict, signal);
  if (said === null || !said.refuted) return rootCause;
  const { resolvedShare } = checkCitations(said.citations, bundle.evidence);
  const left = resolvedShare > 0 ? shareLeft.proven : shareLeft.said;
  const confidence = Math.min(rootCause.confidence * left, repairConfidenceMin - 0.01);
  return {
    ...rootCause,
    confidence: Math.round(confidence * 100) / 100,
    doubt: redact(said.because.slice(0, doubtLengthMax)),
  };
}

function parseVerdict(text: string): z.output<typeof verdict> | { readonly problems: string } {
  let json: unknown;
  try {
    json = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
  } catch {
    return { problems: "It is not one JSON object." };
  }
  const parsed = verdict.safeParse(json);
  return parsed.success ? parsed.data : { problems: z.prettifyError(parsed.error) };
}

/** The claim is shown behind bars too: whoever wrote it may have been talked into it by a log line. */
function material(claim: Found, bundle: EvidenceBundle): Redacted {
  const places = claim.faulty.map(
    ({ path, firstLine, lastLine }) => `- ${inLine(path)}, lines ${firstLine} to ${lastLine}`,
  );
  return redact(
    [
      "Every line that begins with a bar is quoted material.",
      `# The claim\n${quoted([claim.claim, ...claim.mechanism.map((step, index) => `${index + 1}. ${step}`)].join("\n"))}`,
      `# Where, and of what kind\n${places.join("\n")}\n- category ${claim.category}`,
      `# Evidence\n${worthiest(claim, bundle.evidence).map(renderEvidence).join("\n")}`,
      "Is the claim refuted?",
    ].join("\n\n"),
  );
}

/** What is cited, then what shows the place, then the rest, as far as it fits. */
function worthiest(claim: Found, evidence: readonly Evidence[]): readonly Evidence[] {
  const cited = new Set<string>(claim.citations.map((citation) => citation.evidence));
  const isOfPlace = (one: Evidence) =>
    one.kind === "lines" &&
    claim.faulty.some(
      (place) => place.path === one.path && place.firstLine <= one.lastLine && place.lastLine >= one.firstLine,
    );
  const rank = (one: Evidence) => (cited.has(one.id) ? 0 : isOfPlace(one) ? 1 : 2);
  let bytes = 0;
  return evidence
    .toSorted((one, other) => rank(one) - rank(other))
    .filter((one) => {
      bytes += Buffer.byteLength(one.text);
      return bytes <= evidenceBytesMax;
    });
}
