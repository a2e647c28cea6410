import { z } from "zod";
import { lastLineOf } from "../../domain/marker.ts";
import type { RepositoryName } from "../../domain/names.ts";
import { type Asking, parse, perPage } from "./asking.ts";
import type { GitHubClient } from "./github-client.ts";

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

/** Reads what we wrote by listing, never by search: its index lags. */
export function createOwnThings(client: GitHubClient, { ownLogin, asked, allPages }: Asking): OwnThings {
  return {
    async issues(repository, sinceMs, signal) {
      const creator = await ownLogin(signal);
      const what = `the issues of ${repository}`;
      const read = (page: number, authorization: string) =>
        client.octokit.rest.issues.listForRepo({
          ...inRepository(repository, authorization, signal),
          creator,
          state: "all",
          since: new Date(sinceMs).toISOString(),
          // In order of creation, so that what is created meanwhile does not push anything to another page.
          sort: "created",
          direction: "asc",
          per_page: perPage,
          page,
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
          ...inRepository(repository, authorization, signal),
          issue_number: number,
          since: new Date(sinceMs).toISOString(),
          per_page: perPage,
          page,
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
          ...inRepository(repository, authorization, signal),
          comment_id: id,
        }),
      );
      if (answer.status === 404) return null;
      const comment = parse(listedComment, answer.data, what);
      if (!isBy(creator, comment.user)) return null;
      return { reference: comment.id, url: comment.html_url, body: comment.body ?? "" };
    },
  };
}

export function ownerAndName(repository: RepositoryName): { owner: string; repo: string } {
  const [owner = "", repo = ""] = repository.split("/");
  return { owner, repo };
}

/** What every question about a repository has in common. */
export function inRepository(repository: RepositoryName, authorization: string, signal: AbortSignal) {
  return { ...ownerAndName(repository), headers: { authorization }, request: { signal } };
}

export function isBy(login: string, user: z.infer<typeof author>): boolean {
  return user?.login.toLowerCase() === login.toLowerCase();
}

function thing(reference: number, url: string, isOpen: boolean, body: string | null | undefined): OwnThing {
  const lastLine = lastLineOf(body ?? "");
  // A copy: a part of a text keeps the whole of it in memory, and 5,000 bodies of 65,536 characters are much to keep.
  const copied = Buffer.from(lastLine.length <= lastLineLengthMax ? lastLine : "").toString();
  return { reference, url, isOpen, lastLine: copied };
}
