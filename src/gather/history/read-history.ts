import type { CodeVersion } from "../../domain/evidence.ts";
import type { CommitId } from "../../domain/names.ts";
import type { Observation } from "../../domain/observation.ts";
import { type CodeSource, CodeSourceError, type ServiceCode } from "../../domain/sources.ts";
import { commitsOfClaims } from "../code/deployed.ts";
import { commitsBetween, pullRequestsOf } from "./pull-requests.ts";

/** Commits among which pull requests and deployments are looked for. */
const historyMax = 2_000;

export interface FromHistory {
  /** That brought each commit, where it is known. */
  readonly pullRequests: ReadonlyMap<CommitId, number>;
  /** Commits that came with the last deployment before the first sight; null where no other one is known. */
  readonly deployedSince: ReadonlySet<CommitId> | null;
}

/** The pull requests, and what the last deployment brought; nothing where history cannot be read, which others have said by then. */
export async function readHistory(
  { code, earlierClaims }: { readonly code: ServiceCode; readonly earlierClaims: readonly string[] },
  source: CodeSource,
  { deployed, isDeployedKnown }: CodeVersion,
  signal: AbortSignal,
): Promise<FromHistory & { readonly deployment: readonly Observation<string>[] }> {
  try {
    const history = await source.history(deployed, historyMax, signal);
    const earlier = isDeployedKnown ? await commitsOfClaims(code, source, earlierClaims, signal) : [];
    const [since] = earlier
      .map((from) => ({ from, commits: commitsBetween(history, from, deployed) }))
      .flatMap(({ from, commits }) => (commits === null ? [] : [{ from, commits }]))
      .toSorted((one, other) => one.commits.size - other.commits.size);
    const pullRequests = pullRequestsOf(history);
    if (since === undefined) return { pullRequests, deployedSince: null, deployment: [] };
    const [from, to] = [since.from.slice(0, 10), deployed.slice(0, 10)];
    const deployment = { kind: "deployment", who: code.service, from, to, commits: since.commits.size } as const;
    return { pullRequests, deployedSince: since.commits, deployment: [deployment] };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CodeSourceError)) throw error;
    return { pullRequests: new Map(), deployedSince: null, deployment: [] };
  }
}
