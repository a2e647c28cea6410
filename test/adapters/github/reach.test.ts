import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startGitHub } from "../../../src/demo/github/server.ts";
import { createTestClock } from "../../support/test-clock.ts";

const folder = join(import.meta.dirname, "../../../src/adapters/github");
const sources = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
const all = sources.map(({ text }) => text).join("\n");

/** All that the adapter can ask for. What changes something stands in the first list; it grows by a decision, never by the way. */
const writes = [
  "rest.git.createRef",
  "rest.issues.create",
  "rest.issues.createComment",
  "rest.issues.updateComment",
  "rest.pulls.create",
];
const reads = [
  "rest.apps.getAuthenticated",
  "rest.checks.listForRef",
  "rest.git.getBlob",
  "rest.git.getCommit",
  "rest.git.getRef",
  "rest.git.getTree",
  "rest.issues.get",
  "rest.issues.getComment",
  "rest.issues.listComments",
  "rest.issues.listForRepo",
  "rest.pulls.get",
  "rest.pulls.list",
  "rest.pulls.listReviewComments",
  "rest.pulls.listReviews",
  "rest.repos.get",
  "rest.repos.getCollaboratorPermissionLevel",
  "rest.repos.listForks",
  "rest.users.getAuthenticated",
];

describe("what can be done at GitHub", () => {
  it("is this list: nothing merges, approves, pushes by force, marks ready, or starts a workflow", () => {
    const asked = new Set([...all.matchAll(/\boctokit\s*\.\s*(rest\.\w+\.\w+)/g)].map(([, name]) => name));
    expect([...asked].sort()).toEqual([...writes, ...reads].sort());
  });

  it("has no way around the list: one plain request, to GraphQL, with one mutation", () => {
    const uses = [...all.matchAll(/\boctokit\s*(?:\.\s*(\w+)|\[)/g)].map(([, name]) => name);
    expect(new Set(uses)).toEqual(new Set(["rest", "request"]));
    // The other one hands the client's requests to the App's signature.
    expect(all.match(/octokit\.request\b/g)).toHaveLength(2);
    expect(all.match(/octokit\.request\(/g)).toHaveLength(1);
    expect(
      [...all.matchAll(/\bmutation\b[^"'`]*/g)].map(([text]) => text).filter((text) => text.includes("{")),
    ).toEqual([
      "mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid url } } }",
    ]);
    expect(all).not.toMatch(/\bfetch\(|from "node:(?:https?|net|child_process)"/);
  });

  it("opens pull requests as drafts by a constant, and never asks for force", () => {
    expect(all.match(/rest\.pulls\.create\(\{[^}]*\}\)/s)?.[0]).toMatch(/\bdraft: true,/);
    expect(all.match(/\bdraft: (?!z\.)\w+/g)).toEqual(["draft: true"]);
    expect(all).not.toMatch(/\bforce\b\s*:/);
  });

  it.each([
    ["PUT", "/repos/acme/orders/pulls/1/merge"],
    ["POST", "/repos/acme/orders/merges"],
    ["POST", "/repos/acme/orders/pulls/1/reviews"],
    ["PATCH", "/repos/acme/orders/pulls/1"],
    ["PATCH", "/repos/acme/orders/git/refs/heads/main"],
    ["DELETE", "/repos/acme/orders/git/refs/heads/main"],
    ["PUT", "/repos/acme/orders/contents/a.txt"],
    ["POST", "/repos/acme/orders/actions/workflows/1/dispatches"],
    ["POST", "/repos/acme/orders/dispatches"],
  ])("the stand-in refuses %s %s and keeps it", async (method, target) => {
    const github = await standIn();
    const answer = await fetch(`${github.url}${target}`, { method, headers, body: "{}" });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(github.violations).toHaveLength(1);
    await github.close();
  });

  it.each([
    "mutation { mergePullRequest(input: {pullRequestId: 1}) { clientMutationId } }",
    "mutation { markPullRequestReadyForReview(input: {pullRequestId: 1}) { clientMutationId } }",
    "mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } enablePullRequestAutoMerge(input: {}) { clientMutationId } }",
    "query { viewer { login } }",
  ])("the stand-in refuses %s and keeps it", async (query) => {
    const github = await standIn();
    await fetch(`${github.url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query, variables: {} }) });
    expect(github.violations).toHaveLength(1);
    await github.close();
  });
});

const headers = { authorization: "token token", "content-type": "application/json" };

function standIn() {
  return startGitHub({
    clock: createTestClock(),
    repositories: [{ name: "acme/orders" }],
    tokens: [{ kind: "classic", token: "token", login: "autopilot", scopes: ["repo", "workflow"] }],
  });
}
