import type { CodeVersion } from "./evidence.ts";
import { lowestMode, type Mode } from "./mode.ts";
import { redact } from "./redact.ts";
import type { Category, RootCause } from "./root-cause.ts";
import type { RuleResult, Verdict } from "./verdict.ts";

/** The only categories that a patch may ever be made for; never business logic, security, or doubt. */
const repairable: ReadonlySet<Category> = new Set([
  "null_dereference",
  "type_mismatch",
  "missing_validation",
  "typo",
  "misconfiguration",
]);

const repairConfidenceMin = 0.7;

/**
 * What may happen with what was found: every rule with its value. A rule that does not hold leaves `issue` at most,
 * for a person can always be told; only more than telling has to be earned.
 */
export function judge(found: {
  readonly mode: Mode;
  readonly hasTrace: boolean;
  readonly rootCause: RootCause;
  readonly code: readonly CodeVersion[];
}): Verdict {
  const { rootCause } = found;
  const isFound = rootCause.kind === "found";
  const unresolved = rootCause.citations.filter((citation) => !citation.isResolved).length;
  const rules = [
    rule("mode", found.mode === "patch" || found.mode === "draft-pr", `the configured mode is ${found.mode}`),
    rule("trace", found.hasTrace, found.hasTrace ? "a trace was read" : "no trace was there to read"),
    rule("root-cause", isFound, `the answer is ${rootCause.kind}`),
    rule(
      "category",
      isFound && repairable.has(rootCause.category),
      isFound ? `the category is ${rootCause.category}` : "there is no category without a root cause",
    ),
    rule(
      "confidence",
      isFound && rootCause.confidence >= repairConfidenceMin,
      isFound ? `${rootCause.confidence.toFixed(2)} of at least ${repairConfidenceMin.toFixed(2)}` : "none is stated",
    ),
    rule(
      "citations",
      unresolved === 0 && rootCause.citations.length > 0,
      `${unresolved} of ${rootCause.citations.length} do not stand in the evidence`,
    ),
    rule(
      "insider-evidence",
      isFound && !rootCause.restsOnOutsiderTextOnly,
      isFound && !rootCause.restsOnOutsiderTextOnly
        ? "code was cited"
        : "nothing but text that an outsider could have written",
    ),
    rule(
      "deployed-commit",
      found.code.length > 0 &&
        found.code.every((version) => version.isDeployedKnown || version.deployed === version.base),
      found.code.length > 0 ? "the deployed commit is known, or taken to be the branch's head" : "no code was read",
    ),
  ];
  const allowed = rules.every((each) => each.holds);
  return { allowed, mode: allowed ? found.mode : lowestMode(found.mode, "issue"), rules };
}

function rule(name: string, holds: boolean, detail: string): RuleResult {
  return { rule: name, holds, path: null, detail: redact(detail) };
}
