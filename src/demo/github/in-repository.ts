import { type Answer, type ApiRequest, type Operation, refused, type Surroundings, type User } from "./api.ts";

export type Permission = "issues" | "contents" | "pull_requests";

/** An operation in one repository, for whoever may see it and has the permission there; "metadata" has everybody who sees it. */
export function inRepository(
  permission: Permission | "metadata",
  need: "read" | "write",
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
    if (permission === "metadata") return then(request, around, repository.name, actor);
    const level = actor.levelOf(permission, repository);
    if (level === "none" || (need === "write" && level !== "write")) return withoutPermission(actor, permission, need);
    if (permission === "issues" && repository.hasIssues === false)
      return refused(410, "Issues has been disabled in this repository.");
    if (need === "write" && repository.isArchived === true) {
      return refused(403, "Repository was archived so is read-only.");
    }
    return then(request, around, repository.name, actor);
  };
}

function withoutPermission(actor: User, permission: Permission, need: "read" | "write"): Answer {
  if (actor.kind === "classic") return refused(404, "Not Found", { "x-accepted-oauth-scopes": "public_repo, repo" });
  const message = `Resource not accessible by ${actor.kind === "fine-grained" ? "personal access token" : "integration"}`;
  return refused(403, message, { "x-accepted-github-permissions": `${permission}=${need}` });
}
