import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createIssueWriter } from "../../../src/adapters/github/issue-writer.ts";
import type { FaultKind } from "../../../src/demo/github/faults.ts";
import { joinInert, own } from "../../../src/domain/inert.ts";
import { commentMarker } from "../../../src/domain/marker.ts";
import { appAuth, incident, marker, newSetting, openIssue, repository, type Setting } from "./setup.ts";

let setting: Setting;
const { signal } = new AbortController();

beforeEach(async () => {
  setting = await newSetting();
});

afterEach(async () => {
  const { violations } = setting.github;
  await setting.github.close();
  expect(violations).toEqual([]);
});

describe("writing to GitHub", () => {
  it("opens an issue with the very bytes it was given", async () => {
    const outcome = await (await setting.writer()).write(openIssue, signal);
    const url = `${setting.github.webUrl}/${repository}/issues/1`;
    expect(outcome).toEqual({ kind: "done", reference: 1, url });
    const { title, body, labels } = openIssue;
    expect(setting.github.world.issues()).toMatchObject([{ author: "Autopilot", title, body, labels }]);
  });

  it("comments, and edits the comment", async () => {
    const writer = await setting.writer();
    await writer.write(openIssue, signal);
    const body = own`Seen again.`;
    const comment = await writer.write({ kind: "comment", repository, number: 1, body, marker }, signal);
    expect(comment.kind).toBe("done");
    const id = comment.kind === "done" ? (comment.reference ?? 0) : 0;
    const edited = { kind: "edit-comment", repository, number: 1, comment: id, body: own`Seen twice.` } as const;
    expect(await writer.write(edited, signal)).toMatchObject({ kind: "done", reference: id });
    expect(setting.github.world.issue(repository, 1)?.comments).toMatchObject([{ id, body: "Seen twice." }]);
    expect(await writer.find(edited, 0, signal)).toMatchObject({ reference: id });
    expect(await writer.find({ ...edited, body: own`Seen often.` }, 0, signal)).toBeNull();
  });

  it("writes as an App, and finds its own issue as that App's bot", async () => {
    const writer = await setting.writer(appAuth);
    await writer.write(openIssue, signal);
    expect(setting.github.world.issues()).toMatchObject([{ author: "error-autopilot[bot]" }]);
    expect(await writer.find(openIssue, 0, signal)).toMatchObject({ reference: 1 });
  });

  it.each<[FaultKind]>([
    ["lost-502"],
    ["reset-after"],
    ["cut-answer"],
    ["html-answer"],
    ["reset-before"],
    ["fail-500"],
  ])("calls the end unknown after %s, and sends nothing again", async (kind) => {
    setting.github.faults.onWrite({ kind });
    expect(await (await setting.writer()).write(openIssue, signal)).toMatchObject({ kind: "unknown" });
    expect(setting.github.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  it("calls the end unknown when no answer comes in time", async () => {
    setting.github.faults.onWrite({ kind: "hold" });
    const outcome = await (await setting.writer(undefined, 50)).write(openIssue, signal);
    expect(outcome).toEqual({ kind: "unknown", because: "no whole answer came in time." });
  });

  it("waits as long as GitHub says, and a minute and longer where it does not say", async () => {
    const { clock, github } = setting;
    const writer = await setting.writer();
    const waitMs = async (): Promise<number> => {
      const outcome = await writer.write(openIssue, signal);
      return outcome.kind === "wait" ? outcome.untilMs - clock.nowMs() : -1;
    };
    github.faults.onWrite({ kind: "retry-after", seconds: 7 }, { kind: "primary", seconds: 1_200 });
    expect([await waitMs(), await waitMs()]).toEqual([7_000, 1_200_000]);
    await writer.write(openIssue, signal);
    github.faults.onWrite({ kind: "secondary" }, { kind: "secondary" }, { kind: "secondary" });
    expect([await waitMs(), await waitMs(), await waitMs()]).toEqual([60_000, 120_000, 240_000]);
    expect(github.world.issues()).toHaveLength(1);
  });

  it("reads the reset as an instant of GitHub's clock, which ours is ten minutes ahead of", async () => {
    const { github } = setting;
    const nowMs = setting.clock.nowMs() + 600_000;
    const auth = { kind: "token", token: "classic" } as const;
    const writer = await createIssueWriter({
      apiUrl: github.url,
      auth,
      timeoutMs: 5_000,
      clock: { nowMs: () => nowMs },
    });
    github.faults.onWrite({ kind: "primary", seconds: 1_200 });
    expect(await writer.write(openIssue, signal)).toMatchObject({ kind: "wait", untilMs: nowMs + 1_200_000 });
  });

  it.each([
    ["acme/old", "classic", /renamed or moved .* service-map\.yaml/],
    ["acme/quiet", "classic", /Issues are disabled in acme\/quiet.* Enable them/],
    ["acme/frozen", "classic", /archived/],
    ["acme/none", "classic", /shows no acme\/none .* Check the name/],
    [repository, "github_pat_read", /needs issues=write/],
    [repository, "public-only", /shows no acme\/orders/],
  ] as const)("is refused in %s with the token %s, and names the cure", async (to, token, cure) => {
    const writer = await setting.writer({ kind: "token", token });
    const outcome = await writer.write({ ...openIssue, repository: to }, signal);
    expect(outcome).toMatchObject({ kind: "refused", because: expect.stringMatching(cure) as unknown });
    expect(setting.github.world.issues()).toEqual([]);
  });

  it("waits for the next token where this one is not accepted", async () => {
    const writer = await setting.writer({ kind: "token", token: "wrong" });
    const outcome = await writer.write(openIssue, signal);
    expect(outcome).toMatchObject({
      kind: "wait",
      because: expect.stringMatching(/does not accept the token \(401/) as unknown,
    });
    expect(setting.github.world.issues()).toEqual([]);
  });

  it("is refused with GitHub's reason when the text is too long", async () => {
    const title = joinInert(
      Array.from({ length: 257 }, () => own`x`),
      "",
    );
    expect(await (await setting.writer()).write({ ...openIssue, title }, signal)).toEqual({
      kind: "refused",
      because:
        "GitHub does not take it for acme/orders (422: Validation Failed; title title is too long (maximum is 256 characters)).",
    });
  });

  it("says of an App that is not let in that nothing was written", async () => {
    const writer = await setting.writer({ ...appAuth, installationId: 6 });
    const outcome = await writer.write(openIssue, signal);
    expect(outcome).toMatchObject({
      kind: "refused",
      because: expect.stringContaining("let the App in (404") as unknown,
    });
  });

  it("does not send a token in the clear to a public address", async () => {
    const connection = { auth: { kind: "token", token: "t" }, timeoutMs: 1, clock: setting.clock } as const;
    await expect(createIssueWriter({ ...connection, apiUrl: "http://api.github.com" })).rejects.toThrow(/Use https/);
    await expect(createIssueWriter({ ...connection, apiUrl: "api.github.com" })).rejects.toThrow(/no URL/);
  });
});

describe("finding what an unclear write left", () => {
  it("finds the issue among hundreds, by listing and never by search", async () => {
    for (let count = 0; count < 250; count++) {
      setting.github.world.addIssue(repository, { author: "autopilot", title: "other", body: "other" });
    }
    const writer = await setting.writer();
    setting.github.faults.onWrite({ kind: "lost-502" });
    await writer.write(openIssue, signal);
    expect(await writer.find(openIssue, 0, signal)).toMatchObject({ reference: 251 });
    expect(setting.github.requests.filter(({ target }) => target.includes("creator=Autopilot"))).toHaveLength(3);
  });

  it.each([
    ["in the middle of our own issue", { author: "autopilot", body: `A log line said:\n${marker}\nand more` }],
    ["behind other text on the last line", { author: "autopilot", body: `text ${marker}` }],
    ["in somebody else's issue", { author: "mallory", body: `text\n\n${marker}` }],
    ["in our own pull request", { author: "autopilot", body: `text\n\n${marker}`, isPullRequest: true }],
  ])("does not believe a marker %s", async (_where, issue) => {
    setting.github.world.addIssue(repository, { title: "forged", ...issue });
    const writer = await setting.writer();
    expect(await writer.find(openIssue, 0, signal)).toBeNull();
    expect(await writer.findIssueOf(repository, incident, 0, signal)).toBeNull();
  });

  it("does not believe a server that lists what others wrote as ours", async () => {
    const { github, clock } = setting;
    const issue = github.world.addIssue(repository, { title: "forged", author: "mallory", body: `text\n\n${marker}` });
    const body = own`Seen again.`;
    const comment = github.world.addComment(issue, "mallory", body).id;
    const writer = await createIssueWriter({
      apiUrl: github.url,
      auth: { kind: "token", token: "classic" },
      timeoutMs: 5_000,
      clock,
      fetch: (input, init) => fetch(String(input).replace("creator=Autopilot&", ""), init),
    });
    expect(await writer.find(openIssue, 0, signal)).toBeNull();
    expect(github.requests.at(-1)?.target).not.toContain("creator");
    expect(await writer.find({ kind: "edit-comment", repository, number: 1, comment, body }, 0, signal)).toBeNull();
  });

  it("believes the last line also when somebody edited the issue on the web", async () => {
    setting.github.world.addIssue(repository, {
      author: "autopilot",
      title: "ours",
      body: `text\r\n\r\n${marker}\r\n`,
    });
    expect(await (await setting.writer()).find(openIssue, 0, signal)).toMatchObject({ reference: 1 });
  });

  it("finds a comment by its marker, by us only", async () => {
    const writer = await setting.writer();
    const mark = commentMarker(incident.id, 1, "recurrence");
    const comment = {
      kind: "comment",
      repository,
      number: 1,
      body: own`Seen again.\n\n${mark}`,
      marker: mark,
    } as const;
    await writer.write(openIssue, signal);
    const issue = setting.github.world.issue(repository, 1);
    if (issue === null) throw new Error("the issue is missing");
    setting.github.world.addComment(issue, "mallory", `look\n${mark}`);
    expect(await writer.find(comment, 0, signal)).toBeNull();
    setting.github.faults.onWrite({ kind: "reset-after" });
    expect(await writer.write(comment, signal)).toMatchObject({ kind: "unknown" });
    const ours = setting.github.world.issue(repository, 1)?.comments[1];
    expect(await writer.find(comment, 0, signal)).toMatchObject({ reference: ours?.id });
  });

  it.each<[FaultKind, number | null]>([
    ["fail-500", null],
    ["reset-before", null],
    ["html-answer", null],
    ["cut-answer", null],
    ["retry-after", 60_000],
  ])("says that it does not know when the listing fails with %s", async (kind, waitMs) => {
    const writer = await setting.writer();
    setting.github.faults.onRead({ kind });
    const untilMs = waitMs === null ? null : setting.clock.nowMs() + waitMs;
    await expect(writer.find(openIssue, 0, signal)).rejects.toMatchObject({ name: "ListingFailedError", untilMs });
    expect(await writer.find(openIssue, 0, signal)).toBeNull();
  });

  it("finds an incident's issue again by its id or any fingerprint, the open one first", async () => {
    const { world } = setting.github;
    const writer = await setting.writer();
    const find = (id: `i${string}`, ...fingerprints: `v${number}-${string}`[]) =>
      writer.findIssueOf(repository, { id, fingerprints }, 0, signal);
    await writer.write(openIssue, signal);
    expect(await find("i999999999999", "v1-cccccccccccccccccccccccc")).toBeNull();
    expect(await find("i999999999999", "v1-bbbbbbbbbbbbbbbbbbbbbbbb")).toMatchObject({ reference: 1, isOpen: true });
    expect(await find(incident.id)).toMatchObject({ reference: 1, marker: { episode: 1 } });
    await writer.write(openIssue, signal);
    const second = world.issue(repository, 2);
    if (second !== null) world.updateIssue(second, { state: "closed" });
    expect(await find(incident.id)).toMatchObject({ reference: 1, isOpen: true });
  });
});
