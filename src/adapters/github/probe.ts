import { z } from "zod";
import type { Clock } from "../../domain/clock.ts";
import type { RepositoryName } from "../../domain/names.ts";
import { redact } from "../../domain/redact.ts";
import type { Redacted } from "../../domain/text.ts";
import { ask, type GitHubAnswer, headerOf, serverTimeMs, wordsOf } from "./github-answer.ts";
import { createGitHubClient, type GitHubClient, type GitHubConnection } from "./github-client.ts";
import { ownerAndName } from "./own-things.ts";
import { limitOf } from "./rate-limit.ts";
import { appRefusalOf, refusalOf } from "./refusal.ts";

/** Whether issues may be written: seen, seen not to be, or not to be seen from outside. */
export type Right = "yes" | "no" | "invisible";

export interface GitHubProbe {
  /** `classic`, `fine-grained` and `app` as GitHub calls them; `other` where the answers do not tell. */
  readonly kind: "classic" | "fine-grained" | "app" | "other";
  /** The author of our issues; null when GitHub does not say. */
  readonly login: string | null;
  /** Rights as far as they can be seen, in a sentence. */
  readonly rights: Redacted;
  /** Rights that are never needed, as far as they are seen, each with what it would allow. */
  readonly excess: readonly Redacted[];
  /** What keeps it from working at all, with the cure; null when nothing does. */
  readonly problem: Redacted | null;
  /** How far our clock is ahead of GitHub's. */
  readonly clockAheadMs: number | null;
  readonly requestsLeft: number | null;
  readonly requestsResetAtMs: number | null;
  readonly repositories: readonly RepositoryProbe[];
}

export interface RepositoryProbe {
  readonly repository: RepositoryName;
  readonly isVisible: boolean;
  readonly isPrivate: boolean | null;
  readonly hasIssues: boolean | null;
  readonly canReadIssues: boolean;
  readonly canWriteIssues: Right;
  /** What keeps issues from being written, with the cure; null when nothing is seen to. */
  readonly problem: Redacted | null;
  /** Whether branches, commits and pull requests may be written. */
  readonly canWriteCode: Right;
  /** The account behind the access may administer it, and so may whoever holds a classic token. */
  readonly isAdministered: boolean;
}

interface Identity {
  readonly kind: GitHubProbe["kind"];
  readonly login: string | null;
  readonly scopes: readonly string[];
  readonly permissions: Readonly<Record<string, string>>;
  readonly problem: Redacted | null;
  readonly answer: GitHubAnswer | null;
}

const repositoryAnswer = z.object({
  full_name: z.string(),
  private: z.boolean(),
  has_issues: z.boolean(),
  archived: z.boolean().optional(),
  permissions: z.object({ admin: z.boolean() }).optional(),
});

/**
 * Looks at what this access can do, without writing anything: who it is, its rights as far as they show, each repository, GitHub's clock and what is left of the hourly requests.
 * @throws GitHubAddressError when the address cannot be used
 */
export async function probeGitHub(
  connection: GitHubConnection & { readonly clock: Pick<Clock, "nowMs"> },
  repositories: readonly RepositoryName[],
  signal: AbortSignal,
): Promise<GitHubProbe> {
  const client = await createGitHubClient(connection);
  const nowMs = connection.clock.nowMs();
  const identity = await whoIs(client, connection, nowMs, signal);
  const probes: RepositoryProbe[] = [];
  for (const repository of identity.problem === null ? repositories : []) {
    probes.push(await probeRepository(client, repository, identity, nowMs, signal));
  }
  const { answer } = identity;
  const timeMs = answer === null ? null : serverTimeMs(answer);
  const resetSeconds = numberOf(answer, "x-ratelimit-reset");
  return {
    kind: identity.kind,
    login: identity.login,
    rights: rightsOf(identity),
    excess: excessOf(identity),
    problem: identity.problem,
    clockAheadMs: timeMs === null ? null : nowMs - timeMs,
    requestsLeft: numberOf(answer, "x-ratelimit-remaining"),
    requestsResetAtMs: resetSeconds === null ? null : resetSeconds * 1000,
    repositories: probes,
  };
}

async function whoIs(
  client: GitHubClient,
  { auth }: GitHubConnection,
  nowMs: number,
  signal: AbortSignal,
): Promise<Identity> {
  const request = { signal };
  let permissions: Readonly<Record<string, string>> = {};
  const answer = await ask(async () => {
    const app = await client.appAuthorization();
    if (app === null) {
      return client.octokit.rest.users.getAuthenticated({
        headers: { authorization: await client.authorization() },
        request,
      });
    }
    permissions = (await client.installationPermissions()) ?? {};
    return client.octokit.rest.apps.getAuthenticated({ headers: { authorization: app }, request });
  });
  const unknown = { login: null, scopes: [], permissions };
  if (answer.kind === "no-answer") {
    const cure =
      auth.kind === "app"
        ? "Is the address right, and the private key the PEM text that GitHub gave?"
        : "Is the address right?";
    const problem = redact(`GitHub was not reached: ${answer.because}. ${cure}`);
    return { ...unknown, kind: auth.kind === "app" ? "app" : "other", problem, answer: null };
  }
  const scopes = headerOf(answer, "x-oauth-scopes");
  const kind =
    auth.kind === "app"
      ? "app"
      : scopes !== null
        ? "classic"
        : auth.token.startsWith("github_pat_")
          ? "fine-grained"
          : "other";
  const login = z
    .object({ login: z.string() })
    .or(z.object({ slug: z.string() }))
    .safeParse(answer.data);
  if (answer.status === 200 && login.success) {
    const name = "slug" in login.data ? `${login.data.slug}[bot]` : login.data.login;
    const listed = (scopes ?? "").split(",").map((scope) => scope.trim());
    return { kind, login: name, scopes: listed.filter(Boolean), permissions, problem: null, answer };
  }
  const problem =
    limitOf(answer, nowMs, 0)?.because ??
    (auth.kind === "app" && answer.status < 500 ? appRefusalOf(answer) : null) ??
    (answer.status === 403
      ? redact(
          `GitHub does not say whose token this is (403: ${wordsOf(answer)}), so issues could not be found again. Use a personal access token or an App.`,
        )
      : refusalOf(answer, { repository: "the account", number: null })) ??
    redact(`GitHub answered ${answer.status}: ${wordsOf(answer)}. Is the address that of the API?`);
  return { ...unknown, kind, problem, answer };
}

async function probeRepository(
  client: GitHubClient,
  repository: RepositoryName,
  identity: Identity,
  nowMs: number,
  signal: AbortSignal,
): Promise<RepositoryProbe> {
  const where = { ...ownerAndName(repository), request: { signal } };
  const headers = async (): Promise<{ authorization: string }> => ({ authorization: await client.authorization() });
  const unseen = {
    ...{ repository, isVisible: false, isPrivate: null, hasIssues: null, canReadIssues: false },
    ...({ canWriteCode: "no", isAdministered: false } as const),
  };
  const found = await ask(async () => client.octokit.rest.repos.get({ ...where, headers: await headers() }));
  const seen = found.kind === "answer" && found.status === 200 ? repositoryAnswer.safeParse(found.data) : null;
  if (seen?.success !== true) {
    return { ...unseen, canWriteIssues: "no", problem: problemOf(found, repository, nowMs) };
  }
  const { private: isPrivate, has_issues: hasIssues, archived: isArchived = false } = seen.data;
  const listed = await ask(async () =>
    client.octokit.rest.issues.listForRepo({ ...where, per_page: 1, headers: await headers() }),
  );
  const canReadIssues = listed.kind === "answer" && listed.status === 200;
  const canWriteIssues = hasIssues && !isArchived ? writeRight(identity, isPrivate, canReadIssues) : "no";
  const problem = !hasIssues
    ? redact(`Issues are disabled in ${repository}. Enable them in its settings, or map the service elsewhere.`)
    : isArchived
      ? redact(`${repository} is archived, so it cannot be written to. Map the service to another repository.`)
      : !canReadIssues
        ? problemOf(listed, repository, nowMs)
        : canWriteIssues === "no"
          ? redact(`This access may not write issues in ${repository}. ${cureOf(identity, isPrivate)}`)
          : null;
  return {
    repository,
    isVisible: true,
    isPrivate,
    hasIssues,
    canReadIssues,
    canWriteIssues,
    problem,
    canWriteCode: isArchived ? "no" : codeRight(identity, isPrivate),
    isAdministered: seen.data.permissions?.admin ?? false,
  };
}

function problemOf(answer: Awaited<ReturnType<typeof ask>>, repository: RepositoryName, nowMs: number): Redacted {
  if (answer.kind === "no-answer") return redact(`GitHub did not answer about ${repository}: ${answer.because}.`);
  return (
    limitOf(answer, nowMs, 0)?.because ??
    refusalOf(answer, { repository, number: null }) ??
    redact(`GitHub answered ${answer.status} about ${repository}: ${wordsOf(answer)}.`)
  );
}

function writeRight(identity: Identity, isPrivate: boolean, canReadIssues: boolean): Right {
  if (identity.kind === "app") return identity.permissions["issues"] === "write" ? "yes" : "no";
  if (identity.kind !== "classic") return canReadIssues ? "invisible" : "no";
  const covers = identity.scopes.includes("repo") || (!isPrivate && identity.scopes.includes("public_repo"));
  return covers ? "yes" : "no";
}

function codeRight(identity: Identity, isPrivate: boolean): Right {
  if (identity.kind === "app") {
    const { permissions } = identity;
    return permissions["contents"] === "write" && permissions["pull_requests"] === "write" ? "yes" : "no";
  }
  if (identity.kind !== "classic") return "invisible";
  return writeRight(identity, isPrivate, true);
}

/** What drafts and issues need; reading is no harm. */
const needed: ReadonlySet<string> = new Set(["issues", "contents", "pull_requests"]);

function excessOf({ kind, scopes, permissions }: Identity): readonly Redacted[] {
  if (kind === "app") {
    return Object.entries(permissions).flatMap(([name, level]) =>
      level === "read" || needed.has(name) ? [] : [redact(`${name}: ${level}`)],
    );
  }
  return kind === "classic"
    ? scopes.filter((scope) => scope !== "repo" && scope !== "public_repo").map((scope) => redact(scope))
    : [];
}

function cureOf(identity: Identity, isPrivate: boolean): string {
  if (identity.kind === "app") return "Give the App the permission issues: write, and accept it in the installation.";
  return `Give the token the scope ${isPrivate ? "repo" : "public_repo"}.`;
}

function rightsOf({ kind, scopes, permissions, problem }: Identity): Redacted {
  if (problem !== null) return redact("Unknown.");
  switch (kind) {
    case "classic": {
      const more = scopes.filter((scope) => scope !== "repo" && scope !== "public_repo");
      const excess = more.length === 0 ? "" : ` More than is needed: ${more.join(", ")}.`;
      return redact(`Classic token with the scopes ${scopes.length === 0 ? "(none)" : scopes.join(", ")}.${excess}`);
    }
    case "app":
      return redact(
        `App installation with ${Object.entries(permissions)
          .map(([name, level]) => `${name}: ${level}`)
          .join(", ")}.`,
      );
    case "fine-grained":
      return redact(
        "Fine-grained token: what it can read is shown below. Whether it may write (it needs issues: write) cannot be seen from outside, only in its settings on GitHub.",
      );
    case "other":
      return redact(
        "A token of a kind that does not tell its rights: whether it may write cannot be seen from outside.",
      );
  }
}

function numberOf(answer: GitHubAnswer | null, header: string): number | null {
  const value = answer === null ? null : headerOf(answer, header);
  return value === null || !/^\d+$/.test(value) ? null : Number(value);
}
