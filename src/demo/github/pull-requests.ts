/** A pull request beside the issue of the same number, which has its title, body, author, state and comments. */
export interface StoredPull {
  readonly repository: string;
  readonly number: number;
  readonly headRepository: string;
  readonly branch: string;
  readonly into: string;
  readonly isDraft: boolean;
  readonly isMerged: boolean;
  readonly reviews: readonly StoredReview[];
}

export interface StoredReview {
  readonly id: number;
  readonly author: string;
  readonly state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED";
  readonly body: string;
  readonly atMs: number;
  readonly comments: readonly {
    readonly id: number;
    readonly path: string;
    readonly line: number;
    readonly body: string;
  }[];
}

export interface StoredCheckRun {
  readonly id: number;
  readonly name: string;
  readonly conclusion: "success" | "failure" | "neutral" | null;
  readonly title: string | null;
}

export interface NewReview {
  readonly author: string;
  readonly state: StoredReview["state"];
  readonly body: string;
  readonly comments?: readonly { readonly path: string; readonly line: number; readonly body: string }[];
}

/** Pull requests, what people say about them, and what checks say about commits. */
export interface PullRequests {
  all(repository?: string): readonly StoredPull[];
  one(repository: string, number: number): StoredPull | null;
  add(pull: Omit<StoredPull, "reviews" | "isMerged">): StoredPull;
  review(repository: string, number: number, review: NewReview): StoredReview;
  setMerged(repository: string, number: number): void;
  checkRuns(commit: string): readonly StoredCheckRun[];
  addCheckRun(commit: string, run: Omit<StoredCheckRun, "id">): void;
}

export function newPullRequests(nowMs: () => number): PullRequests {
  const pulls: StoredPull[] = [];
  const runs = new Map<string, StoredCheckRun[]>();
  let lastId = 500_000;
  const nextId = (): number => {
    lastId += 1;
    return lastId;
  };
  const replace = (pull: StoredPull, change: Partial<StoredPull>): void => {
    pulls[pulls.indexOf(pull)] = { ...pull, ...change };
  };
  const known = (repository: string, number: number): StoredPull => {
    const pull = requests.one(repository, number);
    if (pull === null) throw new Error(`There is no pull request ${repository}#${number}.`);
    return pull;
  };
  const requests: PullRequests = {
    all: (repository) =>
      pulls.filter((pull) => repository === undefined || pull.repository.toLowerCase() === repository.toLowerCase()),
    one: (repository, number) => requests.all(repository).find((pull) => pull.number === number) ?? null,
    add(pull) {
      const added = { ...pull, reviews: [], isMerged: false };
      pulls.push(added);
      return added;
    },
    review(repository, number, { comments = [], ...review }) {
      const pull = known(repository, number);
      const given = comments.map((comment) => ({ id: nextId(), ...comment }));
      const added = { id: nextId(), ...review, comments: given, atMs: nowMs() };
      replace(pull, { reviews: [...pull.reviews, added] });
      return added;
    },
    setMerged: (repository, number) => replace(known(repository, number), { isMerged: true }),
    checkRuns: (commit) => runs.get(commit) ?? [],
    addCheckRun(commit, run) {
      runs.set(commit, [...(runs.get(commit) ?? []), { id: nextId(), ...run }]);
    },
  };
  return requests;
}
