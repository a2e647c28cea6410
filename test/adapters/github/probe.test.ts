import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { GitHubAuth } from "../../../src/adapters/github/github-client.ts";
import { type GitHubProbe, probeGitHub } from "../../../src/adapters/github/probe.ts";
import { appAuth, appSetup, newSetting, repository, type Setting } from "./setup.ts";

let setting: Setting;

beforeEach(async () => {
  setting = await newSetting();
});

afterEach(async () => {
  const { violations } = setting.github;
  await setting.github.close();
  expect(violations).toEqual([]);
});

function probe(auth: GitHubAuth, ...repositories: `${string}/${string}`[]): Promise<GitHubProbe> {
  const { github, clock } = setting;
  const connection = { apiUrl: github.url, auth, timeoutMs: 5_000, clock };
  return probeGitHub(connection, repositories, new AbortController().signal);
}

describe("what doctor learns about the access to GitHub", () => {
  it("names a classic token's scopes, and those that are too many", async () => {
    const seen = await probe({ kind: "token", token: "classic" }, repository);
    expect(seen).toMatchObject({
      kind: "classic",
      login: "Autopilot",
      rights: "Classic token with the scopes repo, gist. More than is needed: gist.",
      problem: null,
      clockAheadMs: 0,
      repositories: [{ repository, isVisible: true, isPrivate: true, canWriteIssues: "yes", problem: null }],
    });
    expect(seen.requestsLeft).toBeGreaterThan(4_000);
  });

  it("says of a fine-grained token what it can read, and that the rest cannot be seen", async () => {
    const seen = await probe({ kind: "token", token: "github_pat_write" }, repository);
    expect(seen).toMatchObject({ kind: "fine-grained", rights: expect.stringContaining("cannot be seen") as unknown });
    expect(seen.repositories).toMatchObject([{ canReadIssues: true, canWriteIssues: "invisible", problem: null }]);
  });

  it("names what is never needed, as far as it is seen, and whether code may be written", async () => {
    const classic = await probe({ kind: "token", token: "classic" }, repository);
    expect(classic).toMatchObject({ excess: ["gist"], repositories: [{ canWriteCode: "yes" }] });
    const fine = await probe({ kind: "token", token: "github_pat_write" }, repository);
    expect(fine).toMatchObject({ excess: [], repositories: [{ canWriteCode: "invisible" }] });
    expect(await probe(appAuth, repository)).toMatchObject({ excess: [], repositories: [{ canWriteCode: "no" }] });
  });

  it("names rights of an App that are too many", async () => {
    const { app } = appSetup({
      contents: "write",
      pull_requests: "write",
      workflows: "write",
      administration: "write",
    });
    await setting.github.close();
    setting = await newSetting({ app });
    expect(await probe(appAuth, repository)).toMatchObject({
      excess: ["workflows: write", "administration: write"],
      repositories: [{ canWriteCode: "yes" }],
    });
  });

  it("names an App's permissions", async () => {
    expect(await probe(appAuth, repository)).toMatchObject({
      kind: "app",
      login: "error-autopilot[bot]",
      rights: "App installation with metadata: read, issues: write.",
      repositories: [{ canWriteIssues: "yes", problem: null }],
    });
  });

  it("names the cure for each repository that will not do", async () => {
    const token = { kind: "token", token: "public-only" } as const;
    const seen = await probe(token, repository, "acme/public", "acme/old", "acme/quiet", "acme/frozen");
    expect(seen.repositories.map(({ problem }) => problem)).toEqual([
      expect.stringContaining("Check the name"),
      null,
      expect.stringContaining("Write its new name"),
      expect.stringContaining("Enable them"),
      expect.stringContaining("archived"),
    ]);
  });

  it("names the cure when nobody is let in", async () => {
    const wrong = await probe({ kind: "token", token: "wrong" }, repository);
    expect(wrong).toMatchObject({ problem: expect.stringContaining("(401") as unknown, repositories: [] });
    const app = await probe({ ...appAuth, installationId: 6 });
    expect(app.problem).toContain("does not let the App in (404");
    const key = await probe({ ...appAuth, privateKey: "no key" });
    expect(key.problem).toContain("PEM");
  });

  it("tells how far our clock is ahead", async () => {
    const { github, clock } = setting;
    const connection = { apiUrl: github.url, auth: { kind: "token", token: "classic" }, timeoutMs: 5_000 } as const;
    const ahead = { nowMs: () => clock.nowMs() + 90_000 };
    const seen = await probeGitHub({ ...connection, clock: ahead }, [], new AbortController().signal);
    expect(seen.clockAheadMs).toBe(90_000);
  });
});
