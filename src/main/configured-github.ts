import type { Config } from "../config/config.ts";
import type { Clock } from "../domain/clock.ts";
import type { IssueWriter } from "../domain/effect.ts";
import type { Incident, IncidentIssue } from "../domain/incident.ts";
import type { RepositoryName } from "../domain/names.ts";
import { redact } from "../domain/redact.ts";
import type { RemoteRepository } from "../domain/remote-repository.ts";
import { totalOf } from "../jobs/plan-orders.ts";

const requestTimeoutMs = 30_000;
/** After lost state, an issue older than this is no longer looked for. */
const lookBackMs = 90 * 86_400_000;
const noAccess =
  "No GitHub access is configured: set GITHUB_TOKEN in .env, or github.app in service-map.yaml, or lower the mode to dry-run.";

export interface ConfiguredGitHub {
  readonly writer: IssueWriter;
  /** Null: there is no access. */
  readonly remote: RemoteRepository | null;
  readonly findIssue: (incident: Incident, repository: RepositoryName) => Promise<IncidentIssue | null>;
}

/** GitHub as configured; its client is loaded by the first write, for most runs write nothing. */
export function configuredGitHub(
  config: Config["github"],
  means: { readonly clock: Clock; readonly fetch: typeof fetch | null },
): ConfiguredGitHub {
  const { auth } = config;
  if (auth === null) {
    return {
      writer: { write: async () => ({ kind: "refused", because: redact(noAccess) }), find: async () => null },
      remote: null,
      findIssue: async () => null,
    };
  }
  let opened: Promise<Awaited<ReturnType<typeof open>>> | null = null;
  async function open() {
    const { createIssueWriter } = await import("../adapters/github/issue-writer.ts");
    return createIssueWriter({
      apiUrl: config.apiUrl,
      webUrl: config.webUrl,
      auth: auth as NonNullable<typeof auth>,
      clock: means.clock,
      timeoutMs: requestTimeoutMs,
      ...(means.fetch === null ? {} : { fetch: means.fetch }),
    });
  }
  const writer = () => {
    opened ??= open();
    return opened;
  };
  return {
    writer: {
      write: async (outgoing, signal) => (await writer()).write(outgoing, signal),
      find: async (outgoing, sinceMs, signal) => (await writer()).find(outgoing, sinceMs, signal),
    },
    remote: {
      head: async (...asked) => (await writer()).remote.head(...asked),
      file: async (...asked) => (await writer()).remote.file(...asked),
      ownFork: async (...asked) => (await writer()).remote.ownFork(...asked),
      isIssueOpen: async (...asked) => (await writer()).remote.isIssueOpen(...asked),
      pullRequest: async (...asked) => (await writer()).remote.pullRequest(...asked),
    },
    async findIssue(incident, repository) {
      const nowMs = means.clock.nowMs();
      const found = await (await writer()).findIssueOf(
        repository,
        incident,
        nowMs - lookBackMs,
        AbortSignal.timeout(4 * requestTimeoutMs),
      );
      if (found === null) return null;
      return {
        repository,
        number: found.reference,
        url: found.url,
        reportedUntilNs: incident.lastSeenNs,
        reportedCount: totalOf(incident),
        recurrenceComment: null,
        recurrenceAtMs: nowMs,
      };
    },
  };
}
