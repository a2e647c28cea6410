import { generateKeyPairSync } from "node:crypto";
import type { GitHubConnection } from "../../../src/adapters/github/github-client.ts";
import { createIssueWriter } from "../../../src/adapters/github/issue-writer.ts";
import type { AppSetup } from "../../../src/demo/github/access.ts";
import { type GitHubSetup, type GitHubStandIn, startGitHub } from "../../../src/demo/github/server.ts";
import type { IssueFinder, IssueWriter, Outgoing } from "../../../src/domain/effect.ts";
import { joinInert, own } from "../../../src/domain/inert.ts";
import { issueMarker } from "../../../src/domain/marker.ts";
import { createTestClock, type TestClock } from "../../support/test-clock.ts";

export const repository = "acme/orders";
export const incident = {
  id: "i0123456789ab",
  fingerprints: ["v1-aaaaaaaaaaaaaaaaaaaaaaaa", "v1-bbbbbbbbbbbbbbbbbbbbbbbb"],
} as const;
export const marker = issueMarker(incident, 1);
export const openIssue: Extract<Outgoing, { kind: "open-issue" }> = {
  kind: "open-issue",
  repository,
  title: own`Orders fail`,
  body: joinInert([own`Why they fail.`, marker], "\n\n"),
  labels: [own`error-autopilot`],
  marker,
};

const keys = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});

export const appAuth = { kind: "app", appId: "77", privateKey: keys.privateKey, installationId: 5 } as const;

/** The App of `appAuth`, with more than issues where that is asked for. */
export function appSetup(more: Partial<AppSetup> = {}): { readonly app: AppSetup } {
  return {
    app: {
      appId: "77",
      slug: "error-autopilot",
      installationId: 5,
      publicKey: keys.publicKey,
      repositories: [repository],
      issues: "write",
      ...more,
    },
  };
}

export interface Setting {
  readonly clock: TestClock;
  readonly github: GitHubStandIn;
  writer(auth?: GitHubConnection["auth"], timeoutMs?: number): Promise<IssueWriter & IssueFinder>;
}

export async function newSetting(setup: Partial<GitHubSetup> = {}): Promise<Setting> {
  const clock = createTestClock();
  const github = await startGitHub({
    clock,
    repositories: [
      { name: repository, isPrivate: true },
      { name: "acme/public" },
      { name: "acme/old", movedTo: "acme/new" },
      { name: "acme/quiet", hasIssues: false },
      { name: "acme/frozen", isArchived: true },
    ],
    tokens: [
      { kind: "classic", token: "classic", login: "Autopilot", scopes: ["repo", "gist"] },
      { kind: "classic", token: "public-only", login: "Autopilot", scopes: ["public_repo"] },
      { kind: "fine-grained", token: "github_pat_read", login: "Reader", repositories: [repository], issues: "read" },
      { kind: "fine-grained", token: "github_pat_write", login: "Writer", repositories: [repository], issues: "write" },
    ],
    app: appSetup().app,
    ...setup,
  });
  return {
    clock,
    github,
    writer: (auth = { kind: "token", token: "classic" }, timeoutMs = 5_000) =>
      createIssueWriter({ apiUrl: github.url, auth, timeoutMs, clock }),
  };
}
