import { z } from "zod";
import { ListingFailedError } from "../../domain/effect.ts";
import type { CommitId, RepositoryName } from "../../domain/names.ts";
import { redact } from "../../domain/redact.ts";
import type { RemoteFile, RemotePullRequest, RemoteRepository, RemoteReview } from "../../domain/remote-repository.ts";
import { type Asking, parse, perPage } from "./asking.ts";
import type { GitHubClient } from "./github-client.ts";
import { inRepository, isBy } from "./own-things.ts";

const commitId = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
const branchName = z.string().min(1).max(250);
const repositoryAnswer = z.object({ default_branch: branchName });
const refAnswer = z.object({ object: z.object({ type: z.literal("commit"), sha: commitId }) });
const treeAnswer = z.object({
  truncated: z.boolean(),
  tree: z.array(z.object({ path: z.string(), mode: z.string(), type: z.string(), sha: z.string() })),
});
const blobAnswer = z.object({ content: z.string(), encoding: z.literal("base64") });
const fork = z.object({
  full_name: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  owner: z.object({ login: z.string() }),
});
const user = z.object({ login: z.string() }).nullable();
const pullAnswer = z.object({
  state: z.enum(["open", "closed"]),
  merged: z.boolean(),
  head: z.object({ sha: commitId }),
  base: z.object({ ref: branchName }),
});
const issueAnswer = z.object({ state: z.string() });
const review = z.object({ id: z.int(), user, body: z.string().nullish(), state: z.string() });
const reviewComment = z.object({
  pull_request_review_id: z.int().nullish(),
  path: z.string(),
  line: z.int().nullish(),
  body: z.string(),
});
const issueComment = z.object({ user, body: z.string().nullish() });
const permission = z.object({ permission: z.string() });
const checkRuns = z.object({
  check_runs: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      conclusion: z.string().nullable(),
      output: z.object({ title: z.string().nullable() }).nullish(),
    }),
  ),
});

const wordsLengthMax = 4_000;
const commentsAskedMax = 10;
const fileBytesMax = 1024 * 1024;
const writing = new Set(["admin", "maintain", "write"]);
const failed = new Set(["failure", "timed_out"]);

/** Reads repositories as GitHub has them now. It writes nothing. */
export function createRemoteRepository(
  { octokit }: GitHubClient,
  { asked, allPages, ownLogin }: Asking,
): RemoteRepository {
  async function branchHead(repository: RepositoryName, branch: string, signal: AbortSignal): Promise<CommitId> {
    const what = `the branch ${branch} of ${repository}`;
    const answer = await asked(what, repository, [200], (authorization) =>
      octokit.rest.git.getRef({
        ...inRepository(repository, authorization, signal),
        ref: `heads/${branch}`,
      }),
    );
    return parse(refAnswer, answer.data, what).object.sha;
  }

  /** Folder by folder, because a list of a whole large repository is cut off. */
  async function entryOf(repository: RepositoryName, commit: CommitId, path: string, signal: AbortSignal) {
    let tree: string = commit;
    const steps = path.split("/");
    for (const [index, name] of steps.entries()) {
      const what = `the files of ${repository} at ${commit.slice(0, 12)}`;
      const answer = await asked(what, repository, [200, 404], (authorization) =>
        octokit.rest.git.getTree({
          ...inRepository(repository, authorization, signal),
          tree_sha: tree,
        }),
      );
      if (answer.status === 404) {
        if (index > 0) return null;
        throw new ListingFailedError(redact(`GitHub has no commit ${commit.slice(0, 12)} in ${repository}.`), null);
      }
      const { truncated, tree: entries } = parse(treeAnswer, answer.data, what);
      const entry = entries.find((each) => each.path === name) ?? null;
      if (entry === null && truncated) throw new ListingFailedError(redact(`GitHub cut off ${what}.`), null);
      if (entry === null || index === steps.length - 1) return entry;
      if (entry.type !== "tree") return null;
      tree = entry.sha;
    }
    return null;
  }

  async function reviewsOf(
    { repository, number, heardReview, reviewBots }: Parameters<RemoteRepository["pullRequest"]>[0],
    signal: AbortSignal,
  ): Promise<readonly RemoteReview[]> {
    const what = `the reviews of ${repository}#${number}`;
    const login = await ownLogin(signal);
    const given = await allPages(
      what,
      repository,
      (page, authorization) =>
        octokit.rest.pulls.listReviews({
          ...inRepository(repository, authorization, signal),
          pull_number: number,
          per_page: perPage,
          page,
        }),
      (item) => {
        const each = parse(review, item, what);
        return each.id > heardReview && each.state !== "PENDING" && !isBy(login, each.user) ? each : null;
      },
    );
    if (given.length === 0) return [];
    const comments = await allPages(
      what,
      repository,
      (page, authorization) =>
        octokit.rest.pulls.listReviewComments({
          ...inRepository(repository, authorization, signal),
          pull_number: number,
          per_page: perPage,
          page,
        }),
      (item) => parse(reviewComment, item, what),
    );
    const reviews: RemoteReview[] = [];
    for (const { id, user: author, body, state } of given.toSorted((one, other) => one.id - other.id)) {
      const name = author?.login ?? "";
      const onLines = comments.filter((comment) => comment.pull_request_review_id === id);
      const isBot = reviewBots.some((bot) => [bot, `${bot}[bot]`].some((each) => isBy(each, author)));
      const counts = isBot || (name !== "" && (await mayWrite(repository, name, signal)));
      const asks = state === "CHANGES_REQUESTED" || (isBot && state === "COMMENTED" && onLines.length > 0);
      const said = [
        ...(body === null || body === undefined || body.trim() === "" ? [] : [body]),
        ...onLines.map((comment) => `${comment.path}:${comment.line ?? "?"} ${comment.body}`),
      ];
      const words = redact(said.join("\n").slice(0, wordsLengthMax));
      reviews.push({ id, author: name, counts, asksForChange: counts && asks, words });
    }
    return reviews;
  }

  async function lastComment(repository: RepositoryName, number: number, signal: AbortSignal) {
    const what = `the comments of ${repository}#${number}`;
    const login = await ownLogin(signal);
    const comments = await allPages(
      what,
      repository,
      (page, authorization) =>
        octokit.rest.issues.listComments({
          ...inRepository(repository, authorization, signal),
          issue_number: number,
          per_page: perPage,
          page,
        }),
      (item) => {
        const each = parse(issueComment, item, what);
        return isBy(login, each.user) ? null : each;
      },
    );
    for (const { user: author, body } of comments.toReversed().slice(0, commentsAskedMax)) {
      if (author === null || (body ?? "").trim() === "") continue;
      if (await mayWrite(repository, author.login, signal)) return redact((body ?? "").slice(0, wordsLengthMax));
    }
    return null;
  }

  async function mayWrite(repository: RepositoryName, username: string, signal: AbortSignal): Promise<boolean> {
    const what = `what ${username} may do in ${repository}`;
    const answer = await asked(what, repository, [200, 404], (authorization) =>
      octokit.rest.repos.getCollaboratorPermissionLevel({
        ...inRepository(repository, authorization, signal),
        username,
      }),
    );
    return answer.status === 200 && writing.has(parse(permission, answer.data, what).permission);
  }

  async function checksOf(repository: RepositoryName, commit: CommitId, signal: AbortSignal) {
    const what = `the checks of ${commit.slice(0, 12)} in ${repository}`;
    // Without the right to read checks nothing is known of them, and nothing is said.
    const answer = await asked(what, repository, [200, 403, 404], (authorization) =>
      octokit.rest.checks.listForRef({
        ...inRepository(repository, authorization, signal),
        ref: commit,
        per_page: perPage,
      }),
    );
    return answer.status === 200 ? parse(checkRuns, answer.data, what).check_runs : [];
  }

  async function failingOf(repository: RepositoryName, head: CommitId, base: CommitId, signal: AbortSignal) {
    const runs = await checksOf(repository, head, signal);
    if (runs.some(({ status }) => status !== "completed")) return null;
    const failing = runs.filter(({ conclusion }) => failed.has(conclusion ?? ""));
    if (failing.length === 0) return [];
    const before = new Set(
      (await checksOf(repository, base, signal))
        .filter(({ conclusion }) => failed.has(conclusion ?? ""))
        .map(({ name }) => name),
    );
    return failing
      .filter(({ name }) => !before.has(name))
      .map(({ name, output }) => ({
        name: redact(name.slice(0, 200)),
        title: output?.title == null ? null : redact(output.title.slice(0, 500)),
      }));
  }

  return {
    async head(repository, signal) {
      const what = `the repository ${repository}`;
      const answer = await asked(what, repository, [200], (authorization) =>
        octokit.rest.repos.get({ ...inRepository(repository, authorization, signal) }),
      );
      const branch = parse(repositoryAnswer, answer.data, what).default_branch;
      return { branch, commit: await branchHead(repository, branch, signal) };
    },

    async file(repository, commit, path, signal): Promise<RemoteFile | null> {
      const entry = await entryOf(repository, commit, path, signal);
      if (entry === null) return null;
      if (entry.type !== "blob") return { mode: entry.mode, content: new Uint8Array() };
      const what = `a file of ${repository}`;
      const answer = await asked(what, repository, [200], (authorization) =>
        octokit.rest.git.getBlob({
          ...inRepository(repository, authorization, signal),
          file_sha: entry.sha,
        }),
      );
      const content = Buffer.from(parse(blobAnswer, answer.data, what).content, "base64");
      if (content.length > fileBytesMax) throw new ListingFailedError(redact(`${what} is too large to compare.`), null);
      return { mode: entry.mode, content: new Uint8Array(content) };
    },

    async isIssueOpen(repository, number, signal) {
      const what = `the issue ${number} of ${repository}`;
      // Moved, deleted, or never there: nobody reads it here any more.
      const answer = await asked(what, repository, [200, 301, 404, 410], (authorization) =>
        octokit.rest.issues.get({
          ...inRepository(repository, authorization, signal),
          issue_number: number,
        }),
      );
      return answer.status === 200 && parse(issueAnswer, answer.data, what).state === "open";
    },

    async ownFork(repository, signal) {
      const login = await ownLogin(signal);
      const what = `the forks of ${repository}`;
      const [own] = await allPages(
        what,
        repository,
        (page, authorization) =>
          octokit.rest.repos.listForks({
            ...inRepository(repository, authorization, signal),
            per_page: perPage,
            page,
          }),
        (item) => {
          const each = parse(fork, item, what);
          return isBy(login, each.owner) ? each : null;
        },
      );
      return own === undefined ? null : (own.full_name as RepositoryName);
    },

    async pullRequest(wanted, signal): Promise<RemotePullRequest> {
      const { repository, number, base } = wanted;
      const what = `the pull request ${repository}#${number}`;
      const answer = await asked(what, repository, [200], (authorization) =>
        octokit.rest.pulls.get({
          ...inRepository(repository, authorization, signal),
          pull_number: number,
        }),
      );
      const pull = parse(pullAnswer, answer.data, what);
      const head = pull.head.sha;
      const isOpen = pull.state === "open";
      return {
        isOpen,
        isMerged: pull.merged,
        head,
        intoHead: isOpen ? await branchHead(repository, pull.base.ref, signal) : base,
        reviews: await reviewsOf(wanted, signal),
        closingWords: isOpen || pull.merged ? null : await lastComment(repository, number, signal),
        failing: isOpen ? await failingOf(repository, head, base, signal) : [],
      };
    },
  };
}
