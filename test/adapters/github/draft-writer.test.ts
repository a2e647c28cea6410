import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { GitHub } from "../../../src/adapters/github/issue-writer.ts";
import { createIssueWriter } from "../../../src/adapters/github/issue-writer.ts";
import type { FaultKind } from "../../../src/demo/github/faults.ts";
import { type GitHubStandIn, startGitHub } from "../../../src/demo/github/server.ts";
import type { Outgoing } from "../../../src/domain/effect.ts";
import { identifier, joinInert, own } from "../../../src/domain/inert.ts";
import { makeClone } from "../../support/make-clone.ts";
import { createTestClock } from "../../support/test-clock.ts";

const repository = "acme/orders";
const branch = identifier("error-autopilot/i0123456789ab-1");
const { signal } = new AbortController();
let folder: string;
let base: string;
let github: GitHubStandIn;
let writer: GitHub;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "drafts-"));
  base = makeClone(folder, { "src/total.js": "export const total = 1;\n", "README.md": "Orders\n" });
  await open({});
});

afterEach(async () => {
  const { violations } = github;
  await github.close();
  rmSync(folder, { recursive: true });
  expect(violations).toEqual([]);
});

async function open(over: { readonly hasDrafts?: boolean; readonly protectedBranches?: readonly RegExp[] }) {
  const clock = createTestClock();
  github = await startGitHub({
    clock,
    repositories: [
      { name: repository, clone: folder, ...over },
      { name: "autopilot/orders", forkOf: repository },
    ],
    tokens: [
      { kind: "classic", token: "token", login: "autopilot", scopes: ["repo"] },
      {
        kind: "fine-grained",
        token: "reader",
        login: "autopilot",
        repositories: null,
        issues: "write",
        contents: "read",
        pull_requests: "read",
      },
    ],
  });
  writer = await writerOf("token");
}

function writerOf(token: string): Promise<GitHub> {
  return createIssueWriter({
    apiUrl: github.url,
    auth: { kind: "token", token },
    timeoutMs: 5_000,
    clock: createTestClock(),
  });
}

const marker = own`<!-- error-autopilot v1 commit -->`;
const toBranch = (): Extract<Outgoing, { kind: "create-branch" }> => ({
  kind: "create-branch",
  repository,
  branch,
  at: base,
});
const toCommit = (
  over: Partial<Extract<Outgoing, { kind: "commit" }>> = {},
): Extract<Outgoing, { kind: "commit" }> => ({
  kind: "commit",
  repository,
  branch,
  onto: base,
  headline: own`Mend the total`,
  body: joinInert([own`It was null.`, marker], "\n\n"),
  files: [
    { path: "src/total.js", content: Buffer.from("export const total = 2;\n") },
    { path: "test/total.test.js", content: Buffer.from("// a test\n") },
  ],
  marker,
  ...over,
});
const toPull = (
  over: Partial<Extract<Outgoing, { kind: "open-pull-request" }>> = {},
): Extract<Outgoing, { kind: "open-pull-request" }> => ({
  kind: "open-pull-request",
  repository,
  headRepository: repository,
  branch,
  into: "main",
  title: own`Mend the total`,
  body: joinInert([own`For issue 1.`, marker], "\n\n"),
  marker,
  ...over,
});

describe("a draft on GitHub", () => {
  it("is a branch at base, one commit of the very bytes, and a draft pull request", async () => {
    expect(await writer.write(toBranch(), signal)).toMatchObject({ kind: "done" });
    const commit = await writer.write(toCommit(), signal);
    const code = github.world.code(repository);
    const head = code.head(branch) ?? "";
    expect(commit).toEqual({ kind: "done", reference: null, url: `${github.url}/${repository}/commit/${head}` });
    expect(code.commit(head)?.parents).toEqual([base]);
    expect(code.file(branch, "src/total.js")).toBe("export const total = 2;\n");
    expect(code.file(branch, "README.md")).toBe("Orders\n");
    expect(await writer.write(toPull(), signal)).toMatchObject({ kind: "done", reference: 1 });
    expect(github.world.pulls.all()).toMatchObject([{ number: 1, isDraft: true, branch, into: "main" }]);
    expect(code.head("main")).toBe(base);
  });

  it.each<[FaultKind]>([["lost-502"], ["reset-after"], ["cut-answer"], ["html-answer"]])(
    "is found again step by step after %s",
    async (kind) => {
      for (const outgoing of [toBranch(), toCommit(), toPull()]) {
        expect(await writer.find(outgoing, 0, signal)).toBeNull();
        github.faults.onWrite({ kind });
        expect(await writer.write(outgoing, signal)).toMatchObject({ kind: "unknown" });
        expect(await writer.find(outgoing, 0, signal)).toMatchObject({ url: expect.any(String) });
        // Sent once more all the same, it is taken for what it is.
        expect(await writer.write(outgoing, signal)).toMatchObject({ kind: "done" });
      }
      expect(github.world.pulls.all()).toHaveLength(1);
      expect(github.world.code(repository).commit(github.world.code(repository).head(branch) ?? "")?.parents).toEqual([
        base,
      ]);
    },
  );

  it("leaves a branch of somebody else alone, by name and by head", async () => {
    const code = github.world.code(repository);
    code.createBranch(branch, base);
    const theirs = code.push(branch, { author: "someone", message: "mine", files: { "a.txt": "a" } });
    expect(await writer.write(toBranch(), signal)).toMatchObject({ kind: "refused" });
    expect(await writer.write(toCommit(), signal)).toMatchObject({
      kind: "refused",
      because: expect.stringContaining("changed by somebody else"),
    });
    expect(await writer.find(toCommit(), 0, signal)).toBeNull();
    expect(code.head(branch)).toBe(theirs.sha);
  });

  it("does not take a commit for its own that has other bytes under the same message", async () => {
    const code = github.world.code(repository);
    code.createBranch(branch, base);
    const { headline, body } = toCommit();
    code.push(branch, { author: "someone", message: `${headline}\n\n${body}`, files: { "src/total.js": "evil\n" } });
    expect(await writer.find(toCommit(), 0, signal)).toBeNull();
  });

  it("takes no pull request of somebody else for its own", async () => {
    await writer.write(toBranch(), signal);
    await writer.write(toCommit(), signal);
    const { title, body } = toPull();
    const { number } = github.world.addIssue(repository, { author: "someone", title, body, isPullRequest: true });
    github.world.pulls.add({ repository, number, headRepository: repository, branch, into: "main", isDraft: false });
    expect(await writer.find(toPull(), 0, signal)).toBeNull();
    expect(await writer.write(toPull(), signal)).toMatchObject({ kind: "refused" });
  });

  it("restores what an earlier round added", async () => {
    await writer.write(toBranch(), signal);
    await writer.write(toCommit(), signal);
    const onto = github.world.code(repository).head(branch) ?? "";
    const again = toCommit({
      onto,
      files: [
        { path: "src/total.js", content: Buffer.from("export const total = 3;\n") },
        { path: "test/total.test.js", content: null },
      ],
    });
    expect(await writer.write(again, signal)).toMatchObject({ kind: "done" });
    expect(await writer.find(again, 0, signal)).toMatchObject({ reference: null });
    expect(github.world.code(repository).file(branch, "test/total.test.js")).toBeNull();
  });

  it("is made from our fork", async () => {
    const fork = "autopilot/orders";
    expect(await writer.remote.ownFork(repository, signal)).toBe(fork);
    expect(await writer.write({ ...toBranch(), repository: fork }, signal)).toMatchObject({ kind: "done" });
    expect(await writer.write(toCommit({ repository: fork }), signal)).toMatchObject({ kind: "done" });
    expect(await writer.write(toPull({ headRepository: fork }), signal)).toMatchObject({ kind: "done", reference: 1 });
    expect(github.world.code(repository).head(branch)).toBeNull();
    expect(await writer.find(toPull({ headRepository: fork }), 0, signal)).toMatchObject({ reference: 1 });
  });

  it("is never opened as ready where drafts are not supported", async () => {
    await github.close();
    await open({ hasDrafts: false });
    await writer.write(toBranch(), signal);
    await writer.write(toCommit(), signal);
    const outcome = await writer.write(toPull(), signal);
    expect(outcome).toMatchObject({ kind: "refused", because: expect.stringContaining("does not support draft") });
    expect(github.world.pulls.all()).toEqual([]);
  });

  it("says why where the branch is protected, the commit unknown, or the token may not write", async () => {
    expect(await writer.write({ ...toBranch(), at: "1".repeat(40) }, signal)).toMatchObject({
      kind: "refused",
      because: expect.stringContaining("does not have the commit"),
    });
    const reader = await writerOf("reader");
    expect(await reader.write(toBranch(), signal)).toMatchObject({
      kind: "refused",
      because: expect.stringContaining("contents=write"),
    });
    await github.close();
    await open({ protectedBranches: [/^error-autopilot/] });
    await writer.write(toBranch(), signal);
    expect(await writer.write(toCommit(), signal)).toMatchObject({
      kind: "refused",
      because: expect.stringContaining("BRANCH_PROTECTION_RULE_VIOLATION"),
    });
  });
});

describe("the repository as GitHub has it", () => {
  it("tells the head of the branch that pull requests go to, and files with their mode", async () => {
    const { remote } = writer;
    expect(await remote.head(repository, signal)).toEqual({ branch: "main", commit: base });
    const file = await remote.file(repository, base, "src/total.js", signal);
    expect(file?.mode).toBe("100644");
    expect(Buffer.from(file?.content ?? []).toString()).toBe("export const total = 1;\n");
    expect(await remote.file(repository, base, "src/gone.js", signal)).toBeNull();
    expect(await remote.file(repository, base, "README.md/x", signal)).toBeNull();
    expect((await remote.file(repository, base, "src", signal))?.mode).toBe("040000");
  });

  it("hears reviews of people with a say and of bots that are named, and nobody else's", async () => {
    github.world.setRepository({
      name: repository,
      clone: folder,
      permissions: { lead: "write", passerby: "read" },
    });
    for (const outgoing of [toBranch(), toCommit(), toPull()]) await writer.write(outgoing, signal);
    const { pulls } = github.world;
    pulls.review(repository, 1, { author: "passerby", state: "CHANGES_REQUESTED", body: "No!" });
    pulls.review(repository, 1, { author: "lead", state: "CHANGES_REQUESTED", body: "Say why." });
    pulls.review(repository, 1, {
      author: "gemini[bot]",
      state: "COMMENTED",
      body: "",
      comments: [{ path: "src/total.js", line: 1, body: "Use two." }],
    });
    pulls.review(repository, 1, { author: "lead", state: "APPROVED", body: "" });
    const read = await writer.remote.pullRequest(
      { repository, number: 1, base, heardReview: 0, reviewBots: ["gemini"] },
      signal,
    );
    expect(
      read.reviews.map(({ author, counts, asksForChange, words }) => [author, counts, asksForChange, words]),
    ).toEqual([
      ["passerby", false, false, "No!"],
      ["lead", true, true, "Say why."],
      ["gemini[bot]", true, true, "src/total.js:1 Use two."],
      ["lead", true, false, ""],
    ]);
    expect(read).toMatchObject({ isOpen: true, isMerged: false, intoHead: base });
  });

  it("tells checks that fail on the draft and not on its base, once all have ended", async () => {
    for (const outgoing of [toBranch(), toCommit(), toPull()]) await writer.write(outgoing, signal);
    const { pulls } = github.world;
    const head = github.world.code(repository).head(branch) ?? "";
    const failing = async () =>
      (await writer.remote.pullRequest({ repository, number: 1, base, heardReview: 0, reviewBots: [] }, signal))
        .failing;
    expect(await failing()).toEqual([]);
    pulls.addCheckRun(base, { name: "lint", conclusion: "failure", title: null });
    pulls.addCheckRun(head, { name: "lint", conclusion: "failure", title: null });
    pulls.addCheckRun(head, { name: "test", conclusion: "failure", title: "1 failed" });
    expect(await failing()).toEqual([{ name: "test", title: "1 failed" }]);
    pulls.addCheckRun(head, { name: "slow", conclusion: null, title: null });
    expect(await failing()).toBeNull();
  });
});
