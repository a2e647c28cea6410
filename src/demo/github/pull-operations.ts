import { type Addresses, instant, issueBody, repositoryBody, userBody } from "./answers.ts";
import { type Answer, type ApiRequest, type Operation, refused, type Surroundings } from "./api.ts";
import { inRepository } from "./in-repository.ts";
import { isListed, paged } from "./listing.ts";
import type { StoredCheckRun, StoredPull, StoredReview } from "./pull-requests.ts";
import { textProblem } from "./text-limits.ts";
import type { StoredIssue } from "./world.ts";

type Body = Readonly<Record<string, unknown>>;

/** Pull requests, what was said about them, and what checks found. */
export const pullOperations: Readonly<Record<string, Operation>> = {
  "pulls/list": inRepository("pull_requests", "read", ({ query, target }, around, repository) => {
    const state = query.get("state") ?? "open";
    const head = query.get("head");
    const listed = around.world.pulls.all(repository).flatMap((pull) => {
      const issue = around.world.issue(repository, pull.number);
      const isWanted =
        issue !== null &&
        isListed(issue, new URLSearchParams(), around) &&
        (state === "all" || issue.state === state) &&
        (head === null || head === labelOf(pull));
      return isWanted ? [{ pull, issue }] : [];
    });
    listed.sort((one, other) => one.pull.number - other.pull.number);
    if (query.get("direction") !== "asc") listed.reverse();
    return paged(listed, query, target, around, ({ pull, issue }) => pullBody(pull, issue, around));
  }),

  "pulls/create": inRepository("pull_requests", "write", ({ body }, around, repository, actor) => {
    const { world } = around;
    const [owner = "", branch = ""] = String(body["head"]).includes(":")
      ? String(body["head"]).split(":")
      : [repository.split("/")[0], String(body["head"])];
    const headRepository = headOf(owner, repository, around);
    const into = String(body["base"]);
    const invalid = (field: string): Answer =>
      refused(422, "Validation Failed", {}, [{ resource: "PullRequest", field, code: "invalid" }]);
    const said = (message: string): Answer =>
      refused(422, "Validation Failed", {}, [{ resource: "PullRequest", code: "custom", message }]);
    const head = headRepository === null ? null : world.code(headRepository).head(branch);
    if (headRepository === null || head === null) return invalid("head");
    const target = world.code(repository).head(into);
    if (target === null) return invalid("base");
    if (head === target) return said(`No commits between ${into} and ${branch}`);
    const problem = textProblem("Issue", body);
    if (problem !== null) return problem;
    const isOpen = ({ number }: StoredPull): boolean => world.issue(repository, number)?.state === "open";
    const known = world.pulls
      .all(repository)
      .find((pull) => pull.branch === branch && pull.headRepository === headRepository && pull.into === into);
    if (known !== undefined && isOpen(known)) return said(`A pull request already exists for ${owner}:${branch}.`);
    if (body["draft"] === true && world.repository(repository)?.hasDrafts === false) {
      return refused(422, "Draft pull requests are not supported in this repository.");
    }
    const issue = world.addIssue(repository, {
      author: actor.login,
      title: String(body["title"]),
      body: typeof body["body"] === "string" ? body["body"] : "",
      isPullRequest: true,
    });
    const { number } = issue;
    const isDraft = body["draft"] === true;
    const pull = world.pulls.add({ repository, number, headRepository, branch, into, isDraft });
    return { status: 201, body: pullBody(pull, issue, around) };
  }),

  "pulls/get": inRepository("pull_requests", "read", (request, around, repository) =>
    ofPull(request, around, repository, (pull, issue) => ({ status: 200, body: pullBody(pull, issue, around) })),
  ),

  "pulls/list-reviews": inRepository("pull_requests", "read", (request, around, repository) =>
    ofPull(request, around, repository, (pull) =>
      paged(pull.reviews, request.query, request.target, around, (review) =>
        reviewBody(pull, review, around.addresses),
      ),
    ),
  ),

  "pulls/list-review-comments": inRepository("pull_requests", "read", (request, around, repository) =>
    ofPull(request, around, repository, (pull) => {
      const comments = pull.reviews.flatMap((review) => review.comments.map((comment) => ({ review, comment })));
      return paged(comments, request.query, request.target, around, ({ review, comment }) =>
        reviewCommentBody(pull, review, comment, around),
      );
    }),
  ),

  "checks/list-for-ref": inRepository("contents", "read", ({ path }, { world, addresses, nowMs }) => {
    const sha = path["ref"] ?? "";
    const runs = world.pulls.checkRuns(sha);
    const body = {
      total_count: runs.length,
      check_runs: runs.map((run) => checkRunBody(run, sha, addresses, nowMs())),
    };
    return { status: 200, body };
  }),

  "repos/get-collaborator-permission-level": inRepository("metadata", "read", ({ path }, around, repository) => {
    const login = path["username"] ?? "";
    const permission = around.world.repository(repository)?.permissions?.[login] ?? "read";
    return { status: 200, body: { permission, role_name: permission, user: null } };
  }),

  "repos/list-forks": inRepository("metadata", "read", ({ query, target }, around, repository) => {
    const forks = around.world.forksOf(repository);
    return paged(forks, query, target, around, (fork) => repositoryBody(fork, 0, false, around.addresses));
  }),
};

function ofPull(
  { path }: ApiRequest,
  { world }: Surroundings,
  repository: string,
  then: (pull: StoredPull, issue: StoredIssue) => Answer,
): Answer {
  const number = Number(path["pull_number"]);
  const pull = world.pulls.one(repository, number);
  const issue = world.issue(repository, number);
  return pull === null || issue === null ? refused(404, "Not Found") : then(pull, issue);
}

/** The repository of that owner in the same network. */
function headOf(owner: string, repository: string, { world }: Surroundings): string | null {
  if (repository.split("/")[0]?.toLowerCase() === owner.toLowerCase()) return repository;
  const fork = world.forksOf(repository).find(({ name }) => name.split("/")[0]?.toLowerCase() === owner.toLowerCase());
  return fork?.name ?? null;
}

function labelOf({ headRepository, branch }: StoredPull): string {
  return `${headRepository.split("/")[0]}:${branch}`;
}

function pullBody(pull: StoredPull, issue: StoredIssue, around: Surroundings): Body {
  const { addresses, world } = around;
  const api = `${addresses.api}/repos/${pull.repository}`;
  const url = `${api}/pulls/${pull.number}`;
  const issueUrl = `${api}/issues/${pull.number}`;
  const html = `${addresses.web}/${pull.repository}/pull/${pull.number}`;
  const side = (repository: string, ref: string): Body => {
    const stored = world.repository(repository);
    const owner = repository.split("/")[0] ?? "";
    return {
      label: `${owner}:${ref}`,
      ref,
      sha: world.code(repository).head(ref) ?? "0".repeat(40),
      user: userBody(owner, addresses),
      repo: stored === null ? null : repositoryBody(stored, 0, false, addresses),
    };
  };
  const head = side(pull.headRepository, pull.branch);
  const links = {
    self: url,
    html,
    issue: issueUrl,
    comments: `${issueUrl}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${api}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${api}/statuses/${String(head["sha"])}`,
  };
  const { assignee, assignees, author_association, body, closed_at, created_at, labels, locked } = issueBody(
    issue,
    addresses,
  );
  return {
    ...{ assignee, assignees, author_association, body, closed_at, created_at, labels, locked },
    id: issue.id + 700_000,
    node_id: `PR_${issue.id}`,
    number: pull.number,
    state: issue.state,
    title: issue.title,
    user: userBody(issue.author, addresses),
    draft: pull.isDraft,
    merged: pull.isMerged,
    merged_at: pull.isMerged ? instant(issue.updatedAtMs) : null,
    merged_by: null,
    merge_commit_sha: null,
    milestone: null,
    auto_merge: null,
    updated_at: instant(issue.updatedAtMs),
    url,
    html_url: html,
    issue_url: issueUrl,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    comments_url: links.comments,
    commits_url: links.commits,
    statuses_url: links.statuses,
    review_comment_url: links.review_comment,
    review_comments_url: links.review_comments,
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    head,
    base: side(pull.repository, pull.into),
    additions: 1,
    deletions: 1,
    changed_files: 1,
    commits: 1,
    comments: issue.comments.length,
    review_comments: pull.reviews.flatMap(({ comments }) => comments).length,
    mergeable: null,
    mergeable_state: "unknown",
    maintainer_can_modify: false,
  };
}

function reviewBody(pull: StoredPull, review: StoredReview, addresses: Addresses): Body {
  const html = `${addresses.web}/${pull.repository}/pull/${pull.number}#pullrequestreview-${review.id}`;
  const url = `${addresses.api}/repos/${pull.repository}/pulls/${pull.number}`;
  return {
    id: review.id,
    node_id: `PRR_${review.id}`,
    user: userBody(review.author, addresses),
    body: review.body,
    state: review.state,
    commit_id: null,
    html_url: html,
    pull_request_url: url,
    _links: { html: { href: html }, pull_request: { href: url } },
    author_association: "COLLABORATOR",
    submitted_at: instant(review.atMs),
  };
}

function reviewCommentBody(
  pull: StoredPull,
  review: StoredReview,
  comment: StoredReview["comments"][number],
  { addresses, world }: Surroundings,
): Body {
  const url = `${addresses.api}/repos/${pull.repository}/pulls/comments/${comment.id}`;
  const html = `${addresses.web}/${pull.repository}/pull/${pull.number}#discussion_r${comment.id}`;
  const pullUrl = `${addresses.api}/repos/${pull.repository}/pulls/${pull.number}`;
  const commit = world.code(pull.headRepository).head(pull.branch) ?? "0".repeat(40);
  return {
    id: comment.id,
    node_id: `PRRC_${comment.id}`,
    pull_request_review_id: review.id,
    diff_hunk: "@@",
    path: comment.path,
    line: comment.line,
    commit_id: commit,
    original_commit_id: commit,
    user: userBody(review.author, addresses),
    body: comment.body,
    created_at: instant(review.atMs),
    updated_at: instant(review.atMs),
    url,
    html_url: html,
    pull_request_url: pullUrl,
    author_association: "COLLABORATOR",
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pullUrl } },
  };
}

function checkRunBody(run: StoredCheckRun, sha: string, addresses: Addresses, nowMs: number): Body {
  const url = `${addresses.api}/check-runs/${run.id}`;
  return {
    id: run.id,
    node_id: `CR_${run.id}`,
    head_sha: sha,
    external_id: null,
    url,
    html_url: null,
    details_url: null,
    status: run.conclusion === null ? "in_progress" : "completed",
    conclusion: run.conclusion,
    started_at: instant(nowMs),
    completed_at: run.conclusion === null ? null : instant(nowMs),
    output: {
      title: run.title,
      summary: null,
      text: null,
      annotations_count: 0,
      annotations_url: `${url}/annotations`,
    },
    name: run.name,
    check_suite: null,
    app: null,
    pull_requests: [],
  };
}
