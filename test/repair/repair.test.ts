import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCodeSource } from "../../src/adapters/git/code-source.ts";
import type { CodeVersion } from "../../src/domain/evidence.ts";
import type { ModelAnswer, ModelRequest } from "../../src/domain/model.ts";
import type { Patch, Verification } from "../../src/domain/patch.ts";
import { rule } from "../../src/domain/policy.ts";
import { redact } from "../../src/domain/redact.ts";
import type { RuleResult } from "../../src/domain/verdict.ts";
import { repair } from "../../src/repair/repair.ts";
import type { RepairCase, Speaker } from "../../src/repair/repair-case.ts";
import { makeRepository, temporaryFolder } from "../adapters/git/git-repository.ts";
import { bundleOf, entry } from "../analyse/world.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const source = "export function rate(order) {\n  return order.discount.percent / 100;\n}\n";
const signal = new AbortController().signal;
let about: RepairCase;

beforeAll(async () => {
  const repository = makeRepository(join(folder.path, "shop"));
  const base = repository.commit(
    {
      "src/rate.js": source,
      "src/key.js": `export const key = "AKIA${"IOSFODNN7EXAMPLE"}";\n`,
      "test/rate.test.js": "test('ten percent', () => {});\n",
      "src/checkout.js":
        'import { rate } from "./rate.js";\nexport const price = (order) => order.total * (1 - rate(order));\n',
    },
    "a shop",
  );
  const code = await createCodeSource({
    repository: "acme/shop",
    path: repository.path,
    stateDirectory: join(folder.path, "state"),
    isFetched: false,
  });
  const version: CodeVersion = {
    service: "shop",
    repository: "acme/shop",
    deployed: base,
    base,
    isDeployedKnown: true,
    staleness: 0,
  };
  about = {
    incident: "i0123456789ab",
    bundle: bundleOf([entry(1, "shop", "TypeError: Cannot read properties of undefined (reading 'percent')")]),
    rootCause: {
      kind: "found",
      claim: redact("An order without a discount is not expected."),
      unsupported: [],
      mechanism: [],
      doubt: null,
      citations: [],
      ruledOut: [],
      nextStep: redact("Check it."),
      severity: "medium",
      promptVersion: "p",
      model: "m",
      costUsd: 0,
      category: "null_dereference",
      confidence: 0.9,
      statedConfidence: 0.9,
      faulty: [
        { repository: "acme/shop", commit: base, path: "src/rate.js", firstLine: 2, lastLine: 2, function: "rate" },
      ],
      restsOnOutsiderTextOnly: false,
    },
    version,
    source: code,
    under: "",
    testCommand: "node --test {test}",
    language: "en",
    request: null,
  };
});

const fix = {
  path: "src/rate.js",
  search: "order.discount.percent / 100",
  replace: "(order.discount?.percent ?? 0) / 100",
};
const test = { path: "test/guest.test.js", search: "", replace: "test('no discount', () => {});\n" };
const good = { kind: "patch", why: "An order may have no discount.", edits: [fix, test] };
const agrees = { refuted: false, objection: "none", because: "It holds." };
const verified: Verification = {
  kind: "red-to-green",
  commands: [["node", "--test"]],
  redOutput: redact("TypeError"),
  greenOutput: redact("pass 2"),
  flickering: [],
  durationMs: 5,
};
const holds: readonly RuleResult[] = [rule("lines", true, "2 of 30")];

/** A model that says these things one after the other, and remembers what it was asked. */
function speaker(name: string, answers: readonly unknown[]) {
  const asked: ModelRequest[] = [];
  const left = [...answers];
  const by: Speaker = {
    name,
    isSteerable: true,
    prompt: { text: "Be careful, in {{language}}.", version: "p1" },
    async ask(request) {
      asked.push(request);
      const said = left.shift();
      if (said === undefined) return null;
      const text = redact(typeof said === "string" ? said : JSON.stringify(said));
      const answer: ModelAnswer = {
        content: [{ type: "text", text }],
        text,
        toolCalls: [],
        stopReason: text === "refusal" ? "refusal" : text === "cut" ? "max_tokens" : "end_turn",
        usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
        costUsd: 0.01,
      };
      return answer;
    },
  };
  return { by, asked };
}

/** One attempt; what the guard and the tests say to each proposal, in order. */
async function attempt(
  proposals: readonly unknown[],
  over: {
    readonly guard?: readonly (readonly RuleResult[])[];
    readonly tests?: readonly Verification[];
    readonly reviews?: readonly unknown[];
    readonly about?: Partial<RepairCase>;
  } = {},
) {
  const proposer = speaker("maker", proposals);
  const reviewer = speaker("critic", over.reviews ?? [agrees]);
  const [guards, tests] = [[...(over.guard ?? [])], [...(over.tests ?? [])]];
  const steps: string[] = [];
  const repaired = await repair(
    { ...about, ...over.about },
    {
      proposer: proposer.by,
      reviewer: reviewer.by,
      proposalsMax: 2,
      guard: async (patch: Patch) => {
        steps.push(`guard ${patch.files.length}`);
        return guards.shift() ?? holds;
      },
      verify: async (_patch, round) => {
        steps.push(`verify ${round}`);
        return tests.shift() ?? verified;
      },
      read: async (path, inner) => (await about.source.file(about.version.base, path, inner))?.bytes ?? null,
    },
    signal,
  );
  const closed = repaired.rules.filter((each) => !each.holds).map((each) => `${each.rule}: ${each.detail}`);
  return { ...repaired, steps, closed, proposer: proposer.asked, reviewer: reviewer.asked };
}

const textOf = (request: ModelRequest | undefined): string =>
  (request?.turns ?? []).map((turn) => (turn.role === "user" ? turn.text : "")).join("\n====\n");

describe("a patch", () => {
  it("comes through proposal, guard, tests and second opinion, in this order", async () => {
    const { proposal, rules, steps, proposer, reviewer } = await attempt([good]);
    expect(rules.map((each) => [each.rule, each.holds])).toEqual([
      ["proposal", true],
      ["guard", true],
      ["verification", true],
      ["second-opinion", true],
    ]);
    expect(steps).toEqual(["guard 2", "verify 1"]);
    expect(proposal).toMatchObject({
      patch: { incident: "i0123456789ab", repository: "acme/shop", base: about.version.base },
      rationale: "An order may have no discount.",
      verification: verified,
      review: { refuted: false, model: "critic" },
      promptVersion: "p1",
    });
    expect(textOf(proposer[0])).toContain("|   return order.discount.percent / 100;");
    expect(textOf(proposer[0])).toContain("| test('ten percent', () => {});");
    expect(textOf(proposer[0])).toContain("node --test {test}");
    expect(textOf(reviewer[0])).toContain("| +  return (order.discount?.percent ?? 0) / 100;");
    // The critic sees what the maker was shown, and nothing that the maker said for itself.
    expect(textOf(reviewer[0])).toContain("src/checkout.js:2: export const price");
    expect(textOf(reviewer[0])).not.toContain("An order may have no discount.");
    expect(reviewer[0]?.turns).toHaveLength(1);
  });

  it("is proposed once more with what the tests printed, behind bars and through the gate", async () => {
    const secret = `AKIA${"IOSFODNN7EXAMPLE"}`;
    const failed: Verification = {
      ...verified,
      kind: "red-to-red",
      greenOutput: redact(`not ok 1\n# What is the patch?\n${secret}`),
    };
    const { proposal, proposer, steps } = await attempt([good, good], { tests: [failed] });
    expect(steps).toEqual(["guard 2", "verify 1", "guard 2", "verify 2"]);
    expect(proposal).not.toBeNull();
    const second = textOf(proposer[1]);
    expect(second).toContain("the test fails with the patch too");
    expect(second).toContain("| not ok 1\n| # What is the patch?");
    expect(second).not.toContain(secret);
    expect(proposer[1]?.turns[0]).toEqual(proposer[0]?.turns[0]);
  });

  it("is proposed twice at most", async () => {
    const failed: Verification = { ...verified, kind: "suite-worse" };
    const { proposal, closed, tried } = await attempt([good, good, good], { tests: [failed, failed, failed] });
    expect(proposal).toBeNull();
    expect(closed).toEqual(["verification: other tests fail with the patch that pass without it"]);
    expect(tried?.diff).toContain("order.discount?.percent");
  });

  it("never runs where the guard objects, and the objection goes into the next round", async () => {
    const refused = [rule("lines", false, "80 lines of at most 30", "src/rate.js"), rule("paths", true, "fine")];
    const { steps, closed, proposer, proposal } = await attempt([good, good], { guard: [refused, refused] });
    expect(steps).toEqual(["guard 2", "guard 2"]);
    expect(closed).toEqual(["guard-lines: 80 lines of at most 30"]);
    expect(textOf(proposer[1])).toContain("guard-lines (src/rate.js): 80 lines of at most 30.");
    expect(proposal).toBeNull();
  });

  it("never runs where the guard says nothing", async () => {
    const { steps, proposal } = await attempt([good, good], { guard: [[], []] });
    expect(steps).not.toContain("verify 1");
    expect(proposal).toBeNull();
  });

  it("that cannot be tested is not proposed again", async () => {
    const { closed, proposer } = await attempt([good, good], {
      tests: [{ kind: "cannot-run", because: redact("no javac") }],
    });
    expect(closed).toEqual(["verification: the tests cannot be run: no javac"]);
    expect(proposer).toHaveLength(1);
  });

  it.each([
    [
      "a refutation",
      { refuted: true, objection: "business-meaning", because: "Who pays?" },
      /^second-opinion: business-meaning: Who pays\?$/,
    ],
    ["half a refutation", { refuted: false, objection: "symptom-only", because: "Hm." }, /symptom-only: Hm\./],
    ["an answer that is none", "no JSON", /The second opinion is none/],
    ["an answer that was cut off", "cut", /ended with max_tokens/],
    ["a refusal", "refusal", /ended with refusal/],
  ])("stays out by %s", async (_what, said, because) => {
    const { closed, proposal, proposer } = await attempt([good], { reviews: [said] });
    expect(closed).toEqual([expect.stringMatching(because)]);
    expect(proposal).toBeNull();
    expect(proposer).toHaveLength(1);
  });

  it("stays out where no money is left for a second opinion", async () => {
    const { closed } = await attempt([good], { reviews: [] });
    expect(closed).toEqual([expect.stringContaining("does not reach for a second opinion")]);
  });
});

describe("no patch", () => {
  it.each([
    [
      "where the model says so",
      [{ kind: "none", why: "What a guest pays is yours to decide.", edits: [] }],
      /What a guest pays/,
    ],
    ["where it refuses", ["refusal"], /refused to answer/],
    ["where no money is left", [], /money/],
    ["where it answers twice what is no answer", ["{", { kind: "patch" }], /proposal 2 of at most 2/],
    ["where its answers are cut off", ["cut", "cut"], /cut off/],
    [
      "where its edits do not apply, twice",
      [
        { ...good, edits: [{ ...fix, search: "nowhere" }] },
        { ...good, edits: [] },
      ],
      /There is no edit/,
    ],
  ])("%s", async (_what, answers, because) => {
    const { closed, steps, proposal } = await attempt(answers);
    expect(closed).toEqual([expect.stringMatching(because)]);
    expect(steps).toEqual([]);
    expect(proposal).toBeNull();
  });

  it("of a file in which something is hidden from models", async () => {
    const { rootCause } = about;
    const faulty = rootCause.faulty.map((place) => ({ ...place, path: "src/key.js" }));
    const { closed, proposer } = await attempt([good], { about: { rootCause: { ...rootCause, faulty } } });
    expect(closed).toEqual([expect.stringMatching(/src\/key\.js holds what is hidden/)]);
    expect(proposer).toEqual([]);
  });
});

describe("a reviewer's words", () => {
  it("are material of the next patch", async () => {
    const request = redact("Please test\nWhat is the patch? a guest too.");
    const { proposer } = await attempt([good], { about: { request } });
    expect(textOf(proposer[0])).toContain("| Please test\n| What is the patch? a guest too.");
  });
});
