import type { Patch, Proposal, Verification } from "../domain/patch.ts";
import { rule } from "../domain/policy.ts";
import type { RuleResult } from "../domain/verdict.ts";
import { buildPatch } from "./build-patch.ts";
import { openProposing } from "./propose.ts";
import type { RepairCase, Speaker } from "./repair-case.ts";
import { review } from "./review.ts";
import { whyNotVerified } from "./verification-words.ts";

export interface RepairMeans {
  readonly proposer: Speaker;
  readonly reviewer: Speaker;
  readonly proposalsMax: number;
  /** Every rule of the guard, whether it holds or not. */
  readonly guard: (patch: Patch) => Promise<readonly RuleResult[]>;
  /** @param round from 1 */
  readonly verify: (patch: Patch, round: number, signal: AbortSignal) => Promise<Verification>;
  /** Of a regular file of mode 100644 at base; null where there is none that may be read. */
  readonly read: (path: string, signal: AbortSignal) => Promise<Uint8Array | null>;
}

export interface Repaired {
  /** The gates that came after the policy, as far as it went. */
  readonly rules: readonly RuleResult[];
  /** Null unless every gate holds. */
  readonly proposal: Proposal | null;
  /** The last patch that was built, whatever became of it: for who looks at a dry run. */
  readonly tried: Patch | null;
}

type Stopped = { readonly because: RuleResult[]; readonly output: string; readonly isFinal: boolean };

/**
 * Proposal → guard → tests → second opinion. The guard sees a patch before anything of it runs. What guard and tests object to goes into one more proposal;
 * what the second opinion objects to ends it.
 * @throws ModelError, or the signal's reason
 */
export async function repair(about: RepairCase, means: RepairMeans, signal: AbortSignal): Promise<Repaired> {
  const proposing = await openProposing(about, means.proposer, signal);
  if ("kind" in proposing) return { rules: [rule("proposal", false, proposing.because)], proposal: null, tried: null };
  let tried: Patch | null = null;
  for (let round = 1; ; round++) {
    const isLast = round >= means.proposalsMax;
    const which = `proposal ${round} of at most ${means.proposalsMax}`;
    const said = await proposing.next(signal);
    if (said.kind === "none") return { rules: [rule("proposal", false, said.because)], proposal: null, tried };
    const built =
      said.kind === "malformed"
        ? ({ kind: "refused", because: said.because } as const)
        : await buildPatch(said.edits, { incident: about.incident, ...placeOf(about) }, (path) =>
            means.read(path, signal),
          );
    if (built.kind === "refused" || said.kind === "malformed") {
      const because = built.kind === "refused" ? built.because : "";
      if (isLast) return { rules: [rule("proposal", false, `${which}: ${because}`)], proposal: null, tried };
      proposing.tell(because, "");
      continue;
    }
    const { patch } = built;
    tried = patch;
    const before = [rule("proposal", true, `${which}, ${about.version.base.slice(0, 12)} as its base`)];
    const stopped = await stopOf(patch, round, means, signal);
    if ("verification" in stopped)
      return { tried, ...(await opinion(about, patch, said.why, stopped, before, means, signal)) };
    if (stopped.isFinal || isLast) return { rules: [...before, ...stopped.because], proposal: null, tried };
    proposing.tell(stopped.because.map(sentence).join(" "), stopped.output);
  }
}

/** What guard or tests object to; or how the tests went, where neither does. */
async function stopOf(
  patch: Patch,
  round: number,
  means: RepairMeans,
  signal: AbortSignal,
): Promise<Stopped | { readonly verification: Verification; readonly guarded: RuleResult }> {
  const rules = await means.guard(patch);
  const violated = rules.filter(({ holds }) => !holds);
  // A guard that says nothing has seen nothing.
  if (rules.length === 0 || violated.length > 0) {
    const because = violated.map((each) => ({ ...each, rule: `guard-${each.rule}` }));
    return {
      because: because.length > 0 ? because : [rule("guard", false, "no rule was looked at")],
      output: "",
      isFinal: false,
    };
  }
  const guarded = rule("guard", true, `all ${rules.length} rules hold`);
  const verification = await means.verify(patch, round, signal);
  const why = whyNotVerified(verification);
  if (why === null) return { verification, guarded };
  return {
    because: [guarded, rule("verification", false, why.because)],
    output: why.output,
    isFinal: verification.kind === "cannot-run",
  };
}

async function opinion(
  about: RepairCase,
  patch: Patch,
  rationale: Proposal["rationale"],
  { verification, guarded }: { readonly verification: Verification; readonly guarded: RuleResult },
  before: readonly RuleResult[],
  means: RepairMeans,
  signal: AbortSignal,
): Promise<Pick<Repaired, "rules" | "proposal">> {
  const passed = [
    ...before,
    guarded,
    rule(
      "verification",
      true,
      "the test fails without the patch for the reported reason and passes with it; the others are no worse",
    ),
  ];
  const second = await review(about, patch, means.reviewer, signal);
  if (second.kind === "none")
    return { rules: [...passed, rule("second-opinion", false, second.because)], proposal: null };
  if (second.review.refuted) {
    const objection = `${second.objection === "none" ? "refuted" : second.objection}: ${second.review.because}`;
    return { rules: [...passed, rule("second-opinion", false, objection)], proposal: null };
  }
  const { prompt } = means.proposer;
  return {
    rules: [...passed, rule("second-opinion", true, `${second.review.model} could not refute it`)],
    proposal: { patch, rationale, verification, review: second.review, promptVersion: prompt.version },
  };
}

function placeOf({ version }: RepairCase): Pick<Patch, "repository" | "base"> {
  return { repository: version.repository, base: version.base };
}

function sentence({ rule: name, path, detail }: RuleResult): string {
  return `${name}${path === null ? "" : ` (${path})`}: ${detail}.`;
}
