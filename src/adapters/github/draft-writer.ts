import { createHash } from "node:crypto";
import { z } from "zod";
import type { Outgoing, WriteOutcome } from "../../domain/effect.ts";
import { lastLineOf } from "../../domain/marker.ts";
import { redact } from "../../domain/redact.ts";
import { type Asking, parse, perPage } from "./asking.ts";
import { type GitHubAnswer, wordsOf } from "./github-answer.ts";
import type { GitHubClient } from "./github-client.ts";
import { inRepository, isBy, ownerAndName, pageUrl } from "./own-things.ts";
import { refusalOf } from "./refusal.ts";

type Draft = Extract<Outgoing, { kind: "create-branch" | "commit" | "open-pull-request" }>;
type Found = { readonly reference: number | null; readonly url: string };
type Call = Promise<{ status: number; headers: GitHubAnswer["headers"]; data: unknown }>;

const commitId = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
const madeCommit = z.object({
  data: z.object({ createCommitOnBranch: z.object({ commit: z.object({ oid: commitId, url: pageUrl }) }) }),
});
const refusedCommit = z.object({
  errors: z.array(z.object({ type: z.string().optional(), message: z.string() })).min(1),
});
const ref = z.object({ object: z.object({ sha: commitId }) });
const commit = z.object({
  sha: commitId,
  message: z.string(),
  tree: z.object({ sha: commitId }),
  parents: z.array(z.object({ sha: commitId })),
});
const tree = z.object({ tree: z.array(z.object({ path: z.string(), mode: z.string(), sha: z.string() })) });
const pull = z.object({
  number: z.int(),
  html_url: pageUrl,
  draft: z.boolean().optional(),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullable(),
});

/** The one mutation that is ever asked for. */
const commitOnBranch =
  "mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid url } } }";
const wordsLengthMax = 300;

/** Makes a branch, a commit on it and a draft pull request of it; and finds each again. Branches of others are never touched. */
export interface DraftWriter {
  send(outgoing: Draft, authorization: string, signal: AbortSignal): Call;
  /** What became of it; asks again where the answer says that it is there already. @throws ListingFailedError when that could not be seen */
  outcomeOf(answer: GitHubAnswer, outgoing: Draft, signal: AbortSignal): Promise<WriteOutcome>;
  /** @throws ListingFailedError */
  find(outgoing: Draft, signal: AbortSignal): Promise<Found | null>;
}

export function createDraftWriter(
  { octokit }: GitHubClient,
  { asked, allPages, ownLogin }: Asking,
  { apiUrl, webUrl }: { readonly apiUrl: string; readonly webUrl: string },
): DraftWriter {
  const pageOf = (repository: string, rest: string): string => `${webUrl}/${repository}/${rest}`;

  async function headOf({ repository, branch }: Exclude<Draft, { kind: "open-pull-request" }>, signal: AbortSignal) {
    const what = `the branch ${branch} of ${repository}`;
    const answer = await asked(what, repository, [200, 404], (authorization) =>
      octokit.rest.git.getRef({
        ...inRepository(repository, authorization, signal),
        ref: `heads/${branch}`,
      }),
    );
    return answer.status === 404 ? null : parse(ref, answer.data, what).object.sha;
  }

  async function findCommit(outgoing: Extract<Draft, { kind: "commit" }>, signal: AbortSignal): Promise<Found | null> {
    const { repository, onto, body, headline, marker } = outgoing;
    const head = await headOf(outgoing, signal);
    if (head === null || head === onto) return null;
    const what = `the commit ${head.slice(0, 12)} of ${repository}`;
    const answer = await asked(what, repository, [200, 404], (authorization) =>
      octokit.rest.git.getCommit({
        ...inRepository(repository, authorization, signal),
        commit_sha: head,
      }),
    );
    if (answer.status === 404) return null;
    const found = parse(commit, answer.data, what);
    const isOurs =
      found.parents.length === 1 &&
      found.parents[0]?.sha === onto &&
      lastLineOf(found.message) === marker &&
      found.message.trim() === `${headline}\n\n${body}`.trim();
    if (!isOurs) return null;
    for (const { path, content } of outgoing.files) {
      const held = await blobAt(repository, found.tree.sha, path, signal);
      if (held !== (content === null ? null : blobSha(content, head))) return null;
    }
    return { reference: null, url: pageOf(repository, `commit/${head}`) };
  }

  /** The id of a file's content; null when there is no such file. */
  async function blobAt(repository: Draft["repository"], top: string, path: string, signal: AbortSignal) {
    let sha: string | null = top;
    for (const name of path.split("/")) {
      const what = `the files of ${repository}`;
      const answer = await asked(what, repository, [200, 404], (authorization) =>
        octokit.rest.git.getTree({
          ...inRepository(repository, authorization, signal),
          tree_sha: sha ?? "",
        }),
      );
      const entries = answer.status === 404 ? [] : parse(tree, answer.data, what).tree;
      sha = entries.find((entry) => entry.path === name)?.sha ?? null;
      if (sha === null) return null;
    }
    return sha;
  }

  async function findPull(
    { repository, headRepository, branch, marker }: Extract<Draft, { kind: "open-pull-request" }>,
    signal: AbortSignal,
  ): Promise<Found | null> {
    const what = `the pull requests of ${repository}`;
    const login = await ownLogin(signal);
    const found = await allPages(
      what,
      repository,
      (page, authorization) =>
        octokit.rest.pulls.list({
          ...inRepository(repository, authorization, signal),
          state: "all",
          head: `${ownerAndName(headRepository).owner}:${branch}`,
          sort: "created",
          direction: "asc",
          per_page: perPage,
          page,
        }),
      (item) => {
        const each = parse(pull, item, what);
        return isBy(login, each.user) && lastLineOf(each.body ?? "") === marker ? each : null;
      },
    );
    const [first] = found;
    return first === undefined ? null : { reference: first.number, url: first.html_url };
  }

  async function find(outgoing: Draft, signal: AbortSignal): Promise<Found | null> {
    if (outgoing.kind === "open-pull-request") return findPull(outgoing, signal);
    if (outgoing.kind === "commit") return findCommit(outgoing, signal);
    const head = await headOf(outgoing, signal);
    const { repository, branch, at } = outgoing;
    // Where it points to is where it was to point: nothing of anybody else is on it.
    return head === at ? { reference: null, url: pageOf(repository, `tree/${branch}`) } : null;
  }

  return {
    find,

    send(outgoing, authorization, signal) {
      const common = { headers: { authorization }, request: { signal } };
      switch (outgoing.kind) {
        case "create-branch":
          return octokit.rest.git.createRef({
            ...ownerAndName(outgoing.repository),
            ref: `refs/heads/${outgoing.branch}`,
            sha: outgoing.at,
            ...common,
          });
        case "commit":
          return octokit.request({
            method: "POST",
            url: graphqlUrl(apiUrl),
            query: commitOnBranch,
            variables: { input: commitInput(outgoing) },
            ...common,
          });
        case "open-pull-request": {
          const { repository, headRepository, branch, into, title, body } = outgoing;
          const head = `${ownerAndName(headRepository).owner}:${branch}`;
          return octokit.rest.pulls.create({
            ...ownerAndName(repository),
            title,
            body,
            head,
            base: into,
            draft: true,
            maintainer_can_modify: false,
            ...common,
          });
        }
      }
    },

    async outcomeOf(answer, outgoing, signal) {
      const { repository } = outgoing;
      if (answer.status >= 200 && answer.status < 300) return doneOf(answer, outgoing);
      if (answer.status === 422 && /already exists/i.test(wordsOf(answer))) {
        const found = await find(outgoing, signal);
        if (found !== null) return { kind: "done", ...found };
        const what = outgoing.kind === "open-pull-request" ? "A pull request of" : "A branch named";
        return refused(`${what} ${outgoing.branch} is in ${repository} and not ours, so it is left alone.`);
      }
      if (answer.status === 422 && /draft pull requests are not supported/i.test(wordsOf(answer))) {
        return refused(
          `${repository} does not support draft pull requests, and a ready one is never opened. The patch stays in the issue: lower the mode to patch.`,
        );
      }
      if (answer.status === 422 && /object does not exist/i.test(wordsOf(answer))) {
        return refused(
          `${repository} does not have the commit that the patch was made for. Push it, or sync the fork.`,
        );
      }
      const refusal = refusalOf(answer, { repository, number: null });
      if (refusal !== null) return { kind: "refused", because: refusal };
      return { kind: "unknown", because: redact(`GitHub answered ${answer.status}.`) };
    },
  };

  async function doneOf(answer: GitHubAnswer, outgoing: Draft): Promise<WriteOutcome> {
    const { repository, branch } = outgoing;
    const unclear = redact(`The answer (${answer.status}) does not say what was written.`);
    switch (outgoing.kind) {
      case "create-branch": {
        const made = ref.safeParse(answer.data);
        if (!made.success) return { kind: "unknown", because: unclear };
        return { kind: "done", reference: null, url: pageOf(repository, `tree/${branch}`) };
      }
      case "commit": {
        const made = madeCommit.safeParse(answer.data);
        if (made.success) {
          const { oid } = made.data.data.createCommitOnBranch.commit;
          return { kind: "done", reference: null, url: pageOf(repository, `commit/${oid}`) };
        }
        const errors = refusedCommit.safeParse(answer.data);
        return errors.success ? afterErrors(errors.data.errors) : { kind: "unknown", because: unclear };
      }
      case "open-pull-request": {
        const made = pull.safeParse(answer.data);
        if (!made.success) return { kind: "unknown", because: unclear };
        if (made.data.draft !== true) {
          return refused(`GitHub opened ${made.data.html_url} as ready although a draft was asked for: close it.`);
        }
        return { kind: "done", reference: made.data.number, url: made.data.html_url };
      }
    }

    /** A head that is not the expected one may be the commit itself, sent before: that is looked for. */
    async function afterErrors(errors: z.infer<typeof refusedCommit>["errors"]): Promise<WriteOutcome> {
      const words = errors
        .map(({ type, message }) => (type === undefined ? message : `${type}: ${message}`))
        .join("; ")
        .replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, " ")
        .slice(0, wordsLengthMax);
      if (/RATE_LIMIT|something went wrong|timed? ?out/i.test(words)) {
        return { kind: "unknown", because: redact(`GitHub said ${words}.`) };
      }
      if (outgoing.kind === "commit" && errors.some(({ type }) => type === "STALE_DATA")) {
        const found = await find(outgoing, AbortSignal.timeout(staleLookMs));
        if (found !== null) return { kind: "done", ...found };
        return refused(`The branch ${branch} of ${repository} was changed by somebody else, so it is left alone.`);
      }
      return refused(`GitHub refuses the commit on ${branch} of ${repository}: ${words}.`);
    }
  }
}

const staleLookMs = 20_000;

function commitInput({ repository, branch, onto, headline, body, files }: Extract<Draft, { kind: "commit" }>) {
  return {
    branch: { repositoryNameWithOwner: repository, branchName: branch },
    expectedHeadOid: onto,
    message: { headline, body },
    fileChanges: {
      additions: files.flatMap(({ path, content }) =>
        content === null ? [] : [{ path, contents: Buffer.from(content).toString("base64") }],
      ),
      deletions: files.flatMap(({ path, content }) => (content === null ? [{ path }] : [])),
    },
  };
}

/** GitHub's own API has it beside REST; a GitHub Enterprise server has `/api/v3` and `/api/graphql`. */
function graphqlUrl(apiUrl: string): string {
  return `${apiUrl.replace(/\/+$/, "").replace(/\/v3$/, "")}/graphql`;
}

function blobSha(content: Uint8Array, like: string): string {
  const algorithm = like.length === 64 ? "sha256" : "sha1";
  return createHash(algorithm).update(`blob ${content.length}\0`).update(content).digest("hex");
}

function refused(because: string): WriteOutcome {
  return { kind: "refused", because: redact(because) };
}
