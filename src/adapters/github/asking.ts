import { z } from "zod";
import { ListingFailedError } from "../../domain/effect.ts";
import { redact } from "../../domain/redact.ts";
import { ask, type GitHubAnswer, headerOf } from "./github-answer.ts";
import type { GitHubClient } from "./github-client.ts";
import { limitOf } from "./rate-limit.ts";
import { refusalOf } from "./refusal.ts";

type Call = ReturnType<Parameters<typeof ask>[0]>;

/** Asks GitHub for what it holds; whatever keeps an answer from being whole is a `ListingFailedError`. */
export interface Asking {
  /** Who we are; asked once. */
  ownLogin(signal: AbortSignal): Promise<string>;
  /** One answer with one of these statuses. */
  asked(
    what: string,
    repository: string,
    statuses: readonly number[],
    call: (authorization: string) => Call,
  ): Promise<GitHubAnswer>;
  /** Every page of a list. */
  allPages<Thing>(
    what: string,
    repository: string,
    read: (page: number, authorization: string) => Call,
    toThing: (item: unknown) => Thing | null,
  ): Promise<readonly Thing[]>;
}

export const perPage = 100;
/** 5,000 issues or comments of ours that changed since an instant of the recent past. */
const pagesMax = 50;
const self = z.object({ login: z.string() });
const app = z.object({ slug: z.string() });

export function createAsking(client: GitHubClient, nowMs: () => number): Asking {
  let login: string | null = null;
  return { ownLogin, asked, allPages };

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

  async function allPages<Thing>(
    what: string,
    repository: string,
    read: (page: number, authorization: string) => ReturnType<Parameters<typeof ask>[0]>,
    toThing: (item: unknown) => Thing | null,
  ): Promise<readonly Thing[]> {
    const found: Thing[] = [];
    for (let page = 1; page <= pagesMax; page++) {
      const answer = await asked(what, repository, [200], (authorization) => read(page, authorization));
      for (const item of parse(z.array(z.unknown()).max(perPage), answer.data, what)) {
        const thing = toThing(item);
        if (thing !== null) found.push(thing);
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

/** @throws ListingFailedError when it is no answer of GitHub's */
export function parse<T>(shape: z.ZodType<T>, data: unknown, what: string): T {
  const parsed = shape.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new ListingFailedError(
    redact(`What came for ${what} is no answer of GitHub's API. Is the address right?`),
    null,
  );
}
