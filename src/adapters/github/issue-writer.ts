import { z } from "zod";
import type { Clock } from "../../domain/clock.ts";
import {
  changesCode,
  type FoundIssue,
  type IssueFinder,
  type IssueWriter,
  ListingFailedError,
  type Outgoing,
  type WriteOutcome,
} from "../../domain/effect.ts";
import { parseMarker } from "../../domain/marker.ts";
import { redact } from "../../domain/redact.ts";
import type { RemoteRepository } from "../../domain/remote-repository.ts";
import { createAsking } from "./asking.ts";
import { createDraftWriter } from "./draft-writer.ts";
import { ask, type GitHubAnswer } from "./github-answer.ts";
import { createGitHubClient, type GitHubClient, type GitHubConnection } from "./github-client.ts";
import { createOwnThings, ownerAndName, pageUrl } from "./own-things.ts";
import { limitOf } from "./rate-limit.ts";
import { appRefusalOf, refusalOf } from "./refusal.ts";
import { createRemoteRepository } from "./remote-repository.ts";

const writtenIssue = z.object({ number: z.int(), html_url: pageUrl });
const writtenComment = z.object({ id: z.int(), html_url: pageUrl });
const tokenWaitMs = 60_000;

/** All that is asked of GitHub and written there. */
export interface GitHub extends IssueWriter, IssueFinder {
  readonly remote: RemoteRepository;
}

/**
 * The one place that writes to GitHub: opens issues, comments, edits our comments, and makes drafts. It sends each request once; what is unclear is said to be unclear.
 * @throws GitHubAddressError when the address cannot be used
 * @see GitHub REST API, POST /repos/{owner}/{repo}/issues
 */
export async function createIssueWriter(
  connection: GitHubConnection & { readonly clock: Pick<Clock, "nowMs">; readonly webUrl?: string },
): Promise<GitHub> {
  const client = await createGitHubClient(connection);
  const nowMs = (): number => connection.clock.nowMs();
  const asking = createAsking(client, nowMs);
  const own = createOwnThings(client, asking);
  const { apiUrl, webUrl = apiUrl } = connection;
  const drafts = createDraftWriter(client, asking, { apiUrl, webUrl });
  let limitsInARow = 0;

  /** The same bytes can be sent with the next token, so what was to be said is not given up. */
  function withoutToken(answer: GitHubAnswer, repository: string): WriteOutcome {
    const because = refusalOf(answer, { repository, number: null }) ?? redact("GitHub does not accept the token.");
    return { kind: "wait", untilMs: nowMs() + tokenWaitMs, because };
  }

  return {
    remote: createRemoteRepository(client, asking),

    async write(outgoing, signal) {
      const authorization = await authorize(client, nowMs);
      if (authorization.kind !== "token") return authorization;
      const { header } = authorization;
      const answer = await ask(() =>
        changesCode(outgoing) ? drafts.send(outgoing, header, signal) : send(client, outgoing, header, signal),
      );
      if (answer.kind === "no-answer") return { kind: "unknown", because: redact(`${answer.because}.`) };
      const limit = limitOf(answer, nowMs(), limitsInARow);
      limitsInARow = limit === null ? 0 : limitsInARow + 1;
      if (answer.status === 401) return withoutToken(answer, outgoing.repository);
      if (limit !== null) return { kind: "wait", ...limit };
      if (!changesCode(outgoing)) return outcomeOf(answer, outgoing);
      return drafts.outcomeOf(answer, outgoing, signal).catch((error: unknown) => {
        // What is there could not be seen just now: it is looked for again.
        if (!(error instanceof ListingFailedError)) throw error;
        return { kind: "unknown", because: redact(error.message) } as const;
      });
    },

    async find(outgoing, sinceMs, signal) {
      if (changesCode(outgoing)) return drafts.find(outgoing, signal);
      switch (outgoing.kind) {
        case "open-issue": {
          const issues = await own.issues(outgoing.repository, sinceMs, signal);
          return issues.find(({ lastLine }) => lastLine === outgoing.marker) ?? null;
        }
        case "comment": {
          const comments = await own.comments(outgoing.repository, outgoing.number, sinceMs, signal);
          return comments.find(({ lastLine }) => lastLine === outgoing.marker) ?? null;
        }
        case "edit-comment": {
          const comment = await own.comment(outgoing.repository, outgoing.comment, signal);
          return comment !== null && comment.body === outgoing.body ? comment : null;
        }
        default:
          return null;
      }
    },

    async findIssueOf(repository, incident, sinceMs, signal) {
      const fingerprints = new Set(incident.fingerprints);
      const found: FoundIssue[] = [];
      for (const { reference, url, isOpen, lastLine } of await own.issues(repository, sinceMs, signal)) {
        const marker = parseMarker(lastLine);
        if (marker === null) continue;
        const isSame = marker.incident === incident.id || marker.fingerprints.some((each) => fingerprints.has(each));
        if (isSame) found.push({ repository, reference, url, isOpen, marker });
      }
      return found.findLast(({ isOpen }) => isOpen) ?? found.at(-1) ?? null;
    },
  };
}

/** For an App the token is fetched before the write is begun, so that a failure there is known to have written nothing. */
async function authorize(
  client: GitHubClient,
  nowMs: () => number,
): Promise<{ kind: "token"; header: string } | Extract<WriteOutcome, { kind: "refused" | "wait" }>> {
  let header = "";
  const answer = await ask(async () => {
    header = await client.authorization();
    return { status: 200, headers: {}, data: null };
  });
  if (answer.kind === "answer" && answer.status === 200) return { kind: "token", header };
  if (answer.kind === "answer") {
    const limit = limitOf(answer, nowMs(), 0);
    if (limit !== null) return { kind: "wait", ...limit };
    if (answer.status >= 400 && answer.status < 500) return { kind: "refused", because: appRefusalOf(answer) };
  }
  const why = answer.kind === "answer" ? `it answered ${answer.status}` : answer.because;
  const because = redact(`GitHub gave the App no token, so nothing was written: ${why}.`);
  return { kind: "wait", untilMs: nowMs() + tokenWaitMs, because };
}

async function send(
  { octokit }: GitHubClient,
  outgoing: Outgoing,
  authorization: string,
  signal: AbortSignal,
): ReturnType<Parameters<typeof ask>[0]> {
  const common = { headers: { authorization }, request: { signal } };
  switch (outgoing.kind) {
    case "open-issue": {
      const { title, body, labels } = outgoing;
      return octokit.rest.issues.create({
        ...ownerAndName(outgoing.repository),
        title,
        body,
        labels: [...labels],
        ...common,
      });
    }
    case "comment":
      return octokit.rest.issues.createComment({
        ...ownerAndName(outgoing.repository),
        issue_number: outgoing.number,
        body: outgoing.body,
        ...common,
      });
    case "edit-comment":
      return octokit.rest.issues.updateComment({
        ...ownerAndName(outgoing.repository),
        comment_id: outgoing.comment,
        body: outgoing.body,
        ...common,
      });
    default:
      throw new Error(`${outgoing.kind} is not for GitHub.`);
  }
}

function outcomeOf(answer: GitHubAnswer, outgoing: Outgoing): WriteOutcome {
  if (answer.status >= 200 && answer.status < 300) {
    if (outgoing.kind === "open-issue") {
      const issue = writtenIssue.safeParse(answer.data);
      if (issue.success) return { kind: "done", reference: issue.data.number, url: issue.data.html_url };
    } else {
      const comment = writtenComment.safeParse(answer.data);
      if (comment.success) return { kind: "done", reference: comment.data.id, url: comment.data.html_url };
    }
    return { kind: "unknown", because: redact(`The answer (${answer.status}) does not say what was written.`) };
  }
  const number = "number" in outgoing ? outgoing.number : null;
  const refusal = refusalOf(answer, { repository: "repository" in outgoing ? outgoing.repository : "GitHub", number });
  if (refusal !== null) return { kind: "refused", because: refusal };
  return { kind: "unknown", because: redact(`GitHub answered ${answer.status}.`) };
}
