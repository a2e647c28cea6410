import { describe, expect, it } from "vitest";
import { workflowFacts } from "../../../src/main/commands/workflow-facts.ts";

const facts = (text: string) => workflowFacts(".github/workflows/ci.yml", text);

describe("what a workflow does with a draft of ours", () => {
  it.each([
    ["on: push", true],
    ["on: [push, pull_request]", true],
    ["on: { push: { branches: [main] } }", false],
    ["on: { push: { branches: ['**'] } }", true],
    ["on: { push: { branches: ['error-autopilot/*'] } }", true],
    ["on: { push: { branches-ignore: [main] } }", true],
    ["on: { push: { branches-ignore: ['error-autopilot/**'] } }", false],
    ["on: { push: { tags: ['v*'] } }", false],
    ["on: workflow_dispatch", false],
  ])("%s: runs on our branch %s", (text, expected) => {
    expect(facts(text)?.runsOnOurBranch).toBe(expected);
  });

  it("tells pull requests, the rights of the base, drafts, forks, secrets and reviewdog", () => {
    const text = `
on: { pull_request: { types: [ready_for_review] }, pull_request_target: null }
jobs:
  review:
    if: github.event.pull_request.head.repo.full_name == github.repository
    steps:
      - uses: reviewdog/action-eslint@v1
        with: { token: "\${{ secrets.GITHUB_TOKEN }}", key: "\${{ secrets.DEPLOY_KEY }}" }
`;
    expect(facts(text)).toMatchObject({
      runsOnPullRequests: true,
      runsWithBaseRights: true,
      skipsDrafts: true,
      skipsForks: true,
      usesSecrets: true,
      usesReviewdog: true,
    });
    expect(facts("on: pull_request\njobs: { a: { env: { T: secrets.GITHUB_TOKEN } } }")).toMatchObject({
      skipsDrafts: false,
      usesSecrets: false,
    });
  });

  it.each(["", "- a", "a: [", "just text"])("says nothing of %j", (text) => {
    expect(facts(text)?.runsOnPullRequests ?? false).toBe(false);
  });
});
