import type { GitHubProbe } from "../../adapters/github/probe.ts";
import type { Config } from "../../config/config.ts";
import { systemClock } from "../system-clock.ts";
import type { Check } from "./doctor-check.ts";

const timeoutMs = 20_000;
const skewMsMax = 60_000;
const requestsLeftMin = 100;

const codeRights = {
  yes: "branches and pull requests may be written",
  no: "branches and pull requests may not be written",
  invisible: "whether branches and pull requests may be written cannot be seen from outside",
};

/** Whoever gets hold of the token can do all that it can do: what of it is never needed, as far as that is seen. */
function leastPrivilege({ kind, excess, repositories }: GitHubProbe): readonly Check[] {
  const name = "github rights";
  const administered = repositories.filter(({ isAdministered }) => isAdministered).map(({ repository }) => repository);
  if (kind === "classic") {
    const detail = `a classic token reaches every repository of its account${administered.length > 0 ? `, and may administer ${administered.join(", ")}` : ""}${excess.length > 0 ? `; it also has ${excess.join(", ")}` : ""}`;
    const cure =
      "Use a fine-grained token of an account of its own, for these repositories alone: issues, contents and pull requests, read and write.";
    return [{ name, state: "warning", detail, cure }];
  }
  if (excess.length > 0) {
    const detail = `it can do more than is ever needed: ${excess.join(", ")}`;
    return [
      { name, state: "warning", detail, cure: "Take that away; issues, contents and pull_requests: write are enough." },
    ];
  }
  if (kind === "app") return [];
  const admin = administered.length > 0 ? `Its account may administer ${administered.join(", ")}. ` : "";
  const detail = `${admin}What a fine-grained token may do besides (administration, workflows, other repositories) cannot be seen from outside: look at its settings on GitHub.`;
  return [
    {
      name,
      state: admin === "" ? "ok" : "warning",
      detail,
      cure: admin === "" ? null : "Use an account of its own that may write and not administer.",
    },
  ];
}

/** GitHub: who we are there, what may be seen of our rights, and each repository. */
export async function checkGitHub(config: Config): Promise<readonly Check[]> {
  const name = "github";
  const isLive = Object.values(config.environments).some((environment) => environment.mode !== "dry-run");
  const hasDrafts =
    config.repair.mode === "draft-pr" && Object.values(config.environments).some(({ mode }) => mode === "draft-pr");
  const { auth, apiUrl } = config.github;
  if (auth === null) {
    const detail = "no access is configured";
    return isLive
      ? [
          {
            name,
            state: "failed",
            detail,
            cure: "Set GITHUB_TOKEN in .env (fine-grained: issues read and write), or lower the modes to dry-run.",
          },
        ]
      : [{ name, state: "warning", detail: `${detail}, and dry-run needs none`, cure: null }];
  }
  const repositories = [...new Set(Object.values(config.services).map((service) => service.repository))];
  if (config.fallbackRepository !== null && !repositories.includes(config.fallbackRepository))
    repositories.push(config.fallbackRepository);
  const { probeGitHub } = await import("../../adapters/github/probe.ts");
  const probe = await probeGitHub(
    { apiUrl, auth, clock: systemClock, timeoutMs },
    repositories,
    AbortSignal.timeout(4 * timeoutMs),
  );
  if (probe.problem !== null) return [{ name, state: "failed", detail: probe.problem, cure: null }];
  const checks: Check[] = [
    { name, state: "ok", detail: `${probe.login ?? "unknown"} at ${apiUrl}. ${probe.rights}`, cure: null },
  ];
  if (probe.clockAheadMs !== null && Math.abs(probe.clockAheadMs) > skewMsMax) {
    const seconds = Math.round(Math.abs(probe.clockAheadMs) / 1000);
    const detail = `our clock is ${seconds} s ${probe.clockAheadMs > 0 ? "ahead of" : "behind"} GitHub's`;
    checks.push({ name: "github clock", state: "warning", detail, cure: "Set it by NTP." });
  }
  if (probe.requestsLeft !== null && probe.requestsLeft < requestsLeftMin) {
    checks.push({
      name: "github limit",
      state: "warning",
      detail: `${probe.requestsLeft} requests are left this hour`,
      cure: null,
    });
  }
  checks.push(...leastPrivilege(probe));
  for (const each of probe.repositories) {
    const rights = {
      yes: "issues may be written",
      no: "issues may not be written",
      invisible: "whether issues may be written cannot be seen from outside",
    };
    const drafts = hasDrafts ? `, ${codeRights[each.canWriteCode]}` : "";
    checks.push(
      each.problem === null
        ? hasDrafts && each.canWriteCode === "no"
          ? {
              name: each.repository,
              state: "failed",
              detail: `visible, ${rights[each.canWriteIssues]}${drafts}`,
              cure: "Give the access contents: write and pull_requests: write, or lower the mode to patch.",
            }
          : {
              name: each.repository,
              state: "ok",
              detail: `visible, ${rights[each.canWriteIssues]}${drafts}`,
              cure: null,
            }
        : { name: each.repository, state: "failed", detail: each.problem, cure: null },
    );
  }
  return checks;
}
