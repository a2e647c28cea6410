import { appBody, commentBody, instant, issueBody, ownUserBody, permissionsOf, repositoryBody } from "./answers.ts";
import { type Answer, type ApiRequest, type Operation, refused, type Surroundings } from "./api.ts";
import { codeOperations } from "./code-operations.ts";
import { inRepository } from "./in-repository.ts";
import { isListed, paged } from "./listing.ts";
import { pullOperations } from "./pull-operations.ts";
import { labelNames, textProblem } from "./text-limits.ts";
import type { StoredComment, StoredIssue } from "./world.ts";

/** What the stand-in can do, by the operation's name in the description. */
export const operations: Readonly<Record<string, Operation>> = {
  ...codeOperations,
  ...pullOperations,

  "users/get-authenticated": ({ actor }, { addresses }) => {
    if (actor.kind === "app") return refused(401, "A JSON web token is not a user");
    if (actor.kind === "installation") return refused(403, "Resource not accessible by integration");
    return { status: 200, body: ownUserBody(actor.login, addresses) };
  },

  "apps/get-authenticated": ({ actor }, { addresses }) =>
    actor.kind === "app"
      ? { status: 200, body: appBody(actor.app, addresses) }
      : refused(401, "A JSON web token could not be decoded"),

  "apps/create-installation-access-token": ({ actor, path }, { access, nowMs }) => {
    if (actor.kind !== "app") return refused(401, "A JSON web token could not be decoded");
    const token = Number(path["installation_id"]) === actor.app.installationId ? access.installationToken() : null;
    if (token === null) return refused(404, "Not Found");
    const expires = instant(nowMs() + 3_600_000);
    return {
      status: 201,
      body: {
        token,
        expires_at: expires,
        permissions: permissionsOf(actor.app),
        repository_selection: actor.app.repositories === null ? "all" : "selected",
      },
    };
  },

  "repos/get": inRepository("metadata", "read", (_request, around, repository, actor) => {
    const stored = around.world.repository(repository);
    if (stored === null) return refused(404, "Not Found");
    const openIssues = around.world.issues(repository).filter(({ state }) => state === "open").length;
    const mayPush = actor.kind === "classic" && actor.levelOf("issues", stored) === "write";
    return { status: 200, body: repositoryBody(stored, openIssues, mayPush, around.addresses) };
  }),

  "issues/list-for-repo": inRepository("issues", "read", ({ query, target }, around, repository) => {
    const state = query.get("state") ?? "open";
    const creator = query.get("creator")?.toLowerCase() ?? null;
    const listed = around.world
      .issues(repository)
      .filter((issue) => isListed(issue, query, around))
      .filter((issue) => state === "all" || issue.state === state)
      .filter((issue) => creator === null || issue.author.toLowerCase() === creator)
      .filter((issue) => (query.get("labels") ?? "").split(",").every((name) => !name || issue.labels.includes(name)));
    const key = query.get("sort") === "updated" ? "updatedAtMs" : "createdAtMs";
    listed.sort((a, b) => a[key] - b[key] || a.number - b.number);
    if (query.get("direction") !== "asc") listed.reverse();
    return paged(listed, query, target, around, (issue) => issueBody(issue, around.addresses));
  }),

  "issues/create": inRepository("issues", "write", ({ body }, around, repository, actor) => {
    const problem = textProblem("Issue", body);
    if (problem !== null) return problem;
    const issue = around.world.addIssue(repository, {
      author: actor.login,
      title: String(body["title"]),
      body: typeof body["body"] === "string" ? body["body"] : "",
      labels: labelNames(body["labels"]),
    });
    return { status: 201, body: issueBody(issue, around.addresses) };
  }),

  "issues/get": inRepository("issues", "read", (request, around, repository) =>
    ofIssue(request, around, repository, (issue) => ({ status: 200, body: issueBody(issue, around.addresses) })),
  ),

  "issues/update": inRepository("issues", "write", (request, around, repository) =>
    ofIssue(request, around, repository, (issue) => {
      const { title, body, state, state_reason: reason } = request.body;
      const problem = textProblem("Issue", { title: issue.title, ...request.body });
      if (problem !== null) return problem;
      const changed = around.world.updateIssue(issue, {
        ...(typeof title === "string" ? { title } : {}),
        ...(typeof body === "string" ? { body } : {}),
        ...(state === "open" || state === "closed" ? { state } : {}),
        ...(reason === "completed" || reason === "not_planned" || reason === "reopened" ? { stateReason: reason } : {}),
        ...("labels" in request.body ? { labels: labelNames(request.body["labels"]) } : {}),
      });
      return { status: 200, body: issueBody(changed, around.addresses) };
    }),
  ),

  "issues/list-comments": inRepository("issues", "read", (request, around, repository) =>
    ofIssue(request, around, repository, (issue) => {
      const listed = issue.comments.filter((comment) => isListed(comment, request.query, around));
      return paged(listed, request.query, request.target, around, (comment) =>
        commentBody(issue, comment, around.addresses),
      );
    }),
  ),

  "issues/create-comment": inRepository("issues", "write", (request, around, repository, actor) =>
    ofIssue(request, around, repository, (issue) => {
      const problem = textProblem("IssueComment", request.body);
      if (problem !== null) return problem;
      const comment = around.world.addComment(issue, actor.login, String(request.body["body"]));
      return { status: 201, body: commentBody(issue, comment, around.addresses) };
    }),
  ),

  "issues/get-comment": inRepository("issues", "read", (request, around, repository) =>
    ofComment(request, around, repository, (issue, comment) => ({
      status: 200,
      body: commentBody(issue, comment, around.addresses),
    })),
  ),

  "issues/update-comment": inRepository("issues", "write", (request, around, repository) =>
    ofComment(request, around, repository, (issue, comment) => {
      const problem = textProblem("IssueComment", request.body);
      if (problem !== null) return problem;
      const changed = around.world.updateComment(issue, comment.id, String(request.body["body"]));
      return changed === null
        ? refused(404, "Not Found")
        : { status: 200, body: commentBody(issue, changed, around.addresses) };
    }),
  ),
};

function ofIssue(
  { path }: ApiRequest,
  { world }: Surroundings,
  repository: string,
  then: (issue: StoredIssue) => Answer,
): Answer {
  const issue = world.issue(repository, Number(path["issue_number"]));
  return issue === null ? refused(404, "Not Found") : then(issue);
}

function ofComment(
  { path }: ApiRequest,
  { world }: Surroundings,
  repository: string,
  then: (issue: StoredIssue, comment: StoredComment) => Answer,
): Answer {
  const id = Number(path["comment_id"]);
  const issue = world.issueOfComment(repository, id);
  const comment = issue?.comments.find((held) => held.id === id);
  return issue === null || comment === undefined ? refused(404, "Not Found") : then(issue, comment);
}
