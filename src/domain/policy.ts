import type { CodeVersion } from "./evidence.ts";
import { lowestMode, type Mode } from "./mode.ts";
import { redact } from "./redact.ts";
import type { RepairLeave } from "./repair-leave.ts";
import type { RepairLimits } from "./repair-limits.ts";
import type { Category, RootCause } from "./root-cause.ts";
import type { RuleResult, Verdict } from "./verdict.ts";

/** The only categories that a patch may ever be made for; never business logic, security, or doubt. */
export const repairable = [
  "null_dereference",
  "type_mismatch",
  "missing_validation",
  "typo",
  "misconfiguration",
] as const satisfies readonly Category[];

export const repairConfidenceMin = 0.7;

const unreached = { gate: "not reached", lookUp: "not looked up, for a gate before it is closed" } as const;

/** Whether nothing came to this gate: one before it is closed, so it says nothing of what was found. */
export function isUnreached({ holds, detail }: RuleResult): boolean {
  return !holds && (detail === unreached.gate || detail === unreached.lookUp);
}

/** What had to be looked up for a gate, and what was seen; null: not looked up, for nothing before it allowed a patch. */
export type LookedUp = { readonly holds: boolean; readonly detail: string } | null;

/** Everything that the policy judges by. */
export interface PolicyCase {
  readonly mode: Mode;
  readonly hasTrace: boolean;
  readonly rootCause: RootCause;
  readonly code: readonly CodeVersion[];
  readonly limits: RepairLimits;
  /** Null: the brain gave none with the order. */
  readonly leave: RepairLeave | null;
  /** Whether the faulty file is the same in the deployed commit and at base. */
  readonly unchanged: LookedUp;
  /** Whether the service's own tests can be run where the hands are. */
  readonly verifiable: LookedUp;
}

/**
 * What may happen with what was found: every gate with its value, in order. One that does not hold leaves `issue` at most,
 * for a person can always be told; only more than telling has to be earned.
 */
export function judge(found: PolicyCase): Verdict {
  return verdictOf(found, policyRules(found));
}

/** The verdict that these rules come to. */
export function verdictOf(
  { mode, limits }: Pick<PolicyCase, "mode" | "limits">,
  rules: readonly RuleResult[],
): Verdict {
  const allowed = rules.every((each) => each.holds);
  return { allowed, mode: allowed ? lowestMode(mode, limits.mode) : lowestMode(mode, "issue"), rules };
}

export function policyRules(found: PolicyCase): readonly RuleResult[] {
  const { rootCause, limits } = found;
  const mode = lowestMode(found.mode, limits.mode);
  const ceiling = mode === found.mode ? "" : `, and \`repair.mode\` is ${limits.mode}`;
  const isFound = rootCause.kind === "found";
  const unresolved = rootCause.citations.filter((citation) => !citation.isResolved).length;
  return [
    rule("mode", mode === "patch" || mode === "draft-pr", `the configured mode is ${found.mode}${ceiling}`),
    rule("trace", found.hasTrace, found.hasTrace ? "a trace was read" : "no trace was there to read"),
    rule("root-cause", isFound, `the answer is ${rootCause.kind}`),
    categoryRule(rootCause, limits),
    rule(
      "confidence",
      isFound && rootCause.confidence >= confidenceMin(limits),
      isFound ? `${rootCause.confidence.toFixed(2)} of at least ${confidenceMin(limits).toFixed(2)}` : "none is stated",
    ),
    rule(
      "citations",
      unresolved === 0 && rootCause.citations.length > 0,
      `${unresolved} of ${rootCause.citations.length} do not stand in the evidence`,
    ),
    rule(
      "sentences",
      rootCause.unsupported.length === 0,
      `${rootCause.unsupported.length} name what is nowhere in the evidence or the code`,
    ),
    undoubtedRule(rootCause),
    rule(
      "insider-evidence",
      isFound && !rootCause.restsOnOutsiderTextOnly,
      isFound && !rootCause.restsOnOutsiderTextOnly
        ? "code was cited"
        : "nothing but text that an outsider could have written",
    ),
    rule(
      "deployed-commit",
      found.code.length > 0 && found.code.every((version) => version.isDeployedKnown),
      deployedDetail(found.code),
    ),
    oneFileRule(rootCause),
    excludedRule(found),
    ...leaveRules(found),
    lookedUp("same-since-deployed", found.unchanged),
    lookedUp("can-be-verified", found.verifiable),
  ];
}

function confidenceMin(limits: RepairLimits): number {
  return Math.max(repairConfidenceMin, limits.confidenceMin);
}

function categoryRule(rootCause: RootCause, limits: RepairLimits): RuleResult {
  if (rootCause.kind !== "found") return rule("category", false, "there is no category without a root cause");
  const { category } = rootCause;
  const isRepairable = repairable.some((each) => each === category);
  const isOff = limits.categoriesOff.includes(category);
  const why = isOff ? ", which the service map takes out" : isRepairable ? "" : ", for which no patch is ever made";
  return rule("category", isRepairable && !isOff, `the category is ${category}${why}`);
}

/** A refuted cause has less confidence too; a number is no reason to let a doubt that is written down pass. */
function undoubtedRule(rootCause: RootCause): RuleResult {
  if (rootCause.kind !== "found") return rule("undoubted", false, "there is no root cause to doubt");
  const isDoubted = rootCause.doubt !== null;
  return rule("undoubted", !isDoubted, isDoubted ? "a second look does not believe it" : "nobody doubts it");
}

function oneFileRule(rootCause: RootCause): RuleResult {
  const places = rootCause.kind === "found" ? rootCause.faulty : [];
  const { size } = new Set(places.map(({ repository, path }) => `${repository} ${path}`));
  return rule("one-file", size === 1, `the fault is in ${size === 1 ? "one file" : `${size} files`}`);
}

function excludedRule({ rootCause, code, limits }: PolicyCase): RuleResult {
  const repository = rootCause.kind === "found" ? rootCause.faulty[0]?.repository : undefined;
  const ofIt = code.filter((version) => version.repository === repository);
  const service = ofIt.find((version) => limits.excludedServices.includes(version.service))?.service;
  const isOut = repository !== undefined && limits.excludedRepositories.includes(repository);
  const out = service ?? (isOut ? repository : undefined);
  return rule(
    "not-excluded",
    repository !== undefined && out === undefined,
    repository === undefined
      ? "there is no place to change"
      : out === undefined
        ? "neither the service nor its repository is excluded"
        : `\`repair.exclude\` names ${out}`,
  );
}

/** Limit of drafts, rest after a rejection, one attempt at one base. */
function leaveRules({ leave, rootCause, code }: PolicyCase): readonly RuleResult[] {
  if (leave === null) {
    const why = "the order gives no leave to repair";
    return ["open-drafts", "rest-after-rejection", "first-attempt"].map((name) => rule(name, false, why));
  }
  const { openDrafts, draftsMax, restsUntilMs, triedBases, isAskedByName, request } = leave;
  const repository = rootCause.kind === "found" ? rootCause.faulty[0]?.repository : undefined;
  const base = code.find((version) => version.repository === repository)?.base;
  const isTried = base !== undefined && triedBases.includes(base);
  const isAsked = request !== null;
  return [
    rule(
      "open-drafts",
      isAsked || openDrafts < draftsMax,
      isAsked
        ? "a reviewer asked for a change of the draft that is open"
        : `${openDrafts} ${openDrafts === 1 ? "draft waits" : "drafts wait"} for a review, fewer than ${draftsMax} may`,
    ),
    rule(
      "rest-after-rejection",
      restsUntilMs === null || isAskedByName,
      restsUntilMs === null
        ? "no draft of it was rejected lately"
        : isAskedByName
          ? "a draft was rejected, and a person asks for another"
          : `a draft was rejected; no other before ${new Date(restsUntilMs).toISOString().slice(0, 16)}Z`,
    ),
    rule(
      "first-attempt",
      isAsked || isAskedByName || !isTried,
      isTried
        ? isAsked || isAskedByName
          ? `it was tried already at ${base?.slice(0, 12)}, and ${isAsked ? "a reviewer" : "a person"} asks for another attempt`
          : `it was tried already at ${base?.slice(0, 12)}`
        : "no patch of it was tried at this commit",
    ),
  ];
}

/** The gates after the policy, in order; what one of them objects to may have more than one rule, `guard-…`. */
const repairGates = ["proposal", "guard", "verification", "second-opinion"] as const;

/**
 * All gates in order: where the policy allows a patch, each of the later ones stands there, for one that nothing is said of is closed. Rules of other names are
 * left out.
 */
export function withRepairGates(policy: readonly RuleResult[], later: readonly RuleResult[]): readonly RuleResult[] {
  if (policy.some((each) => !each.holds)) return policy;
  const gates = repairGates.flatMap((gate) => {
    const said = later.filter((each) => each.rule === gate || each.rule.startsWith(`${gate}-`));
    return said.length > 0 ? said : [rule(gate, false, unreached.gate)];
  });
  return [...policy, ...gates];
}

function lookedUp(name: string, seen: LookedUp): RuleResult {
  return rule(name, seen?.holds ?? false, seen?.detail ?? unreached.lookUp);
}

function deployedDetail(code: readonly CodeVersion[]): string {
  if (code.length === 0) return "no code was read";
  const unknown = code.find((version) => !version.isDeployedKnown);
  return unknown === undefined
    ? "the deployed commit is known"
    : `nothing that can be read says which commit of ${unknown.service} is deployed: see \`deployed\` and \`version\` of the service map`;
}

export function rule(name: string, holds: boolean, detail: string, path: string | null = null): RuleResult {
  return { rule: name, holds, path, detail: redact(detail) };
}
