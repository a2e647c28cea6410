import { withHeartbeat } from "../analyse/books.ts";
import type { BillLine } from "../domain/budget.ts";
import type { CodeVersion, EvidenceBundle } from "../domain/evidence.ts";
import type { Incident } from "../domain/incident.ts";
import { ModelError } from "../domain/model.ts";
import type { Order } from "../domain/order.ts";
import type { Patch, Proposal } from "../domain/patch.ts";
import { judge, type LookedUp, type PolicyCase, rule, verdictOf, withRepairGates } from "../domain/policy.ts";
import type { RootCause } from "../domain/root-cause.ts";
import { type CodeSource, CodeSourceError } from "../domain/sources.ts";
import type { RuleResult, Verdict } from "../domain/verdict.ts";
import { repair } from "../repair/repair.ts";
import { expectedFailure } from "./expected-failure.ts";
import type { HandsMeans } from "./hands-means.ts";
import { createPaidAsker } from "./paid-asker.ts";
import type { Progress } from "./saved-progress.ts";

export type RepairHandsMeans = Pick<HandsMeans, "codeOf" | "configDigest" | "language" | "model" | "repair">;

/** What was found, and what the verdict needs besides. */
export interface RepairQuestion {
  readonly bundle: EvidenceBundle;
  readonly rootCause: RootCause;
  /** Spent on the analysis. */
  readonly costUsd: number;
  readonly bill: readonly BillLine[];
  readonly attempt: {
    readonly order: Pick<Order, "allowanceUsd" | "mode" | "repair"> & { readonly incident: Pick<Incident, "id"> };
    readonly heartbeat: () => Promise<void>;
  };
  readonly progress: Progress;
  readonly isLastAttempt: boolean;
}

export interface RepairOutcome {
  readonly verdict: Verdict;
  readonly proposal: Proposal | null;
  /** The last patch that was built, whatever became of it. */
  readonly tried: Patch | null;
  /** The analysis included. */
  readonly costUsd: number;
  readonly bill: readonly BillLine[];
}

/**
 * The verdict on what was found, and where it allows a patch, the patch. Gates are looked at in order of what they cost: nothing is read for a case that its
 * own findings close, and no model is asked where git or the sandbox say no.
 * @throws ModelError with `isRetryable`, unless it is the last attempt; or the signal's reason
 */
export async function repairFound(
  question: RepairQuestion,
  means: RepairHandsMeans,
  signal: AbortSignal,
): Promise<RepairOutcome> {
  const { order } = question.attempt;
  const asked: PolicyCase = {
    mode: order.mode,
    hasTrace: question.bundle.trace !== null,
    rootCause: question.rootCause,
    code: question.bundle.code,
    limits: means.repair.limits,
    // Orders of earlier versions have none.
    leave: order.repair ?? null,
    unchanged: null,
    verifiable: null,
  };
  const closed = (about: PolicyCase): RepairOutcome => ({
    verdict: judge(about),
    proposal: null,
    tried: null,
    costUsd: question.costUsd,
    bill: question.bill,
  });
  const found = placeOf(question, means);
  if (found === null || !judge({ ...asked, unchanged: passed, verifiable: passed }).allowed) return closed(asked);
  const source = await means.codeOf(found.version.service)?.open().catch(unreadable);
  if (source === undefined)
    return closed({ ...asked, unchanged: { holds: false, detail: "the code cannot be read any more" } });
  const compared: PolicyCase = { ...asked, unchanged: await compare(found, source, signal) };
  if (!judge({ ...compared, verifiable: passed }).allowed) return closed(compared);
  const whyNot = await means.repair.whyNotVerifiable(found.version.service, signal);
  const policy: PolicyCase = {
    ...compared,
    verifiable: { holds: whyNot === null, detail: whyNot ?? "the service's tests can be run here" },
  };
  if (!judge(policy).allowed || means.model === null) return closed(policy);
  return patched(question, { ...found, source }, policy, means, signal);
}

const passed: LookedUp = { holds: true, detail: "" };

interface Found {
  readonly rootCause: Extract<RootCause, { kind: "found" }>;
  readonly version: CodeVersion;
  readonly path: string;
}

/** Of several services in one repository, the one whose folder the file is in. */
function placeOf({ rootCause, bundle }: RepairQuestion, { codeOf }: RepairHandsMeans): Found | null {
  if (rootCause.kind !== "found") return null;
  const [place] = rootCause.faulty;
  if (place === undefined) return null;
  const { repository, path } = place;
  const [version] = bundle.code
    .map((each) => ({ version: each, under: codeOf(each.service)?.under ?? "" }))
    .filter((each) => each.version.repository === repository)
    .filter(({ under }) => under === "" || path.startsWith(`${under}/`))
    .toSorted((one, other) => other.under.length - one.under.length);
  return version === undefined ? null : { rootCause, version: version.version, path };
}

async function patched(
  { bundle, costUsd, bill, attempt, progress, isLastAttempt }: RepairQuestion,
  { rootCause, version, source }: Found & { readonly source: CodeSource },
  policy: PolicyCase,
  means: RepairHandsMeans,
  signal: AbortSignal,
): Promise<RepairOutcome> {
  const { order } = attempt;
  const { service } = version;
  const { prompt, reviewPrompt, models } = means.repair;
  if (means.model === null || models === null)
    return { verdict: judge(policy), proposal: null, tried: null, costUsd, bill };
  const { model } = means.model;
  const heartbeat = () => attempt.heartbeat();
  const input = [version.base, rootCause, means.configDigest, order.repair?.request ?? null];
  const proposer = createPaidAsker(
    model,
    { step: "propose", model: models.proposer.name, prompt: prompt.version },
    progress.turns("propose", [prompt.version, models.proposer.name, input]),
    () => order.allowanceUsd - costUsd,
    heartbeat,
  );
  const reviewer = createPaidAsker(
    model,
    { step: "review", model: models.reviewer.name, prompt: reviewPrompt.version },
    progress.turns("review", [reviewPrompt.version, models.reviewer.name, input]),
    () => order.allowanceUsd - costUsd - proposer.spentUsd(),
    heartbeat,
  );
  const expected = expectedFailure(bundle);
  const end = (rules: readonly RuleResult[], proposal: Proposal | null, tried: Patch | null): RepairOutcome => ({
    verdict: verdictOf(policy, withRepairGates(judge(policy).rules, rules)),
    proposal,
    tried,
    costUsd: costUsd + proposer.spentUsd() + reviewer.spentUsd(),
    bill: [...bill, ...proposer.bill(), ...reviewer.bill()],
  });
  try {
    const { rules, proposal, tried } = await repair(
      {
        incident: order.incident.id,
        bundle,
        rootCause,
        version,
        source,
        under: means.codeOf(service)?.under ?? "",
        testCommand: means.repair.testCommandOf(service),
        language: means.language,
        request: order.repair?.request ?? null,
      },
      {
        proposer: { ...models.proposer, prompt, ask: proposer.ask },
        reviewer: { ...models.reviewer, prompt: reviewPrompt, ask: reviewer.ask },
        proposalsMax: means.repair.proposalsMax,
        guard: (patch) => means.repair.guard(patch, service),
        read: async (path, inner) => (await source.file(version.base, path, inner))?.bytes ?? null,
        verify: (patch, round, inner) =>
          progress.step(
            "verify",
            [patch.base, patch.diff, means.configDigest],
            () => withHeartbeat((beating) => means.repair.verify(patch, expected, service, beating), heartbeat, inner),
            round,
          ),
      },
      signal,
    );
    return end(rules, proposal, tried);
  } catch (error) {
    if (!(error instanceof ModelError) || (error.isRetryable && !isLastAttempt)) throw error;
    return end([rule("proposal", false, `the model failed: ${error.message}`)], null, null);
  }
}

/** A patch is for the head of the branch, and the evidence is of what was deployed: the file must be the same in both. */
async function compare({ version, path }: Found, source: CodeSource, signal: AbortSignal): Promise<LookedUp> {
  const [deployed, base] = [
    await source.file(version.deployed, path, signal),
    await source.file(version.base, path, signal),
  ];
  if (base === null)
    return { holds: false, detail: `${path} is no file that may be changed at the head of the branch` };
  if (deployed?.blob === base.blob) return { holds: true, detail: "the file is the same in both commits" };
  return {
    holds: false,
    detail: `${path} has changed since: it differs between what is deployed, ${version.deployed.slice(0, 12)}, and the head of the branch, ${version.base.slice(0, 12)}`,
  };
}

function unreadable(error: unknown): undefined {
  if (!(error instanceof CodeSourceError)) throw error;
}
