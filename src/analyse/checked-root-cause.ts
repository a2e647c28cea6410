import type { EvidenceBundle } from "../domain/evidence.ts";
import { redact } from "../domain/redact.ts";
import type { RootCause } from "../domain/root-cause.ts";
import type { ModelClaim } from "./answer.ts";
import { checkCitations, checkedConfidence } from "./check-citations.ts";
import { existingLocations } from "./check-locations.ts";
import type { Code } from "./tools.ts";

/** What the model said, as far as code can check it: citations against the bundle, places against the deployed commit. */
export async function checkedRootCause(
  said: ModelClaim,
  bundle: EvidenceBundle,
  codes: readonly Code[],
  by: Pick<RootCause, "promptVersion" | "model" | "costUsd">,
  signal: AbortSignal,
): Promise<RootCause> {
  const checked = checkCitations(said.citations, bundle.evidence);
  const common = {
    claim: redact(said.claim),
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
        confidence: checkedConfidence(said.confidence, checked, faulty.length > 0),
        statedConfidence: said.confidence,
        faulty,
        restsOnOutsiderTextOnly: checked.restsOnOutsiderTextOnly,
      };
    }
    case "not-in-code":
      return {
        ...common,
        kind: "not-in-code",
        category: said.category,
        owner: said.owner === null ? null : redact(said.owner),
      };
    case "cannot-tell":
      return { ...common, kind: "cannot-tell", missing: said.missing.map((one) => redact(one)) };
  }
}
