import { z } from "zod";
import { ListingFailedError } from "../../domain/effect.ts";
import { lastLineOf } from "../../domain/marker.ts";
import type { RepositoryName } from "../../domain/names.ts";
import { redact } from "../../domain/redact.ts";
import { ask, type GitHubAnswer, headerOf } from "./github-answer.ts";
import type { GitHubClient } from "./github-client.ts";
import { limitOf } from "./rate-limit.ts";
import { refusalOf } from "./refusal.ts";

/** An issue or a comment that we wrote: its author is us, and an issue is no pull request. */
export interface OwnThing {
  /** Issue number, or comment id. */
  readonly reference: number;
  readonly url: string;
  readonly isOpen: boolean;
  readonly body: string;
  readonly lastLine: string;
}

export interface OwnThings {
  /** Issues that changed since then, oldest first. @throws ListingFailedError when the listing is not complete */
  issues(repository: RepositoryName, sinceMs: number, signal: AbortSignal): Promise<readonly OwnThing[]>;
  /** Comments on one issue that changed since then. @throws ListingFailedError when the listing is not complete */
  comments(
    repository: RepositoryName,
    number: number,
    sinceMs: number,
    signal: AbortSignal,
  ): Promise<readonly OwnThing[]>;
  /** One comment; null when it is not there or not ours. @throws ListingFailedError when it cannot be read */
  comment(repository: RepositoryName, id: number, signal: AbortSignal): Promise<OwnThing | null>;
}

const perPage = 100;
/** 5,000 issues or comments of ours that changed since an instant of the recent past. */
const pagesMax = 50;

const author = z.object({ login: z.string() }).nullable();
const listedIssue = z.object({
  number: z.int(),
  html_url: z.string(),
  state: z.string(),
  body: z.string().nullish(),
  user: author,
  pull_request: z.unknown().optional(),
});
const listedComment = z.object({ id: z.int(), html_url: z.string(), body: z.string().nullish(), user: author });
const self = z.object({ login: z.string() });
const app = z.object({ slug: z.string() });

/** Reads what we wrote by listing, never by search: its index lags. Who we are is asked once. */
export function createOwnThings(client: GitHubClient, nowMs: () => number): OwnThings {
  let login: string | null = null;

  return {
    async issues(repository, sinceMs, signal) {
      const creator = await ownLogin(signal);
      const items = await allPages(`the issues of ${repository}`, repository, (page, authorization) =>
        client.octokit.rest.issues.listForRepo({
          ...ownerAndName(repository),
          creator,
          state: "all",
          since: new Date(sinceMs).toISOString(),
          // In order of creation, so that what is created meanwhile does not push anything to another page.
          sort: "created",
          direction: "asc",
          per_page: perPage,
          page,
          headers: { authorization },
          request: { signal },
        }),
      );
      return items
        .map((item) => parse(listedIssue, item, `the issues of ${repository}`))
        .filter((issue) => isBy(creator, issue.user) && issue.pull_request === undefined)
        .map((issue) => thing(issue.number, issue.html_url, issue.state === "open", issue.body));
    },

    async comments(repository, number, sinceMs, signal) {
      const creator = await ownLogin(signal);
      const what = `the comments of ${repository}#${number}`;
      const items = await allPages(what, repository, (page, authorization) =>
        client.octokit.rest.issues.listComments({
          ...ownerAndName(repository),
          issue_number: number,
          since: new Date(sinceMs).toISOString(),
          per_page: perPage,
          page,
          headers: { authorization },
          request: { signal },
        }),
      );
      return items
        .map((item) => parse(listedComment, item, what))
        .filter((comment) => isBy(creator, comment.user))
        .map((comment) => thing(comment.id, comment.html_url, true, comment.body));
    },

    async comment(repository, id, signal) {
      const creator = await ownLogin(signal);
      const what = `the comment ${id} in ${repository}`;
      const answer = await asked(what, repository, [200, 404], (authorization) =>
        client.octokit.rest.issues.getComment({
          ...ownerAndName(repository),
          comment_id: id,
          headers: { authorization },
          request: { signal },
        }),
      );
      if (answer.status === 404) return null;
      const comment = parse(listedComment, answer.data, what);
      return isBy(creator, comment.user) ? thing(comment.id, comment.html_url, true, comment.body) : null;
    },
  };

  async function ownLogin(signal: AbortSignal): Promise<string> {
    login ??= await readLogin(signal);
    return login;
  }

  async function readLogin(signal: AbortSignal): Promise<string> {
    const appAuthorization = await appAuthorizationOrFail();
    if (appAuthorization !== null) {
      const answer = await asked("the App itself", "the App", [200], () =>
        client.octokit.rest.apps.getAuthenticated({
          headers: { authorization: appAuthorization },
          request: { signal },
        }),
      );
      return `${parse(app, answer.data, "the App itself").slug}[bot]`;
    }
    const answer = await asked("the token's user", "the token's user", [200], (authorization) =>
      client.octokit.rest.users.getAuthenticated({ headers: { authorization }, request: { signal } }),
    );
    return parse(self, answer.data, "the token's user").login;
  }

  async function appAuthorizationOrFail(): Promise<string | null> {
    try {
      return await client.appAuthorization();
    } catch (cause) {
      throw new ListingFailedError(
        redact("The App's private key cannot be used. Give the PEM text that GitHub gave."),
        null,
        {
          cause,
        },
      );
    }
  }

  async function allPages(
    what: string,
    repository: string,
    read: (page: number, authorization: string) => ReturnType<Parameters<typeof ask>[0]>,
  ): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    for (let page = 1; page <= pagesMax; page++) {
      const answer = await asked(what, repository, [200], (authorization) => read(page, authorization));
      items.push(...parse(z.array(z.unknown()), answer.data, what));
      if (!/rel="next"/.test(headerOf(answer, "link") ?? "")) return items;
    }
    throw new ListingFailedError(
      redact(`There are more than ${pagesMax * perPage} of ${what}; not all were read.`),
      null,
    );
  }

  async function asked(
    what: string,
    repository: string,
    statuses: readonly number[],
    call: (authorization: string) => ReturnType<Parameters<typeof ask>[0]>,
  ): Promise<GitHubAnswer> {
    const answer = await ask(async () => call(await client.authorization()));
    if (answer.kind === "no-answer") {
      throw new ListingFailedError(redact(`GitHub did not list ${what}: ${answer.because}.`), null);
    }
    if (statuses.includes(answer.status)) return answer;
    const limit = limitOf(answer, nowMs(), 0);
    if (limit !== null) throw new ListingFailedError(limit.because, limit.untilMs);
    const refusal = refusalOf(answer, { repository, number: null }) ?? `GitHub answered ${answer.status}.`;
    throw new ListingFailedError(redact(`GitHub did not list ${what}. ${refusal}`), null);
  }
}

function parse<T>(shape: z.ZodType<T>, data: unknown, what: string): T {
  const parsed = shape.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new ListingFailedError(
    redact(`What came for ${what} is no answer of GitHub's API. Is the address right?`),
    null,
  );
}

export function ownerAndName(repository: RepositoryName): { owner: string; repo: string } {
  const [owner = "", repo = ""] = repository.split("/");
  return { owner, repo };
}

function isBy(login: string, user: z.infer<typeof author>): boolean {
  return user?.login.toLowerCase() === login.toLowerCase();
}

function thing(reference: number, url: string, isOpen: boolean, body: string | null | undefined): OwnThing {
  const text = body ?? "";
  return { reference, url, isOpen, body: text, lastLine: lastLineOf(text) };
}
