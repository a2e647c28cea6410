import type { z } from "zod";
import { checkCitations, checkedConfidence } from "../analyse/check-citations.ts";
import type { Evidence } from "../domain/evidence.ts";
import type { RepositoryName, ServiceName } from "../domain/names.ts";
import type { Findings, Order } from "../domain/order.ts";
import { judge, type LookedUp, rule, verdictOf, withRepairGates } from "../domain/policy.ts";
import { redact } from "../domain/redact.ts";
import type { RepairLimits } from "../domain/repair-limits.ts";
import type { RootCause } from "../domain/root-cause.ts";
import type { Redacted } from "../domain/text.ts";
import type { Verdict } from "../domain/verdict.ts";
import { findingsSchema } from "./findings-schema.ts";
import { misfitOfProposal } from "./proposal-schema.ts";

/** Findings that are none, or not of this order. */
export interface RefusedFindings {
  readonly problem: Redacted;
}

const problemsTold = 3;
const problemLengthMax = 200;

/**
 * What hands brought back for an order, read as foreign input: sizes, types and alphabets are checked, every text passes the gate again, and what can
 * be worked out here is not believed: the verdict is ours, whether a citation stands in the evidence is looked up, and a patch's diff is that of its files.
 * What only the hands can see (git, the tests, the second opinion) can close a gate and open none that the findings close.
 * @param repositoryOf of the brain's own service map: a place in any other repository would become a link in an issue
 */
export function parseFindings(
  returned: unknown,
  order: Order,
  repositoryOf: (service: ServiceName) => RepositoryName | null,
  limits: RepairLimits,
): Findings | RefusedFindings {
  const parsed = findingsSchema.safeParse(returned);
  if (!parsed.success) {
    const told = parsed.error.issues.slice(0, problemsTold).map((issue) => {
      const where = issue.path.map(String).join(".") || "the whole";
      return `${where}: ${issue.message}`.slice(0, problemLengthMax);
    });
    return { problem: redact(told.join("; ")) };
  }
  const said = parsed.data;
  const problem = misfitOf(said, order, repositoryOf);
  if (problem !== null) return { problem: redact(problem) };
  const rootCause = checkedAgain(said.rootCause, said.bundle.evidence);
  const verdict = verdictOn(said, rootCause, order, limits);
  return { ...said, rootCause, proposal: verdict.allowed ? said.proposal : null, verdict };
}

type Said = z.output<typeof findingsSchema>;

function verdictOn(said: Said, rootCause: RootCause, order: Order, limits: RepairLimits): Verdict {
  const { bundle, proposal } = said;
  const seen = (name: string): LookedUp => said.verdict.rules.find((each) => each.rule === name) ?? null;
  const policy = {
    mode: order.mode,
    hasTrace: bundle.trace !== null,
    rootCause,
    code: bundle.code,
    limits,
    leave: order.repair ?? null,
    unchanged: seen("same-since-deployed"),
    verifiable: seen("can-be-verified"),
  };
  const rules = withRepairGates(judge(policy).rules, said.verdict.rules);
  const verdict = verdictOf(policy, rules);
  if (!verdict.allowed) return verdict;
  const misfit =
    proposal === null
      ? "no patch came with it"
      : misfitOfProposal(proposal, { incident: order.incident.id, code: bundle.code });
  return misfit === null ? verdict : verdictOf(policy, [...rules, rule("proposal-as-said", false, misfit)]);
}

function misfitOf(
  said: Said,
  order: Order,
  repositoryOf: (service: ServiceName) => RepositoryName | null,
): string | null {
  const { incident, bundle, rootCause } = said;
  const isOfOrder = [said, bundle].every(
    (part) => part.incident === order.incident.id && part.episode === order.incident.episode,
  );
  if (said.orderId !== order.id || !isOfOrder) return `they answer ${said.orderId} about ${incident}, not ${order.id}`;
  const { sameAs } = said;
  if (sameAs !== null && !(order.openIssues ?? []).some((each) => each.incident === sameAs.incident)) {
    return `they say that it is the same as ${sameAs.incident}, which they were not asked about`;
  }
  const strange = bundle.code.find(({ service, repository }) => repositoryOf(service) !== repository);
  if (strange !== undefined) {
    return `the service map does not say that ${strange.service} is in ${strange.repository}`;
  }
  const known = new Set<string>(bundle.code.map(({ repository }) => repository));
  const places = [
    ...bundle.evidence.filter((each) => each.kind === "lines" || each.kind === "commit"),
    ...bundle.ranking,
    ...(rootCause.kind === "found" ? rootCause.faulty : []),
  ];
  const elsewhere = places.find(({ repository }) => !known.has(repository));
  if (elsewhere !== undefined) return `they name a place in ${elsewhere.repository}, which is no code of this incident`;
  const ids = new Set(bundle.evidence.map(({ id }) => id));
  return ids.size === bundle.evidence.length ? null : "two pieces of evidence have the same id";
}

/** A confidence can only sink by it: more than the hands said is nobody's claim. */
function checkedAgain(rootCause: RootCause, evidence: readonly Evidence[]): RootCause {
  const checked = checkCitations(rootCause.citations, evidence);
  const { citations, restsOnOutsiderTextOnly } = checked;
  if (rootCause.kind !== "found") return { ...rootCause, citations };
  const confidence = checkedConfidence(rootCause.statedConfidence, checked, rootCause.faulty.length > 0);
  return {
    ...rootCause,
    citations,
    confidence: Math.min(rootCause.confidence, confidence),
    restsOnOutsiderTextOnly,
  };
}
