import type { Octokit } from "@octokit/rest";
import { createBoundedFetch } from "../bounded-fetch.ts";
import { HttpError } from "../http.ts";

/** Who asks: a personal access token, or an App as one of its installations. */
export type GitHubAuth =
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "app"; readonly appId: string; readonly privateKey: string; readonly installationId: number };

export interface GitHubConnection {
  /** `https://api.github.com`, or a GitHub Enterprise address. */
  readonly apiUrl: string;
  readonly auth: GitHubAuth;
  /** Of one request, from the first packet to the last byte. Below the lease of the effects, so that no write outlives it. */
  readonly timeoutMs: number;
  /** Every request goes through it. Absent: the platform's. */
  readonly fetch?: typeof fetch;
}

export interface GitHubClient {
  readonly octokit: Octokit;
  /** The `authorization` header of requests about repositories; for an App it fetches an installation's token, kept for its hour. */
  authorization(): Promise<string>;
  /** The `authorization` header of an App about itself; null for a token. */
  appAuthorization(): Promise<string | null>;
  /** Rights of an App's installation; null for a token. */
  installationPermissions(): Promise<Readonly<Record<string, string>> | null>;
}

/** Of one answer: a page of 100 issues of 65,536 characters each, in any script. */
const answerBytesMax = 32 * 1024 * 1024;

/** The configured address cannot be used. */
export class GitHubAddressError extends Error {
  override readonly name = "GitHubAddressError";
  readonly isRetryable = false;
}

/** Our own log says what went wrong; the client's lines hold addresses. */
const ignore = (): void => undefined;
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/**
 * The official client without its plugins for retries and throttling: it repeats posts, and our waits are shared by all processes. Loaded only when GitHub is asked at all.
 * @throws GitHubAddressError when the address cannot be used
 */
export async function createGitHubClient(connection: GitHubConnection): Promise<GitHubClient> {
  const { auth } = connection;
  const fetch = boundedFetch(connection);
  const { Octokit } = await import("@octokit/rest");
  const octokit = new Octokit({
    baseUrl: connection.apiUrl.replace(/\/+$/, ""),
    userAgent: "error-autopilot",
    log: silent,
    request: { fetch, redirect: "manual" },
  });
  if (auth.kind === "token") {
    return {
      octokit,
      authorization: async () => `token ${auth.token}`,
      appAuthorization: async () => null,
      installationPermissions: async () => null,
    };
  }
  const { createAppAuth } = await import("@octokit/auth-app");
  const { appId, privateKey, installationId } = auth;
  const appAuth = createAppAuth({ appId, privateKey, installationId, request: octokit.request, log: silent });
  return {
    octokit,
    authorization: async () => `token ${(await appAuth({ type: "installation" })).token}`,
    appAuthorization: async () => `bearer ${(await appAuth({ type: "app" })).token}`,
    installationPermissions: async () => (await appAuth({ type: "installation" })).permissions,
  };
}

function boundedFetch({ fetch = globalThis.fetch, apiUrl, timeoutMs }: GitHubConnection): typeof globalThis.fetch {
  try {
    return createBoundedFetch(fetch, { who: "GitHub", address: apiUrl, timeoutMs, bytesMax: answerBytesMax });
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    throw new GitHubAddressError(error.message, { cause: error });
  }
}
