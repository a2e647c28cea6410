import type { Access, Actor } from "./access.ts";
import {
  type Addresses,
  appBody,
  commentBody,
  instant,
  issueBody,
  ownUserBody,
  permissionsOf,
  repositoryBody,
} from "./answers.ts";
import type { StoredComment, StoredIssue, World } from "./world.ts";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that fits the description, from somebody who is known. */
export interface ApiRequest {
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly actor: Actor;
  /** Path and query as they came. */
  readonly target: string;
}

export interface Surroundings {
  readonly world: World;
  readonly access: Access;
  readonly addresses: Addresses;
  readonly nowMs: () => number;
  /** What is younger stands in no list yet. */
  readonly listingLagMs: () => number;
}

type Operation = (request: ApiRequest, around: Surroundings) => Answer;
type User = Exclude<Actor, { kind: "app" }>;

const bodyCharactersMax = 65_536;
const titleCharactersMax = 256;
const labelCharactersMax = 50;

/** What the stand-in can do, by the operation's name in the description. */
export const operations: Readonly<Record<string, Operation>> = {
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

  "repos/get": inRepository("read-metadata", (_request, around, repository, actor) => {
    const stored = around.world.repository(repository);
    if (stored === null) return refused(404, "Not Found");
    const openIssues = around.world.issues(repository).filter(({ state }) => state === "open").length;
    const mayPush = actor.kind === "classic" && actor.issuesOf(stored) === "write";
    return { status: 200, body: repositoryBody(stored, openIssues, mayPush, around.addresses) };
  }),

  "issues/list-for-repo": inRepository("read", ({ query, target }, around, repository) => {
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

  "issues/create": inRepository("write", ({ body }, around, repository, actor) => {
    const problem = tooLong("Issue", body);
    if (problem !== null) return problem;
    const issue = around.world.addIssue(repository, {
      author: actor.login,
      title: String(body["title"]),
      body: typeof body["body"] === "string" ? body["body"] : "",
      labels: labelNames(body["labels"]),
    });
    return { status: 201, body: issueBody(issue, around.addresses) };
  }),

  "issues/get": inRepository("read", (request, around, repository) =>
    ofIssue(request, around, repository, (issue) => ({ status: 200, body: issueBody(issue, around.addresses) })),
  ),

  "issues/update": inRepository("write", (request, around, repository) =>
    ofIssue(request, around, repository, (issue) => {
      const { title, body, state, state_reason: reason } = request.body;
      const problem = tooLong("Issue", { title: issue.title, ...request.body });
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

  "issues/list-comments": inRepository("read", (request, around, repository) =>
    ofIssue(request, around, repository, (issue) => {
      const listed = issue.comments.filter((comment) => isListed(comment, request.query, around));
      return paged(listed, request.query, request.target, around, (comment) =>
        commentBody(issue, comment, around.addresses),
      );
    }),
  ),

  "issues/create-comment": inRepository("write", (request, around, repository, actor) =>
    ofIssue(request, around, repository, (issue) => {
      const problem = tooLong("IssueComment", request.body);
      if (problem !== null) return problem;
      const comment = around.world.addComment(issue, actor.login, String(request.body["body"]));
      return { status: 201, body: commentBody(issue, comment, around.addresses) };
    }),
  ),

  "issues/get-comment": inRepository("read", (request, around, repository) =>
    ofComment(request, around, repository, (issue, comment) => ({
      status: 200,
      body: commentBody(issue, comment, around.addresses),
    })),
  ),

  "issues/update-comment": inRepository("write", (request, around, repository) =>
    ofComment(request, around, repository, (issue, comment) => {
      const problem = tooLong("IssueComment", request.body);
      if (problem !== null) return problem;
      const changed = around.world.updateComment(issue, comment.id, String(request.body["body"]));
      return changed === null
        ? refused(404, "Not Found")
        : { status: 200, body: commentBody(issue, changed, around.addresses) };
    }),
  ),
};

/** GitHub's form of an error. */
export function refused(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  errors?: readonly Readonly<Record<string, string>>[],
): Answer {
  const body = { message, documentation_url: "https://docs.github.com/rest", status: String(status) };
  return { status, body: errors === undefined ? body : { ...body, errors }, headers };
}

function inRepository(
  need: "read-metadata" | "read" | "write",
  then: (request: ApiRequest, around: Surroundings, repository: string, actor: User) => Answer,
): Operation {
  return (request, around) => {
    const name = `${request.path["owner"]}/${request.path["repo"]}`;
    const repository = around.world.repository(name);
    const { actor } = request;
    if (actor.kind === "app") return refused(401, "A JSON web token is good for the App itself only");
    // What cannot be seen and what is not there look the same.
    if (repository === null || !actor.canSee(repository)) return refused(404, "Not Found");
    if (repository.movedTo !== undefined) {
      const rest = request.target.split("/").slice(4).join("/");
      const location = `${around.addresses.api}/repositories/${repository.id}${rest === "" ? "" : `/${rest}`}`;
      return { ...refused(301, "Moved Permanently"), headers: { location } };
    }
    if (need === "read-metadata") return then(request, around, repository.name, actor);
    const level = actor.issuesOf(repository);
    if (level === "none" || (need === "write" && level !== "write")) return withoutPermission(actor, need);
    if (repository.hasIssues === false) return refused(410, "Issues has been disabled in this repository.");
    if (need === "write" && repository.isArchived === true) {
      return refused(403, "Repository was archived so is read-only.");
    }
    return then(request, around, repository.name, actor);
  };
}

function withoutPermission(actor: User, need: "read" | "write"): Answer {
  if (actor.kind === "classic") return refused(404, "Not Found", { "x-accepted-oauth-scopes": "public_repo, repo" });
  const message = `Resource not accessible by ${actor.kind === "fine-grained" ? "personal access token" : "integration"}`;
  return refused(403, message, { "x-accepted-github-permissions": `issues=${need}` });
}

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

function isListed(
  item: { readonly createdAtMs: number; readonly updatedAtMs: number },
  query: URLSearchParams,
  { nowMs, listingLagMs }: Surroundings,
): boolean {
  if (nowMs() - item.createdAtMs < listingLagMs()) return false;
  const since = query.get("since");
  return since === null || Math.floor(item.updatedAtMs / 1000) * 1000 >= Date.parse(since);
}

function paged<T>(
  items: readonly T[],
  query: URLSearchParams,
  target: string,
  { addresses }: Surroundings,
  bodyOf: (item: T) => unknown,
): Answer {
  const perPage = Math.min(100, Math.max(1, Number(query.get("per_page") ?? 30)));
  const page = Math.max(1, Number(query.get("page") ?? 1));
  const pages = Math.max(1, Math.ceil(items.length / perPage));
  const address = (to: number, rel: string): string => {
    const url = new URL(target, addresses.api);
    url.searchParams.set("page", String(to));
    return `<${url}>; rel="${rel}"`;
  };
  const links = page < pages ? [address(page + 1, "next"), address(pages, "last")] : [];
  return {
    status: 200,
    body: items.slice((page - 1) * perPage, page * perPage).map(bodyOf),
    headers: links.length > 0 ? { link: links.join(", ") } : {},
  };
}

function tooLong(resource: string, fields: Readonly<Record<string, unknown>>): Answer | null {
  const invalid = (field: string, message: string): Answer =>
    refused(422, "Validation Failed", {}, [{ resource, code: "custom", field, message }]);
  const { title, body, labels } = fields;
  if (resource === "Issue" && String(title).trim() === "") return invalid("title", "title can't be blank");
  if (resource === "IssueComment" && String(body).trim() === "") return invalid("body", "body can't be blank");
  if (resource === "Issue" && [...String(title)].length > titleCharactersMax) {
    return invalid("title", `title is too long (maximum is ${titleCharactersMax} characters)`);
  }
  if (typeof body === "string" && [...body].length > bodyCharactersMax) {
    return invalid("body", `body is too long (maximum is ${bodyCharactersMax} characters)`);
  }
  if (labelNames(labels).some((name) => name.length > labelCharactersMax || name.trim() === "")) {
    return invalid("labels", `a label's name has 1 to ${labelCharactersMax} characters`);
  }
  return null;
}

function labelNames(labels: unknown): readonly string[] {
  if (!Array.isArray(labels)) return [];
  return labels.map((label: unknown) =>
    typeof label === "object" && label !== null && "name" in label ? String(label.name) : String(label),
  );
}
