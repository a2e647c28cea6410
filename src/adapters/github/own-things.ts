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
interface OwnThing {
  /** Issue number, or comment id. */
  readonly reference: number;
  readonly url: string;
  readonly isOpen: boolean;
  /** Empty where it is longer than any line by which we find something again. */
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
  comment(
    repository: RepositoryName,
    id: number,
    signal: AbortSignal,
  ): Promise<(Pick<OwnThing, "reference" | "url"> & { readonly body: string }) | null>;
}

const perPage = 100;
/** 5,000 issues or comments of ours that changed since an instant of the recent past. */
const pagesMax = 50;
const lastLineLengthMax = 1_000;

/** It is kept and shown to people, so it is an address and nothing else. */
export const pageUrl = z.url({ protocol: /^https?$/ }).max(2_000);
const author = z.object({ login: z.string() }).nullable();
const listedIssue = z.object({
  number: z.int(),
  html_url: pageUrl,
  state: z.string(),
  body: z.string().nullish(),
  user: author,
  pull_request: z.unknown().optional(),
});
const listedComment = z.object({ id: z.int(), html_url: pageUrl, body: z.string().nullish(), user: author });
const self = z.object({ login: z.string() });
const app = z.object({ slug: z.string() });

/** Reads what we wrote by listing, never by search: its index lags. Who we are is asked once. */
export function createOwnThings(client: GitHubClient, nowMs: () => number): OwnThings {
  let login: string | null = null;

  return {
    async issues(repository, sinceMs, signal) {
      const creator = await ownLogin(signal);
      const what = `the issues of ${repository}`;
      const read = (page: number, authorization: string) =>
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
        });
      return allPages(what, repository, read, (item) => {
        const { number, html_url: url, state, body, user, pull_request: pull } = parse(listedIssue, item, what);
        return isBy(creator, user) && pull === undefined ? thing(number, url, state === "open", body) : null;
      });
    },

    async comments(repository, number, sinceMs, signal) {
      const creator = await ownLogin(signal);
      const what = `the comments of ${repository}#${number}`;
      const read = (page: number, authorization: string) =>
        client.octokit.rest.issues.listComments({
          ...ownerAndName(repository),
          issue_number: number,
          since: new Date(sinceMs).toISOString(),
          per_page: perPage,
          page,
          headers: { authorization },
          request: { signal },
        });
      return allPages(what, repository, read, (item) => {
        const { id, html_url: url, body, user } = parse(listedComment, item, what);
        return isBy(creator, user) ? thing(id, url, true, body) : null;
      });
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
      if (!isBy(creator, comment.user)) return null;
      return { reference: comment.id, url: comment.html_url, body: comment.body ?? "" };
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
    toOwn: (item: unknown) => OwnThing | null,
  ): Promise<readonly OwnThing[]> {
    const found: OwnThing[] = [];
    for (let page = 1; page <= pagesMax; page++) {
      const answer = await asked(what, repository, [200], (authorization) => read(page, authorization));
      for (const item of parse(z.array(z.unknown()).max(perPage), answer.data, what)) {
        const own = toOwn(item);
        if (own !== null) found.push(own);
      }
      if (!/rel="next"/.test(headerOf(answer, "link") ?? "")) return found;
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
  const lastLine = lastLineOf(body ?? "");
  // A copy: a part of a text keeps the whole of it in memory, and 5,000 bodies of 65,536 characters are much to keep.
  const copied = Buffer.from(lastLine.length <= lastLineLengthMax ? lastLine : "").toString();
  return { reference, url, isOpen, lastLine: copied };
}
