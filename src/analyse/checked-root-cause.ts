import type { EvidenceBundle } from "../domain/evidence.ts";
import { redact } from "../domain/redact.ts";
import type { RootCause } from "../domain/root-cause.ts";
import type { ModelClaim } from "./answer.ts";
import { checkCitations, checkedConfidence } from "./check-citations.ts";
import { existingLocations } from "./check-locations.ts";
import { sentencesOf, unsupportedSentences } from "./grounding.ts";
import { remedyOf } from "./remedy.ts";
import type { Code } from "./tool-means.ts";

/** What the model said, as far as code can check it: citations against the bundle, places against the deployed commit. */
export async function checkedRootCause(
  said: ModelClaim,
  bundle: EvidenceBundle,
  codes: readonly Code[],
  by: Pick<RootCause, "promptVersion" | "model" | "costUsd">,
  signal: AbortSignal,
): Promise<RootCause> {
  const checked = checkCitations(said.citations, bundle.evidence);
  const sentences = [said.claim, ...said.mechanism].flatMap(sentencesOf);
  const unsupported = await unsupportedSentences([said.claim, ...said.mechanism], bundle, codes, signal);
  const common = {
    claim: redact(said.claim),
    unsupported,
    citations: checked.citations,
    ruledOut: said.ruledOut.map((one) => redact(one)),
    nextStep: redact(said.nextStep),
    severity: said.severity,
    ...by,
  };
  switch (said.kind) {
    case "found": {
      const faulty = await existingLocations(said.faulty, codes, signal);
      return {
        ...common,
        kind: "found",
        category: said.category,
        confidence: checkedConfidence(
          said.confidence * (1 - unsupported.length / Math.max(1, sentences.length)),
          checked,
          faulty.length > 0,
        ),
        statedConfidence: said.confidence,
        faulty,
        mechanism: said.mechanism.map((step) => redact(step)),
        doubt: null,
        restsOnOutsiderTextOnly: checked.restsOnOutsiderTextOnly,
      };
    }
    case "not-in-code":
      return {
        ...common,
        kind: "not-in-code",
        category: said.category,
        owner: said.owner === null ? null : redact(said.owner),
        remedy: remedyOf(said.remedy, bundle),
      };
    case "cannot-tell":
      return { ...common, kind: "cannot-tell", missing: said.missing.map((one) => redact(one)) };
  }
}
