import type { Config } from "../../config/config.ts";
import type { RepositoryName } from "../../domain/names.ts";
import { type CodeSource, CodeSourceError } from "../../domain/sources.ts";
import { serviceCodeOf } from "../service-code.ts";
import { systemClock } from "../system-clock.ts";
import type { Check } from "./doctor-check.ts";
import { type WorkflowFacts, workflowFacts } from "./workflow-facts.ts";

const timeoutMs = 20_000;
const workflowsMax = 50;
const linesMax = 5_000;

/** Drafts: where their branches are made and what that means, which workflows and reviewers see them, and whether there is a fork to make them in. Nothing where the mode is below. */
export async function checkDrafts(config: Config, stateDirectory: string): Promise<readonly Check[]> {
  const { repair, environments, services } = config;
  const isMeant =
    repair.mode === "draft-pr" && Object.values(environments).some((environment) => environment.mode === "draft-pr");
  if (!isMeant) return [];
  const checks: Check[] = [headCheck(repair.head)];
  const repositories = new Map<RepositoryName, string>();
  for (const [name, service] of Object.entries(services)) {
    if (service.mode === null || service.mode === "draft-pr") repositories.set(service.repository, name);
  }
  for (const [repository, service] of repositories) {
    if (repair.head === "fork") checks.push(await forkCheck(config, repository));
    const code = serviceCodeOf(config, stateDirectory)(service);
    try {
      const source = await code?.open();
      if (source !== undefined) checks.push(...(await workflowChecks(repository, source, repair)));
    } catch (error) {
      if (!(error instanceof CodeSourceError)) throw error;
      // The check of the clones has said it.
    }
  }
  return checks;
}

function headCheck(head: Config["repair"]["head"]): Check {
  if (head === "fork") {
    return {
      name: "drafts",
      state: "ok",
      detail:
        "branches are made in a fork (repair.head: fork), so GitHub Actions runs them without the repository's secrets; a first run may wait for a person's approval",
      cure: null,
    };
  }
  return {
    name: "drafts",
    state: "warning",
    detail:
      "branches are made in the repository itself (repair.head: same-repository): its CI runs code that a model wrote, with the repository's secrets, before any person has read it",
    cure: "Set repair.head to fork, after forking the repository with the account of the token, unless no workflow has secrets worth the name.",
  };
}

async function forkCheck({ github }: Config, repository: RepositoryName): Promise<Check> {
  const name = `${repository}: fork`;
  if (github.auth === null) return { name, state: "warning", detail: "not looked for without a token", cure: null };
  const { createIssueWriter } = await import("../../adapters/github/issue-writer.ts");
  const { apiUrl, auth } = github;
  const { remote } = await createIssueWriter({ apiUrl, auth, clock: systemClock, timeoutMs });
  try {
    const fork = await remote.ownFork(repository, AbortSignal.timeout(timeoutMs));
    return fork === null
      ? {
          name,
          state: "failed",
          detail: `the account of this token has no fork of ${repository}, so no draft can be opened`,
          cure: "Fork it by hand with that account: making one would need an administration right, which the token should not have. An App has no forks: use a token of an account for them, or repair.head: same-repository.",
        }
      : { name, state: "ok", detail: fork, cure: null };
  } catch (error) {
    if (!(error instanceof Error && "isRetryable" in error)) throw error;
    return { name, state: "warning", detail: error.message, cure: null };
  }
}

async function workflowChecks(
  repository: RepositoryName,
  source: CodeSource,
  { head, reviewBots }: Config["repair"],
): Promise<readonly Check[]> {
  const signal = AbortSignal.timeout(timeoutMs);
  const commit = await source.head(signal);
  const read = async (path: string): Promise<string | null> =>
    (await source.lines(commit, path, 1, linesMax, signal))?.lines.join("\n") ?? null;
  const { paths } = await source.files(commit, ".github/workflows", workflowsMax, signal);
  const workflows: WorkflowFacts[] = [];
  for (const path of paths.filter((each) => /\.ya?ml$/.test(each))) {
    const text = await read(path);
    const facts = text === null ? null : workflowFacts(path, text);
    if (facts !== null) workflows.push(facts);
  }
  const checks = workflows.flatMap((facts) => workflowCheck(repository, facts, head));
  const gemini = await read(".gemini/config.yaml");
  if (reviewBots.some((bot) => bot.startsWith("gemini")) && /include_drafts:\s*false/.test(gemini ?? "")) {
    checks.push({
      name: `${repository}: reviewers`,
      state: "warning",
      detail: ".gemini/config.yaml says include_drafts: false, so this reviewer of repair.reviewBots sees no draft",
      cure: "Set include_drafts to true there, or mark drafts ready by hand.",
    });
  }
  const owners = (await Promise.all([".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"].map(read))).some(
    (text) => text !== null,
  );
  if (owners) {
    const detail = "code owners are asked for a review only when a person marks the draft ready";
    checks.push({ name: `${repository}: reviewers`, state: "ok", detail, cure: null });
  }
  return checks;
}

function workflowCheck(repository: RepositoryName, facts: WorkflowFacts, head: "fork" | "same-repository"): Check[] {
  const name = `${repository}: ${facts.path}`;
  const isOurs = head === "same-repository";
  const runs = facts.runsOnPullRequests || (isOurs && facts.runsOnOurBranch) || facts.runsWithBaseRights;
  if (!runs) return [];
  const said = [
    ...(facts.skipsDrafts ? ["skips drafts"] : []),
    ...(facts.skipsForks ? ["treats forks in another way"] : []),
    ...(facts.usesReviewdog && !isOurs
      ? ["uses reviewdog, which cannot comment on a pull request of a fork with that token"]
      : []),
  ];
  const withSecrets = isOurs && facts.usesSecrets && (facts.runsOnOurBranch || facts.runsOnPullRequests);
  if (withSecrets || facts.runsWithBaseRights) {
    const why = facts.runsWithBaseRights
      ? "starts by pull_request_target, with the rights of the base also for forks: it must not run what a draft contains"
      : "uses secrets and runs on our branch: code that a model wrote runs beside them";
    const cure = facts.runsWithBaseRights
      ? "Use pull_request, or check out nothing of the head."
      : "Set repair.head to fork.";
    return [{ name, state: "warning", detail: [why, ...said].join("; "), cure }];
  }
  return [{ name, state: "ok", detail: ["runs on our drafts", ...said].join("; "), cure: null }];
}
