import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { rule } from "../../src/domain/policy.ts";
import { redact } from "../../src/domain/redact.ts";
import { answer } from "../../src/jobs/handles/answer.ts";
import { diffOf } from "../../src/repair/build-patch.ts";
import { chatWordsOf } from "../../src/report/chat/chat-words-of.ts";
import { type DraftScript, draftHands } from "../support/draft-hands.ts";
import { cloneOf, draftStartMs, movingClock, openDraftWorker, startDraftWorld } from "../support/draft-world.ts";
import type { SmallWorldOptions } from "../support/small-world.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const repository = "company/orders";
const minuteMs = 60_000;

async function open(
  options: SmallWorldOptions & { readonly script?: () => DraftScript; readonly dryRun?: boolean } = {},
) {
  const world = await startDraftWorld(temporaryFolder(), options);
  const clock = movingClock(draftStartMs, world.setNowMs);
  const opened = await openDraftWorker(
    world,
    { clock, fetch: null, wrapStore: (store) => store, wrapQueue: (queue) => queue },
    { hands: draftHands(cloneOf(world), options.script), dryRun: options.dryRun ?? false },
  );
  onTestFinished(async () => {
    await opened.worker.close();
    await world.close();
    expect(world.github.violations).toEqual([]);
  });
  const { store } = opened.worker;
  return {
    ...opened,
    world,
    store,
    github: world.github.world,
    /** The next runs, some minutes apart. */
    async later(runs = 1) {
      for (let index = 0; index < runs; index++) {
        clock.set(clock.nowMs() + 6 * minuteMs);
        await opened.run();
      }
    },
    async incident() {
      const [incident] = await store.incidents({ limit: 10 });
      if (incident === undefined) throw new Error("there is no incident");
      return incident;
    },
    async retry() {
      const { id } = (await store.incidents({ limit: 10 }))[0] ?? { id: "none" };
      const { text } = await answer(
        {
          store,
          queue: opened.worker.queue,
          nowMs: clock.nowMs(),
          by: "someone",
          words: chatWordsOf.en,
          time: String,
          map: null,
          ownLines: () => [],
        },
        { name: "retry", incident: id },
      );
      return text.text;
    },
  };
}

describe("a patch that every gate lets through", () => {
  it("becomes one branch at base, one commit, one draft, and is told in both places", async () => {
    const { run, github, incident, store } = await open();
    await run();
    const { pullRequest, state, patchedBases, id } = await incident();
    const gates = (await store.audit({ sinceMs: 0, limit: 100, subject: id })).find(
      ({ action }) => action === "patch.gates",
    );
    expect(gates?.result).toMatch(/mode holds .*second-opinion holds .*base-on-github holds .*guard-again holds/);
    expect(pullRequest).toMatchObject({ state: "open", number: 2, into: "main", headRepository: repository });
    expect({ state, patchedBases }).toEqual({ state: "reported", patchedBases: [pullRequest?.base] });
    const code = github.code(repository);
    expect(code.branches()).toEqual(["main", pullRequest?.branch]);
    const head = code.commit(code.head(pullRequest?.branch ?? "") ?? "");
    expect(head).toMatchObject({ parents: [pullRequest?.base], author: "autopilot" });
    expect(code.file(pullRequest?.branch ?? "", "src/stock.js")).toContain("if (row === undefined) return null;");
    expect(github.pulls.all()).toMatchObject([{ number: 2, isDraft: true, isMerged: false }]);
    const [issue, pull] = github.issues(repository);
    expect(issue?.body).toContain("A draft pull request follows");
    expect(issue?.comments.map(({ body }) => body)).toEqual([expect.stringContaining(`pull/2`)]);
    expect(pull?.comments.map(({ body }) => body)).toEqual([
      expect.stringContaining("A name that is not in the warehouse"),
    ]);
    // Words of a model stand in the comment alone, for a squash makes a commit message of the body.
    expect(`${pull?.title} ${pull?.body} ${head?.message}`).not.toMatch(/warehouse|everyone|TypeError: Cannot/);
    expect(pull?.comments[0]?.body).not.toMatch(/(?<!`)@everyone/);
  });

  it("does nothing more at the next runs", async () => {
    const { run, later, world } = await open();
    await run();
    const writes = () => world.github.requests.filter(({ method }) => method !== "GET").length;
    const before = writes();
    await later(3);
    expect(writes()).toBe(before);
  });

  it("is shown in the issue and nowhere else with the mode patch", async () => {
    const { run, github, incident } = await open({ mode: "patch" });
    await run();
    expect(github.issue(repository, 1)?.body).toContain("+  if (row === undefined) return null;");
    expect(github.code(repository).branches()).toEqual(["main"]);
    expect((await incident()).pullRequest).toBeNull();
  });

  it("is shown in a dry run's report with the text of its draft, and nothing leaves", async () => {
    const { run, world } = await open({ dryRun: true });
    await run();
    const folder = join(world.stateDirectory, "reports");
    const [name = ""] = readdirSync(folder);
    const report = readFileSync(join(folder, name), "utf8");
    expect(report).toContain("+  if (row === undefined) return null;");
    expect(report).toContain("Text of the draft pull request");
    expect(world.github.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  it("is opened from our fork by default, and the repository itself gets no branch", async () => {
    const { run, github, incident } = await open({ extra: "" });
    await run();
    expect((await incident()).pullRequest).toMatchObject({ state: "open", headRepository: "autopilot/orders" });
    expect(github.code(repository).branches()).toEqual(["main"]);
  });

  it("waits while it is paused, and is opened when that is over", async () => {
    const { run, later, store, github } = await open();
    const line = { atMs: 0, actor: "someone", action: "handles.paused", subject: "-", result: redact("paused") };
    await store.setHandles({ pausedBy: null, modeCeiling: "issue" }, line);
    await run();
    expect(github.issue(repository, 1)?.body).toContain("the mode is issue by now");
    expect(github.pulls.all()).toEqual([]);
    await later();
    expect(github.pulls.all()).toEqual([]);
  });
});

describe("a patch that something stops", () => {
  it.each([
    [
      "the second opinion",
      rule("second-opinion", false, "it changes what a null means to billing"),
      "what a null means",
    ],
    ["the guard", rule("guard", false, "an exception is swallowed"), "an exception is swallowed"],
    ["the tests", rule("verification", false, "another test fails"), "another test fails"],
  ])("by %s is told in the issue, with the gates", async (_what, stops, words) => {
    const { run, github } = await open({ script: () => ({ stops }) });
    await run();
    const body = github.issue(repository, 1)?.body ?? "";
    expect(body).toContain(words);
    expect(body).toMatch(/\| second-opinion \| (?:holds|stops) \|/);
    expect(body).not.toContain("row === undefined");
    expect(github.code(repository).branches()).toEqual(["main"]);
  });

  it("is stopped where GitHub's branch has moved on since", async () => {
    const { run, github, world } = await open();
    github.code(repository).push("main", { author: "lead", message: "more", files: { "new.txt": "new" } });
    await run();
    expect(github.issue(repository, 1)?.body).toContain("base-on-github");
    expect(github.pulls.all()).toEqual([]);
    expect(world.github.requests.filter(({ target }) => target.includes("git/refs"))).toEqual([]);
  });

  it("is stopped where the clone has what GitHub does not have", async () => {
    const { run, github, world } = await open({
      script: () => ({
        change: (proposal) => {
          const [source, ...rest] = proposal.patch.files;
          if (source === undefined) return proposal;
          const before = new Uint8Array(Buffer.from("// not what GitHub has\n"));
          return withFiles(proposal, [{ ...source, before }, ...rest]);
        },
      }),
    });
    await run();
    expect(github.issue(repository, 1)?.body).toContain("file-on-github");
    expect(world.github.requests.filter(({ target }) => target.includes("git/refs"))).toEqual([]);
  });

  it.each([
    ["does not support drafts", { hasDrafts: false }, "does not support draft"],
    ["protects every branch", { protectedBranches: [/./] }, "BRANCH_PROTECTION"],
  ])("is stopped in a repository that %s, and never opened as ready", async (_what, of, words) => {
    const { run, later, github, incident } = await open({ repository: of });
    await run();
    await later();
    expect((await incident()).pullRequest).toMatchObject({ state: "stopped", words: expect.stringContaining(words) });
    expect(github.pulls.all()).toEqual([]);
  });
});

function withFiles(proposal: Parameters<NonNullable<DraftScript["change"]>>[0], files: typeof proposal.patch.files) {
  const { diff: _old, ...patch } = proposal.patch;
  return { ...proposal, patch: { ...patch, files, diff: diffOf(files) ?? "" } };
}

describe("after a draft is open", () => {
  it("a review by somebody with a say gets one more round on the same branch, and then an honest answer", async () => {
    const { run, later, github, incident } = await open();
    await run();
    github.pulls.review(repository, 2, { author: "stranger", state: "CHANGES_REQUESTED", body: "Rewrite all." });
    await later();
    expect((await incident()).pullRequest).toMatchObject({ round: 1, isReviewed: false });
    github.pulls.review(repository, 2, { author: "lead", state: "CHANGES_REQUESTED", body: "Throw a RangeError." });
    await later();
    const { pullRequest } = await incident();
    expect(pullRequest).toMatchObject({ state: "open", round: 2, isReviewed: true });
    const branch = pullRequest?.branch ?? "";
    const code = github.code(repository);
    expect(code.file(branch, "src/stock.js")).toContain("throw new RangeError(name)");
    expect(code.file(branch, "src/stock.js")).not.toContain("return null");
    // The draft holds one patch, the last one.
    expect(code.file(branch, "test/stock.test.js")).toBeNull();
    expect(code.commit(code.commit(code.head(branch) ?? "")?.parents[0] ?? "")?.parents).toEqual([pullRequest?.base]);
    github.pulls.review(repository, 2, { author: "lead", state: "CHANGES_REQUESTED", body: "Once more." });
    await later(2);
    expect(github.issue(repository, 2)?.comments.at(-1)?.body).toContain("which is the limit");
    expect((await incident()).pullRequest?.round).toBe(2);
    expect(github.pulls.all()).toHaveLength(1);
  });

  it("a change that a gate stops is answered, and the branch stays", async () => {
    let script: DraftScript = {};
    const { run, later, github, incident } = await open({ script: () => script });
    await run();
    const branch = (await incident()).pullRequest?.branch ?? "";
    const head = github.code(repository).head(branch);
    script = { stops: rule("verification", false, "another test fails") };
    github.pulls.review(repository, 2, { author: "lead", state: "CHANGES_REQUESTED", body: "Change it." });
    await later();
    expect(github.code(repository).head(branch)).toBe(head);
    expect(github.issue(repository, 2)?.comments.at(-1)?.body).toContain("could not be made");
    expect((await incident()).pullRequest?.state).toBe("open");
  });

  it("an order that fails is answered too, and the draft stays open", async () => {
    let isBroken = false;
    const { run, later, github, incident } = await open({
      script: () => {
        if (isBroken) throw new Error("the clone is gone");
        return {};
      },
    });
    await run();
    isBroken = true;
    github.pulls.review(repository, 2, { author: "lead", state: "CHANGES_REQUESTED", body: "Change it." });
    await later(2);
    expect(github.issue(repository, 2)?.comments.at(-1)?.body).toContain("the clone is gone");
    expect((await incident()).pullRequest).toMatchObject({ state: "open", round: 2 });
  });

  it("a check that fails on the draft and not on its base asks for a change too, once", async () => {
    const { run, later, github, incident } = await open();
    await run();
    const { pullRequest } = await incident();
    github.pulls.addCheckRun(pullRequest?.head ?? "", { name: "build", conclusion: "failure", title: "1 error" });
    await later(2);
    expect((await incident()).pullRequest).toMatchObject({ round: 2, heardChecksOf: pullRequest?.head });
  });

  it("closed unmerged, it is rejected with the words of who closed it, and tried again only when somebody asks", async () => {
    const { run, later, github, incident, retry } = await open();
    await run();
    const pull = github.issue(repository, 2);
    if (pull === null) throw new Error("no draft");
    github.addComment(pull, "lead", "We want it to fail. token=ghp_0123456789abcdefghijklmnopqrstuvwxyz");
    const closed = github.issue(repository, 2);
    if (closed !== null) github.updateIssue(closed, { state: "closed" });
    await later(2);
    const rejected = await incident();
    expect(rejected.pullRequest).toMatchObject({
      state: "rejected",
      words: expect.stringContaining("We want it to fail."),
    });
    expect(rejected.note).not.toContain("ghp_0123");
    expect(github.code(repository).branches()).toHaveLength(2);
    expect(await retry()).toContain("patch");
    await later(2);
    expect((await incident()).pullRequest).toMatchObject({ state: "open", number: 3 });
    expect(github.code(repository).branches()).toHaveLength(3);
  });

  it("merged by a person, the incident is fixed", async () => {
    const { run, later, github, incident } = await open();
    await run();
    github.mergePull(repository, 2, "lead");
    await later();
    expect(await incident()).toMatchObject({ state: "fixed", pullRequest: { state: "merged" } });
  });

  it("a base that moved is said in one comment", async () => {
    const { run, later, github, incident } = await open();
    await run();
    github.code(repository).push("main", { author: "lead", message: "more", files: { "a.txt": "a" } });
    await later();
    github.code(repository).push("main", { author: "lead", message: "more", files: { "a.txt": "b" } });
    await later(2);
    const told = github.issue(repository, 2)?.comments.filter(({ body }) => body.includes("has moved on"));
    expect(told).toHaveLength(1);
    expect((await incident()).pullRequest?.isStale).toBe(true);
  });

  it("a branch that somebody else pushed to is left to them", async () => {
    const { run, later, github, incident } = await open();
    await run();
    const branch = (await incident()).pullRequest?.branch ?? "";
    const { sha } = github.code(repository).push(branch, { author: "lead", message: "mine", files: { "a.txt": "a" } });
    github.pulls.review(repository, 2, { author: "lead", state: "CHANGES_REQUESTED", body: "Go on." });
    await later(2);
    expect(github.code(repository).head(branch)).toBe(sha);
    expect(github.issue(repository, 2)?.comments.at(-1)?.body).toContain("left to them");
  });
});
