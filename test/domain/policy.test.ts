import { describe, expect, it } from "vitest";
import type { CodeVersion } from "../../src/domain/evidence.ts";
import { judge, type PolicyCase, rule, withRepairGates } from "../../src/domain/policy.ts";
import { redact } from "../../src/domain/redact.ts";
import { categories, type RootCause } from "../../src/domain/root-cause.ts";
import { sampleLeave, sampleRepairLimits } from "../support/domain-samples.ts";

const commit = "c".repeat(40);
const version: CodeVersion = {
  service: "orders",
  repository: "acme/orders",
  deployed: commit,
  base: commit,
  isDeployedKnown: true,
  staleness: 0,
};
const place = {
  repository: "acme/orders",
  commit,
  path: "src/a.ts",
  firstLine: 1,
  lastLine: 1,
  function: null,
} as const;
const found: Extract<RootCause, { kind: "found" }> = {
  kind: "found",
  claim: redact("It is null."),
  unsupported: [],
  mechanism: [],
  doubt: null,
  citations: [{ evidence: "lines-1", quote: redact("a.b"), isResolved: true }],
  ruledOut: [],
  nextStep: redact("Check."),
  severity: "medium",
  promptVersion: "p",
  model: "m",
  costUsd: 0,
  category: "null_dereference",
  confidence: 0.86,
  statedConfidence: 0.86,
  faulty: [place],
  restsOnOutsiderTextOnly: false,
};
const open: PolicyCase = {
  mode: "draft-pr",
  hasTrace: true,
  rootCause: found,
  code: [version],
  limits: sampleRepairLimits,
  leave: sampleLeave,
  unchanged: { holds: true, detail: "the same" },
  verifiable: { holds: true, detail: "they can" },
};
const closedBy = (over: Partial<PolicyCase>): readonly string[] =>
  judge({ ...open, ...over })
    .rules.filter(({ holds }) => !holds)
    .map((each) => each.rule);

describe("the policy", () => {
  it("allows what every gate lets through, up to the mode", () => {
    expect(judge(open)).toMatchObject({ allowed: true, mode: "draft-pr" });
    expect(judge({ ...open, mode: "patch" })).toMatchObject({ allowed: true, mode: "patch" });
    expect(judge({ ...open, limits: { ...sampleRepairLimits, mode: "patch" } })).toMatchObject({
      allowed: true,
      mode: "patch",
    });
  });

  it("says the value of each gate, in order", () => {
    expect(judge(open).rules.map((each) => `${each.rule}: ${each.detail}`)).toEqual([
      "mode: the configured mode is draft-pr",
      "trace: a trace was read",
      "root-cause: the answer is found",
      "category: the category is null_dereference",
      "confidence: 0.86 of at least 0.70",
      "citations: 0 of 1 do not stand in the evidence",
      "sentences: 0 name what is nowhere in the evidence or the code",
      "undoubted: nobody doubts it",
      "insider-evidence: code was cited",
      "deployed-commit: the deployed commit is known",
      "one-file: the fault is in one file",
      "not-excluded: neither the service nor its repository is excluded",
      "open-drafts: 0 drafts wait for a review, fewer than 3 may",
      "rest-after-rejection: no draft of it was rejected lately",
      "first-attempt: no patch of it was tried at this commit",
      "same-since-deployed: the same",
      "can-be-verified: they can",
    ]);
  });

  it("lets a person ask in spite of a rejection and of an earlier attempt, and says that both were", () => {
    const earlier = { restsUntilMs: Date.UTC(2027, 0, 1), triedBases: [version.base], openDrafts: 1 };
    const asked = judge({ ...open, leave: { ...sampleLeave, ...earlier, isAskedByName: true } });
    expect(asked).toMatchObject({ allowed: true, mode: "draft-pr" });
    expect(asked.rules.map(({ detail }) => detail)).toEqual(
      expect.arrayContaining([
        "1 draft waits for a review, fewer than 3 may",
        "a draft was rejected, and a person asks for another",
        `it was tried already at ${version.base.slice(0, 12)}, and a person asks for another attempt`,
      ]),
    );
    const own = judge({ ...open, leave: { ...sampleLeave, ...earlier } });
    expect(own.rules.filter(({ holds }) => !holds).map(({ rule }) => rule)).toEqual([
      "rest-after-rejection",
      "first-attempt",
    ]);
  });

  const limits = (over: Partial<PolicyCase["limits"]>) => ({ limits: { ...sampleRepairLimits, ...over } });
  const leave = (over: Partial<NonNullable<PolicyCase["leave"]>>) => ({ leave: { ...sampleLeave, ...over } });
  it.each<readonly [string, Partial<PolicyCase>, readonly string[]]>([
    ["mode issue", { mode: "issue" }, ["mode"]],
    ["mode dry-run", { mode: "dry-run" }, ["mode"]],
    ["a mode that repair lowers", limits({ mode: "issue" }), ["mode"]],
    ["no trace", { hasTrace: false }, ["trace"]],
    ["too little confidence", { rootCause: { ...found, confidence: 0.69 } }, ["confidence"]],
    ["less than the service map wants", limits({ confidenceMin: 0.9 }), ["confidence"]],
    [
      "a citation that is not there",
      {
        rootCause: {
          ...found,
          citations: [...found.citations, { evidence: "lines-9", quote: redact("x"), isResolved: false }],
        },
      },
      ["citations"],
    ],
    ["no citation", { rootCause: { ...found, citations: [] } }, ["citations"]],
    [
      "a sentence that names nothing real",
      { rootCause: { ...found, unsupported: [redact("x() fails.")] } },
      ["sentences"],
    ],
    [
      "a cause that was refuted, however sure it is said to be",
      { rootCause: { ...found, confidence: 1, doubt: redact("The caller checks it.") } },
      ["undoubted"],
    ],
    ["text of outsiders alone", { rootCause: { ...found, restsOnOutsiderTextOnly: true } }, ["insider-evidence"]],
    [
      "a commit that nobody knows",
      { code: [{ ...version, deployed: "d".repeat(40), isDeployedKnown: false }] },
      ["deployed-commit"],
    ],
    [
      "the head, read because nobody knows what is deployed",
      { code: [{ ...version, deployed: version.base, isDeployedKnown: false }] },
      ["deployed-commit"],
    ],
    [
      "a fault in two files",
      { rootCause: { ...found, faulty: [place, { ...place, path: "src/b.ts" }] } },
      ["one-file"],
    ],
    [
      "two places of one file",
      { rootCause: { ...found, faulty: [place, { ...place, firstLine: 9, lastLine: 9 }] } },
      [],
    ],
    ["no place", { rootCause: { ...found, faulty: [] } }, ["one-file", "not-excluded"]],
    ["an excluded service", limits({ excludedServices: ["orders"] }), ["not-excluded"]],
    ["an excluded repository", limits({ excludedRepositories: ["acme/orders"] }), ["not-excluded"]],
    ["drafts that nobody reviews", leave({ openDrafts: 3 }), ["open-drafts"]],
    ["a rejection", leave({ restsUntilMs: 1_795_230_000_000 }), ["rest-after-rejection"]],
    ["a second attempt", leave({ triedBases: [commit] }), ["first-attempt"]],
    ["an attempt at another base", leave({ triedBases: ["d".repeat(40)] }), []],
    [
      "a second attempt that a reviewer asked for",
      leave({ triedBases: [commit], openDrafts: 3, request: redact("Please.") }),
      [],
    ],
    ["an order without leave", { leave: null }, ["open-drafts", "rest-after-rejection", "first-attempt"]],
    ["a file that changed since", { unchanged: { holds: false, detail: "it differs" } }, ["same-since-deployed"]],
    ["gates that nobody looked at", { unchanged: null, verifiable: null }, ["same-since-deployed", "can-be-verified"]],
  ])("closes for %s", (_what, over, rules) => {
    expect(closedBy(over)).toEqual(rules);
    expect(judge({ ...open, ...over })).toMatchObject({
      allowed: rules.length === 0,
      mode: rules.length === 0 ? "draft-pr" : over.mode === "dry-run" ? "dry-run" : "issue",
    });
  });

  it("makes patches for five kinds of fault, whatever the service map says", () => {
    const allowed = categories.filter((category) => closedBy({ rootCause: { ...found, category } }).length === 0);
    expect(allowed).toEqual(["null_dereference", "type_mismatch", "missing_validation", "typo", "misconfiguration"]);
    const without = limits({ categoriesOff: ["typo"], confidenceMin: 0 });
    expect(closedBy({ rootCause: { ...found, category: "typo" }, ...without })).toEqual(["category"]);
    expect(closedBy({ rootCause: { ...found, confidence: 0.6 }, ...without })).toEqual(["confidence"]);
  });

  it("lets no later gate open an earlier one, and closes one that nothing is said of", () => {
    const { rules } = judge(open);
    const names = (later: Parameters<typeof withRepairGates>[1], policy = rules) =>
      withRepairGates(policy, later)
        .slice(rules.length)
        .map((each) => `${each.rule} ${each.holds}`);
    expect(names([])).toEqual(["proposal false", "guard false", "verification false", "second-opinion false"]);
    expect(
      names([
        rule("second-opinion", true, ""),
        rule("guard-lines", false, ""),
        rule("proposal", true, ""),
        rule("praise", true, ""),
      ]),
    ).toEqual(["proposal true", "guard-lines false", "verification false", "second-opinion true"]);
    const closed = judge({ ...open, hasTrace: false }).rules;
    expect(names([rule("proposal", true, "")], closed)).toEqual([]);
  });
});
