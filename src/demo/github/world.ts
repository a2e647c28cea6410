import { type Code, codeOf, forkOf } from "./code.ts";
import { newPullRequests, type PullRequests } from "./pull-requests.ts";

export interface RepositorySetup {
  /** `owner/name` */
  readonly name: string;
  readonly isPrivate?: boolean;
  readonly hasIssues?: boolean;
  readonly isArchived?: boolean;
  readonly defaultBranch?: string;
  /** Its new name: every request to the old one is answered 301. */
  readonly movedTo?: string;
  /** A clone on this machine, whose HEAD is what its default branch has. */
  readonly clone?: string;
  /** The repository it was forked from. */
  readonly forkOf?: string;
  readonly hasDrafts?: boolean;
  /** Branches that only people may change, also those to come. */
  readonly protectedBranches?: readonly RegExp[];
  /** Of people, by login; others may read. */
  readonly permissions?: Readonly<Record<string, "admin" | "write" | "read" | "none">>;
}

export interface StoredComment {
  readonly id: number;
  readonly author: string;
  readonly body: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface StoredIssue {
  readonly id: number;
  readonly repository: string;
  readonly number: number;
  readonly author: string;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly state: "open" | "closed";
  readonly stateReason: "completed" | "reopened" | "not_planned" | "duplicate" | null;
  readonly isPullRequest: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly comments: readonly StoredComment[];
}

export interface NewIssue {
  readonly author: string;
  readonly title: string;
  readonly body: string;
  readonly labels?: readonly string[];
  readonly isPullRequest?: boolean;
}

/** What this GitHub holds. Only `server.ts` and tests change it. */
export interface World {
  repository(name: string): (RepositorySetup & { readonly id: number }) | null;
  /** In order of creation. */
  issues(repository?: string): readonly StoredIssue[];
  issue(repository: string, number: number): StoredIssue | null;
  /** The issue that has this comment. */
  issueOfComment(repository: string, comment: number): StoredIssue | null;
  addIssue(repository: string, issue: NewIssue): StoredIssue;
  addComment(issue: StoredIssue, author: string, body: string): StoredComment;
  updateIssue(
    issue: StoredIssue,
    change: Partial<Pick<StoredIssue, "title" | "body" | "labels" | "state" | "stateReason">>,
  ): StoredIssue;
  updateComment(issue: StoredIssue, comment: number, body: string): StoredComment | null;
  setRepository(setup: RepositorySetup): void;
  /** Its branches and commits; empty where the repository has no clone. */
  code(repository: string): Code;
  readonly pulls: PullRequests;
  forksOf(repository: string): readonly (RepositorySetup & { readonly id: number })[];
  /** As a person does it: the branch it goes to gets the files of its head. */
  mergePull(repository: string, number: number, by: string): void;
}

export function newWorld(repositories: readonly RepositorySetup[], nowMs: () => number): World {
  const stored = new Map<string, RepositorySetup & { readonly id: number }>();
  const issues: StoredIssue[] = [];
  const codes = new Map<string, Code>();
  let lastId = 1000;

  const world: World = {
    repository: (name) => stored.get(name.toLowerCase()) ?? null,
    issues: (repository) =>
      repository === undefined
        ? [...issues]
        : issues.filter((issue) => issue.repository.toLowerCase() === repository.toLowerCase()),
    issue: (repository, number) => world.issues(repository).find((issue) => issue.number === number) ?? null,
    issueOfComment: (repository, comment) =>
      world.issues(repository).find((issue) => issue.comments.some(({ id }) => id === comment)) ?? null,

    addIssue(repository, issue) {
      lastId += 1;
      const added: StoredIssue = {
        id: lastId,
        repository: stored.get(repository.toLowerCase())?.name ?? repository,
        number: world.issues(repository).length + 1,
        author: issue.author,
        title: issue.title,
        body: issue.body,
        labels: issue.labels ?? [],
        state: "open",
        stateReason: null,
        isPullRequest: issue.isPullRequest ?? false,
        createdAtMs: nowMs(),
        updatedAtMs: nowMs(),
        comments: [],
      };
      issues.push(added);
      return added;
    },

    addComment(issue, author, body) {
      lastId += 1;
      const comment = { id: lastId, author, body, createdAtMs: nowMs(), updatedAtMs: nowMs() };
      replace(issue, { comments: [...issue.comments, comment] });
      return comment;
    },

    updateIssue: (issue, change) => replace(issue, change),

    updateComment(issue, comment, body) {
      const comments = issue.comments.map((held) =>
        held.id === comment ? { ...held, body, updatedAtMs: nowMs() } : held,
      );
      return replace(issue, { comments }).comments.find(({ id }) => id === comment) ?? null;
    },

    setRepository(setup) {
      const key = setup.name.toLowerCase();
      stored.set(key, { ...setup, id: stored.get(key)?.id ?? stored.size + 1 });
    },

    code(repository) {
      const setup = stored.get(repository.toLowerCase());
      if (setup === undefined) throw new Error(`There is no repository ${repository}.`);
      const held = codes.get(setup.name);
      if (held !== undefined) return held;
      const code =
        setup.forkOf === undefined
          ? codeOf(setup.clone ?? null, setup.defaultBranch ?? "main", nowMs)
          : forkOf(world.code(setup.forkOf), nowMs);
      codes.set(setup.name, code);
      return code;
    },

    pulls: newPullRequests(nowMs),

    forksOf: (repository) =>
      [...stored.values()].filter((each) => each.forkOf?.toLowerCase() === repository.toLowerCase()),

    mergePull(repository, number, by) {
      const pull = world.pulls.one(repository, number);
      const issue = world.issue(repository, number);
      if (pull === null || issue === null) throw new Error(`There is no pull request ${repository}#${number}.`);
      const from = world.code(pull.headRepository);
      const files = from.commit(from.head(pull.branch) ?? "")?.files ?? new Map();
      const pushed = [...files].map(([path, { sha }]) => [path, from.blob(sha)] as const);
      world.code(repository).push(pull.into, { author: by, message: issue.title, files: Object.fromEntries(pushed) });
      world.pulls.setMerged(repository, number);
      world.updateIssue(issue, { state: "closed" });
    },
  };

  for (const repository of repositories) world.setRepository(repository);
  return world;

  function replace(issue: StoredIssue, change: Partial<StoredIssue>): StoredIssue {
    const index = issues.findIndex(({ id }) => id === issue.id);
    const changed = { ...issue, ...change, updatedAtMs: nowMs() };
    issues[index] = changed;
    return changed;
  }
}
