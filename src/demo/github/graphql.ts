import { Ajv } from "ajv";
import type { Actor } from "./access.ts";
import type { Answer, Surroundings } from "./api.ts";
import inputs from "./graphql-inputs.json" with { type: "json" };

/** What one GraphQL request was answered, and where it does not fit GitHub's published schema. */
interface GraphqlAnswer {
  readonly answer: Answer;
  readonly violations: readonly string[];
}

interface CommitInput {
  readonly branch: { readonly repositoryNameWithOwner: string; readonly branchName: string };
  readonly message: { readonly headline: string; readonly body?: string };
  readonly expectedHeadOid: string;
  readonly fileChanges: {
    readonly additions?: readonly { readonly path: string; readonly contents: string }[];
    readonly deletions?: readonly { readonly path: string }[];
  };
}

const fits = new Ajv({ strict: false, logger: false }).compile<CommitInput>(inputs);
/** The one document that may be sent: whatever else GraphQL can do is refused, merging and approving among it. */
const only =
  /^\s*mutation\s*\(\s*\$input\s*:\s*CreateCommitOnBranchInput\s*!\s*\)\s*\{\s*createCommitOnBranch\s*\(\s*input\s*:\s*\$input\s*\)\s*\{\s*commit\s*\{\s*(?:oid|url|\s)+\}\s*\}\s*\}\s*$/;

export function isGraphql(method: string, pathname: string): boolean {
  return method === "POST" && pathname === "/graphql";
}

/** `createCommitOnBranch`, held to the shape of its published input; nothing else. */
export function answerGraphql(body: unknown, actor: Actor | null, around: Surroundings): GraphqlAnswer {
  const { query, variables } = body as { query?: unknown; variables?: { input?: unknown } };
  if (actor === null) {
    return { answer: { status: 401, body: { message: "Bad credentials" } }, violations: [] };
  }
  if (typeof query !== "string" || !only.test(query)) {
    const said = `POST /graphql: only createCommitOnBranch may be asked for, not ${String(query).slice(0, 200)}`;
    return { answer: failed("UNPROCESSABLE", said), violations: [said] };
  }
  const input: unknown = variables?.input;
  if (!fits(input)) {
    const [error] = fits.errors ?? [];
    const said = `POST /graphql: the input ${error?.instancePath ?? ""} ${error?.message ?? "does not fit"}`;
    return { answer: failed("INVALID", said), violations: [said] };
  }
  return { answer: commit(input, actor, around), violations: [] };
}

function commit(input: CommitInput, actor: Actor, { world, addresses }: Surroundings): Answer {
  const { branch, message, expectedHeadOid, fileChanges } = input;
  const repository = world.repository(branch.repositoryNameWithOwner);
  if (actor.kind === "app" || repository === null || !actor.canSee(repository)) {
    return failed("NOT_FOUND", `Could not resolve to a Repository with the name '${branch.repositoryNameWithOwner}'.`);
  }
  if (actor.levelOf("contents", repository) !== "write") {
    return failed("FORBIDDEN", "Resource not accessible by personal access token");
  }
  if (repository.isArchived === true) return failed("FORBIDDEN", "Repository was archived so is read-only.");
  const code = world.code(repository.name);
  const name = branch.branchName.replace(/^refs\/heads\//, "");
  const head = code.head(name);
  if (head === null) return failed("NOT_FOUND", `No commit exists on the branch ${name}`);
  if (repository.protectedBranches?.some((pattern) => pattern.test(name)) === true) {
    return failed("BRANCH_PROTECTION_RULE_VIOLATION", "Changes must be made through a pull request.");
  }
  if (head !== expectedHeadOid) {
    return failed(
      "STALE_DATA",
      `Expected branch to point to "${expectedHeadOid}" but it did not.  Pull and try again.`,
    );
  }
  const { additions = [], deletions = [] } = fileChanges;
  const there = code.commit(head)?.files ?? new Map();
  const missing = deletions.find(({ path }) => !there.has(path));
  if (missing !== undefined) {
    return failed("UNPROCESSABLE", `A path was requested for deletion which does not exist: ${missing.path}`);
  }
  const made = code.push(name, {
    author: actor.login,
    message: message.body === undefined ? message.headline : `${message.headline}\n\n${message.body}`,
    files: {
      ...Object.fromEntries(additions.map(({ path, contents }) => [path, Buffer.from(contents, "base64")])),
      ...Object.fromEntries(deletions.map(({ path }) => [path, null])),
    },
  });
  const url = `${addresses.web}/${repository.name}/commit/${made.sha}`;
  return { status: 200, body: { data: { createCommitOnBranch: { commit: { oid: made.sha, url } } } } };
}

/** GraphQL says no with status 200. */
function failed(type: string, message: string): Answer {
  const error = { type, path: ["createCommitOnBranch"], locations: [{ line: 1, column: 1 }], message };
  return { status: 200, body: { data: { createCommitOnBranch: null }, errors: [error] } };
}
