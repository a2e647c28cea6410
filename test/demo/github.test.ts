import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type GitHubStandIn, startGitHub } from "../../src/demo/github/server.ts";
import { createTestClock, type TestClock } from "../support/test-clock.ts";

const issues = "/repos/acme/orders/issues";
let clock: TestClock;
let github: GitHubStandIn;

beforeEach(async () => {
  clock = createTestClock();
  github = await startGitHub({
    clock,
    repositories: [
      { name: "acme/orders" },
      { name: "acme/secret", isPrivate: true },
      { name: "acme/old", movedTo: "acme/new" },
      { name: "acme/quiet", hasIssues: false },
    ],
    tokens: [
      { kind: "classic", token: "classic-token", login: "autopilot", scopes: ["public_repo"] },
      { kind: "fine-grained", token: "read-token", login: "reader", repositories: ["acme/orders"], issues: "read" },
    ],
  });
});

afterEach(() => github.close());

async function call(
  method: string,
  target: string,
  body?: unknown,
  token = "classic-token",
): Promise<{ status: number; headers: Headers; data: unknown }> {
  const answer = await fetch(`${github.url}${target}`, {
    method,
    redirect: "manual",
    headers: { authorization: `token ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, headers: answer.headers, data: await answer.json() };
}

describe("GitHub's stand-in, held to the published description", () => {
  it("refuses and keeps what no operation allows", async () => {
    expect((await call("PUT", "/repos/acme/orders/pulls/1/merge", {})).status).toBe(404);
    expect((await call("GET", "/search/issues?q=x")).status).toBe(404);
    expect(github.violations).toEqual([
      "PUT /repos/acme/orders/pulls/1/merge: no such operation in GitHub's description",
      "GET /search/issues: no such operation in GitHub's description",
    ]);
  });

  it.each([
    ["a field that is not described", "POST", issues, { title: "a", colour: "red" }],
    ["a missing field", "POST", issues, { body: "a" }],
    ["a field of another type", "POST", issues, { title: "a", labels: "bug" }],
    ["a query that is not described", "GET", `${issues}?q=x`, undefined],
    ["a value outside the enumeration", "GET", `${issues}?state=both`, undefined],
    ["an instant that is none", "GET", `${issues}?since=yesterday`, undefined],
    ["a number that is none", "GET", `${issues}/one`, undefined],
  ])("refuses %s", async (_what, method, target, body) => {
    expect((await call(method, target, body)).status).toBe(422);
    expect(github.violations).toHaveLength(1);
  });

  it("gives answers that satisfy the description", async () => {
    await call("GET", "/user");
    await call("GET", "/repos/acme/orders");
    await call("POST", issues, {
      title: "first",
      body: "text",
      labels: ["error-autopilot", { name: "service:orders" }],
    });
    github.world.addIssue("acme/orders", { author: "someone", title: "a change", body: "", isPullRequest: true });
    await call("POST", `${issues}/1/comments`, { body: "seen again" });
    const comment = github.world.issue("acme/orders", 1)?.comments[0]?.id;
    await call("PATCH", `/repos/acme/orders/issues/comments/${comment}`, { body: "seen twice" });
    await call("GET", `/repos/acme/orders/issues/comments/${comment}`);
    await call("GET", `${issues}?state=all`);
    await call("GET", `${issues}/1/comments`);
    await call("PATCH", `${issues}/1`, { state: "closed", state_reason: "not_planned" });
    await call("GET", `${issues}/1`);
    expect(github.requests.map(({ status }) => status)).toEqual([200, 200, 201, 201, 200, 200, 200, 200, 200, 200]);
    expect(github.violations).toEqual([]);
    expect(github.world.issue("acme/orders", 1)).toMatchObject({
      author: "autopilot",
      labels: ["error-autopilot", "service:orders"],
      state: "closed",
      stateReason: "not_planned",
      comments: [{ body: "seen twice", author: "autopilot" }],
    });
  });
});

describe("GitHub's stand-in, as GitHub answers", () => {
  it("lists in pages, with pull requests, by creator, state and change", async () => {
    for (let number = 1; number <= 5; number++) {
      github.world.addIssue("acme/orders", {
        author: number === 2 ? "someone" : "Autopilot",
        title: `n${number}`,
        body: "",
      });
      await clock.advance(1_000);
    }
    const first = await call("GET", `${issues}?creator=autopilot&per_page=3&direction=asc&sort=created`);
    expect(first.data).toMatchObject([{ number: 1 }, { number: 3 }, { number: 4 }]);
    expect(first.headers.get("link")).toContain('rel="next"');
    const second = await call("GET", `${issues}?creator=autopilot&per_page=3&direction=asc&sort=created&page=2`);
    expect(second.data).toMatchObject([{ number: 5 }]);
    expect(second.headers.get("link")).toBeNull();
    const since = new Date(clock.nowMs() - 2_000).toISOString();
    expect((await call("GET", `${issues}?since=${since}`)).data).toMatchObject([{ number: 5 }, { number: 4 }]);
  });

  it("shows what was just created by number at once, and in lists later", async () => {
    github.setListingLag(30_000);
    await call("POST", issues, { title: "a" });
    expect((await call("GET", `${issues}/1`)).status).toBe(200);
    expect((await call("GET", issues)).data).toEqual([]);
    await clock.advance(30_000);
    expect((await call("GET", issues)).data).toMatchObject([{ number: 1 }]);
  });

  it("says no as GitHub does", async () => {
    expect((await call("GET", "/user", undefined, "stolen")).data).toMatchObject({ message: "Bad credentials" });
    const forbidden = await call("POST", issues, { title: "a" }, "read-token");
    expect([forbidden.status, forbidden.headers.get("x-accepted-github-permissions")]).toEqual([403, "issues=write"]);
    expect((await call("GET", "/repos/acme/secret")).status).toBe(404);
    expect((await call("POST", "/repos/acme/quiet/issues", { title: "a" })).status).toBe(410);
    const moved = await call("POST", "/repos/acme/old/issues", { title: "a" });
    expect([moved.status, moved.headers.get("location")]).toEqual([301, `${github.url}/repositories/3/issues`]);
    const long = await call("POST", issues, { title: "a", body: "x".repeat(65_537) });
    expect(long.data).toMatchObject({ errors: [{ field: "body" }] });
    expect((await call("POST", issues, { title: "a", body: "x".repeat(65_536) })).status).toBe(201);
    expect((await call("POST", issues, { title: "x".repeat(257) })).status).toBe(422);
    expect((await call("GET", "/user")).headers.get("x-oauth-scopes")).toBe("public_repo");
    expect(github.violations).toEqual([]);
  });

  it("loses answers of what it has done, and does not do what it refuses", async () => {
    github.faults.onWrite(
      { kind: "lost-502" },
      { kind: "reset-after" },
      { kind: "cut-answer" },
      { kind: "html-answer" },
    );
    expect((await call("POST", issues, { title: "1" })).status).toBe(502);
    await expect(call("POST", issues, { title: "2" })).rejects.toThrow();
    await expect(call("POST", issues, { title: "3" })).rejects.toThrow();
    await expect(call("POST", issues, { title: "4" })).rejects.toThrow();
    expect(github.world.issues()).toHaveLength(4);
    github.faults.onWrite({ kind: "reset-before" }, { kind: "fail-500" }, { kind: "retry-after", seconds: 7 });
    await expect(call("POST", issues, { title: "5" })).rejects.toThrow();
    expect((await call("POST", issues, { title: "6" })).status).toBe(500);
    expect((await call("POST", issues, { title: "7" })).headers.get("retry-after")).toBe("7");
    expect(github.world.issues()).toHaveLength(4);
    expect((await call("POST", issues, { title: "8" })).status).toBe(201);
  });

  it("shows people an issue as a page", async () => {
    await call("POST", issues, { title: "Orders fail", body: "why" });
    const page = await fetch(`${github.webUrl}/acme/orders/issues/1`);
    expect(await page.text()).toBe("# Orders fail #1\n\nopen · autopilot\n\nwhy\n");
  });

  it("keeps a request that breaks off from counting as one", async () => {
    const { port } = new URL(github.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), "127.0.0.1", () => {
        socket.end("POST /repos/acme/orders/issues HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{");
      });
      socket.on("close", () => resolve()).resume();
    });
    expect((await call("GET", issues)).data).toEqual([]);
  });
});
