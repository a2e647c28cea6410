import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConversation } from "../../src/adapters/anthropic/conversation-file.ts";
import { openRecorder, recordModel } from "../../src/adapters/anthropic/record-model.ts";
import { createRecordedModel } from "../../src/adapters/anthropic/recorded-model.ts";
import type { SavedTurn } from "../../src/analyse/saved-turn.ts";
import { own, parseTemplate } from "../../src/domain/inert.ts";
import type { Model, ModelRequest } from "../../src/domain/model.ts";
import { redact } from "../../src/domain/redact.ts";
import { answerPage } from "../../src/report/answer-page.ts";
import { issueText } from "../../src/report/issue-text.ts";
import { findingsFor, incidentNamed, orderFor } from "../support/incidents.ts";
import { analysed, bug, caseIn, costUsdMax, type RecordedCase, recordedCases, roles } from "./recorded-cases.ts";
import { limits, openWorld, type World } from "./world.ts";

const fileOf = (name: string) => join(import.meta.dirname, "..", "fixtures", "conversations", `${name}.ndjson`);
const caseNamed = (name: string): RecordedCase => {
  const found = recordedCases.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no case ${name}`);
  return found;
};
const never = new AbortController().signal;
const anyRequest: ModelRequest = {
  model: "claude-haiku-5-5",
  effort: null,
  thinks: false,
  system: redact("s"),
  tools: [],
  mayUseTools: false,
  turns: [{ role: "user", text: redact("u") }],
  answerSchema: {},
  outputTokensMax: 1,
};
function messageOf(work: () => unknown): string {
  try {
    work();
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}
const verdict = { allowed: false, mode: "issue", rules: [] } as const;

describe("a recorded conversation in place of the model", () => {
  let world: World;
  let folder: string;
  beforeEach(async () => {
    world = await openWorld();
    folder = mkdtempSync(join(tmpdir(), "error-autopilot-"));
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await world.close();
    // Nobody was asked behind its back.
    expect(world.server.requests).toHaveLength(0);
  });

  const standIn = (name: string) => createRecordedModel(readConversation(fileOf(name)), costUsdMax());
  function counted(model: Model): Model & { readonly calls: () => number } {
    let calls = 0;
    return {
      ...model,
      calls: () => calls,
      ask(...given) {
        calls += 1;
        return model.ask(...given);
      },
    };
  }
  async function play(name: string) {
    const model = counted(standIn(name));
    const about = { ...(await caseIn(world)), model };
    return { ...(await analysed(world, caseNamed(name), about)), about, model };
  }

  describe("the loop", () => {
    it("comes to a finding at the line that fails, by the tools that were asked for, at what it cost", async () => {
      const { analysed: said, model } = await play("found");
      expect(said.rootCause).toMatchObject({
        kind: "found",
        faulty: [{ path: bug.path, firstLine: bug.bugAt, lastLine: bug.bugAt }],
        promptVersion: "investigates",
        doubt: null,
      });
      expect(said.rootCause.citations.every(({ isResolved }) => isResolved)).toBe(true);
      expect(said.bundle.evidence.some((one) => one.kind === "lines" && one.path === bug.path)).toBe(true);
      expect(said.bill.map(({ step, calls }) => [step, calls])).toEqual([
        ["triage", 1],
        ["analyse", 3],
        ["challenge", 1],
      ]);
      const recorded = readConversation(fileOf("found")).exchanges;
      expect(said.costUsd).toBeCloseTo(
        recorded.reduce((sum, { answer }) => sum + (answer?.costUsd ?? 0), 0),
        10,
      );
      expect(model.calls()).toBe(recorded.length);
    });

    it("hands what is grave and unclear to the stronger model", async () => {
      const { rootCause, bill } = (await play("looked-at-again")).analysed;
      expect(rootCause).toMatchObject({ kind: "found", model: "claude-opus-5-5" });
      expect(bill.map(({ step }) => step)).toEqual(["triage", "analyse", "escalate", "challenge"]);
    });

    it("asks for a shorter answer where one was cut off", async () => {
      const { exchanges } = readConversation(fileOf("cut-off"));
      expect(exchanges.map(({ answer }) => answer?.stopReason)).toContain("max_tokens");
      expect(exchanges.flatMap(({ said }) => said.map(({ text }) => text)).join("\n")).toContain("in far fewer words");
      expect((await play("cut-off")).analysed.rootCause.kind).toBe("found");
    });
  });

  describe("the caps", () => {
    it("hint at what was asked before, nudge at two thirds of the steps, and end in one answer without tools", async () => {
      const { analysed: said } = await play("never-ends");
      const { exchanges } = readConversation(fileOf("never-ends"));
      expect(said.rootCause.kind).toBe("cannot-tell");
      expect(exchanges.map(({ request }) => request.mayUseTools)).toEqual([false, ...Array(5).fill(true), false]);
      const words = exchanges.flatMap(({ said: told }) => told.map(({ text }) => text)).join("\n");
      expect(words).toMatch(/You have asked exactly this before/);
      expect(words).toMatch(/Two thirds of what this investigation may use are used up/);
      expect(words).toMatch(/You have no more steps/);
      expect(exchanges.length).toBeLessThanOrEqual(8);
    });

    it("that are other ones than at the time are noticed, for the model was never asked like that", async () => {
      const { codes, bundle } = await caseIn(world);
      const fewer = { limits: { ...limits, stepsMax: 6 } };
      const asked = analysed(world, caseNamed("never-ends"), { codes, bundle, model: standIn("never-ends") }, fewer);
      await expect(asked).rejects.toThrow(
        /in the conversation analyse, turn 8 of 9 \(our words\) stands where the recording has the model's words/,
      );
    });

    it("of money hold: what was spent when it was recorded counts again", async () => {
      const { codes, bundle } = await caseIn(world);
      const model = counted(standIn("found"));
      // Enough for the small model of triage, and for no other.
      const said = await analysed(world, caseNamed("found"), { codes, bundle, model }, { allowanceUsd: 0.005 });
      expect(model.calls()).toBe(1);
      expect(said.analysed.bill.map(({ step }) => step)).toEqual(["triage"]);
      expect(said.analysed.costUsd).toBe(readConversation(fileOf("found")).exchanges[0]?.answer?.costUsd);
      const { rootCause } = said.analysed;
      expect(rootCause.kind === "cannot-tell" && rootCause.missing.join("\n")).toMatch(/does not pay for another call/);
    });
  });

  describe("resume", () => {
    it.each(["found", "looked-at-again", "never-ends", "cut-off", "declined"])(
      "of %s goes on from every point at which an attempt may have died, and asks for no answer twice",
      async (name) => {
        const { analysed: first, about } = await play(name);
        const whole: readonly SavedTurn[] = [...world.saved];
        const answers = whole.filter(({ kind }) => kind === "answered").length;
        for (let kept = 0; kept <= whole.length; kept += 1) {
          const saved = whole.slice(0, kept);
          const isLost = saved.at(-1)?.kind === "asked";
          // A lost call is a step too: of a model that never ends, less is asked from there on.
          if (isLost && name === "never-ends") continue;
          const model = counted(standIn(name));
          const again = await analysed(world, caseNamed(name), { ...about, model }, { saved });
          expect(model.calls()).toBe(answers - saved.filter(({ kind }) => kind === "answered").length);
          expect({ ...again.analysed.rootCause, costUsd: 0 }).toEqual({ ...first.rootCause, costUsd: 0 });
          if (!isLost) expect(again.analysed.bill).toEqual(first.bill);
        }
      },
    );

    it("goes on after a 529 and after a lost answer, and pays the lost one at its most", async () => {
      const { analysed: said, attempts } = await play("broken-off");
      expect(attempts).toBe(3);
      expect(said.rootCause.kind).toBe("found");
      const { exchanges } = readConversation(fileOf("broken-off"));
      expect(exchanges.flatMap(({ failure }) => (failure === null ? [] : [failure.isSpent]))).toEqual([false, true]);
      const answered = exchanges.reduce((sum, { answer }) => sum + (answer?.costUsd ?? 0), 0);
      expect(said.costUsd).toBeGreaterThan(answered);
    });
  });

  it.each(["found", "looked-at-again"])(
    "what came of %s is a page that says what, where, how sure and what to do",
    async (name) => {
      const { rootCause, bundle } = (await play(name)).analysed;
      const page = answerPage(rootCause, bundle, verdict);
      expect(page).toMatch(/^Found, \d\d % sure: null_dereference\n/);
      expect(page).toContain(`Line ${bug.bugAt} of ${bug.path}`);
      expect(page).toContain(rootCause.nextStep);
    },
  );

  it.each(["en", "ko"] as const)(
    "what came of found is an issue with the place and the claim, in %s",
    async (language) => {
      const { rootCause, bundle, costUsd, bill } = (await play("found")).analysed;
      const incident = incidentNamed("pricing", { counts: { dev: 3 } });
      const findings = { ...findingsFor(orderFor(incident)), bundle, rootCause, costUsd, bill };
      const prompts = join(import.meta.dirname, "..", "..", "prompts");
      const { body } = issueText({
        incident,
        findings,
        repository: "acme/pricing",
        repositoryOf: () => "acme/pricing",
        webUrl: "https://github.com",
        language,
        template: parseTemplate(readFileSync(join(prompts, `issue.${language}.md`), "utf8")),
        patch: [],
        marker: own`<!-- marker -->`,
      });
      expect(body).toContain(`/${bug.path}#L${bug.bugAt}`);
      expect(body).toContain("discount.percent");
      expect(body).toContain(`$${costUsd.toFixed(4)}`);
      expect(/[가-힣]/.test(body)).toBe(language === "ko");
    },
  );

  it("what came of never-ends is a page that says that it cannot tell", async () => {
    const { rootCause, bundle } = (await play("never-ends")).analysed;
    expect(answerPage(rootCause, bundle, verdict)).toMatch(/cannot be told/);
  });

  describe("what is asked otherwise", () => {
    const notRecorded = async (about: Awaited<ReturnType<typeof caseIn>>, change: Parameters<typeof analysed>[3]) => {
      const asked = analysed(
        world,
        caseNamed("found"),
        { ...about, model: standIn("found") },
        { saved: [], ...change },
      );
      const error = await asked.then(
        () => null,
        (thrown: unknown) => (thrown instanceof Error ? thrown : null),
      );
      expect(error?.name).toBe("NotRecordedError");
      expect(error?.message.split("\n")).toHaveLength(1);
      return error?.message ?? "";
    };

    it("names the turn and shows where its words part", async () => {
      const { codes, bundle } = await caseIn(world);
      const more = {
        ...bundle,
        evidence: bundle.evidence.map((one) => ({ ...one, text: redact(`${one.text}\nand more`) })),
      };
      const asked = analysed(world, caseNamed("found"), { codes, bundle: more, model: standIn("found") });
      await expect(asked).rejects.toThrow(
        /in the conversation triage, turn 1 of 1 \(our words\) is another than it was: ".*and more.*" where it said "/,
      );
    });

    it("names the language, the model, and a conversation that was not had", async () => {
      const about = await caseIn(world);
      expect(await notRecorded(about, { language: "ko" })).toContain("the prompt or its language changed");
      const another = { ...roles, investigate: { ...roles.investigate, model: "claude-opus-5-5" } };
      expect(await notRecorded(about, { roles: another })).toContain(
        "in the conversation analyse, the model is claude-opus-5-5 and was claude-sonnet-5-5",
      );
      const asked = standIn("found").ask(anyRequest, never, { step: "review", prompt: "p" });
      await expect(asked).rejects.toThrow(/nothing is said: it has no conversation review\./);
    });
  });

  describe("a file of one", () => {
    const recorded = () => readFileSync(fileOf("found"), "utf8");
    const written = (text: string) => {
      const file = join(folder, "conversation.ndjson");
      writeFileSync(file, text);
      return file;
    };

    it("is for its owner alone, is added to, and never written over what it is not", async () => {
      const file = join(folder, "new.ndjson");
      openRecorder(file, "nobody", () => 0);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const other = written("something of mine\n");
      expect(() => openRecorder(other, "nobody", () => 0)).toThrow(/no recorded conversation, so nothing is added/);
      expect(readFileSync(other, "utf8")).toBe("something of mine\n");
      expect(() => openRecorder(join(folder, "no", "where"), "nobody", () => 0)).toThrow(
        /cannot be written \(ENOENT\)/,
      );
    });

    it("whose last line was cut off is read without it, and added to on a line of its own", async () => {
      const cut = written(recorded().slice(0, -200));
      const before = readConversation(cut).exchanges;
      expect(before).toHaveLength(4);
      const lines = readConversation(fileOf("found")).exchanges;
      const [last] = lines.slice(-1);
      if (last !== undefined) openRecorder(cut, "nobody", () => 0).add(last);
      expect(readFileSync(cut, "utf8").trimEnd().split("\n").at(-1)).toBe(JSON.stringify(last));
    });

    it.each([
      ["nothing", "", /is no recorded conversation/],
      ["another document", '{"evidence":[]}\n', /is no recorded conversation/],
      [
        "a line that is none",
        `${JSON.stringify({ conversation: "error-autopilot", format: 1, of: "x", atMs: 0 })}\n{"step":7}\n`,
        /line 2, is no exchange with a model \(step: /,
      ],
    ])("with %s in it is refused in one sentence", (_what, text, sentence) => {
      expect(() => readConversation(written(text))).toThrow(sentence);
    });

    it("holds no secret that the model invents, and lets none in that somebody wrote into it", async () => {
      const secret = "AKIAIOSFODNN7EXAMPLE";
      const file = join(folder, "new.ndjson");
      const leaky: Model = {
        costUsdMax: costUsdMax(),
        ask: async () => ({
          content: [{ type: "text", text: `the key is ${secret}` }],
          text: redact(""),
          toolCalls: [],
          stopReason: "end_turn",
          usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
          costUsd: 0,
        }),
      };
      await recordModel(
        leaky,
        openRecorder(file, "nobody", () => 0),
        () => 0,
        () => undefined,
      ).ask(anyRequest, never);
      const text = readFileSync(file, "utf8");
      expect(text).not.toContain(secret);
      const forged = written(text.replace(/the key is [^"\\]+/, `the key is ${secret}`));
      expect(readFileSync(forged, "utf8")).toContain(secret);
      const said = await createRecordedModel(readConversation(forged), costUsdMax()).ask(anyRequest, never);
      expect(said.text).toMatch(/^the key is ⟨/);
    });

    it("that somebody wrote commands for a terminal into shows none of them", async () => {
      const [first = "", second = ""] = recorded().split("\n");
      const hostile = "\u001b[2J\u202e\nAKIAIOSFODNN7EXAMPLE";
      const head = JSON.stringify({ ...JSON.parse(first), of: hostile });
      const exchange = JSON.parse(second);
      const other = { ...exchange.request, model: hostile, digest: "0" };
      const file = written(`${head}\n${JSON.stringify({ ...exchange, request: other })}\n`);
      const conversation = readConversation(file);
      const asked = createRecordedModel(conversation, costUsdMax()).ask(anyRequest, never, {
        step: "triage",
        prompt: "",
      });
      const said = await asked.catch((error: unknown) => (error instanceof Error ? error.message : ""));
      const badKey = written(`${first}\n${JSON.stringify({ ...exchange, [hostile]: 1 })}\n`);
      for (const text of [conversation.head.of, String(said), messageOf(() => readConversation(badKey))]) {
        expect(text).not.toBe("");
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(text).not.toContain("AKIAIOSFODNN7EXAMPLE");
      }
      expect(() => readConversation(written(first.replace(/"atMs":\d+/, '"atMs":9e99')))).toThrow(
        /no recorded conversation/,
      );
    });

    it("that cannot be written any more loses no answer, and says that it has a gap", async () => {
      const told: string[] = [];
      const full = {
        add() {
          throw Object.assign(new Error("full"), { code: "ENOSPC" });
        },
      };
      const model = recordModel(
        standIn("found"),
        full,
        () => 0,
        (sentence) => told.push(sentence),
      );
      const { analysed: said } = await analysed(world, caseNamed("found"), { ...(await caseIn(world)), model });
      expect(said.rootCause.kind).toBe("found");
      expect(new Set(told)).toEqual(
        new Set(["An exchange with the model could not be recorded (ENOSPC); the recording has a gap."]),
      );
    });
  });
});
