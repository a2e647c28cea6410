import type { Config } from "../../config/config.ts";
import { systemClock } from "../system-clock.ts";
import type { Check } from "./doctor-check.ts";

const timeoutMs = 20_000;
const skewMsMax = 60_000;
const requestsLeftMin = 100;

/** GitHub: who we are there, what may be seen of our rights, and each repository. */
export async function checkGitHub(config: Config): Promise<readonly Check[]> {
  const name = "github";
  const isLive = Object.values(config.environments).some((environment) => environment.mode !== "dry-run");
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
  for (const each of probe.repositories) {
    const rights = {
      yes: "issues may be written",
      no: "issues may not be written",
      invisible: "whether issues may be written cannot be seen from outside",
    };
    checks.push(
      each.problem === null
        ? { name: each.repository, state: "ok", detail: `visible, ${rights[each.canWriteIssues]}`, cure: null }
        : { name: each.repository, state: "failed", detail: each.problem, cure: null },
    );
  }
  return checks;
}
