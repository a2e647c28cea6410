import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { detect } from "../../src/demo/model/detective.ts";
import type { MessagesRequest } from "../../src/demo/model/messages-request.ts";
import type { Reply } from "../../src/demo/model/reply.ts";
import { bundleOf, entry, onlyInvestigates, openWorld, pricing, type Service, type World } from "./world.ts";

const challenge = { ...onlyInvestigates.investigate, prompt: { text: "Refute.", version: "c1" } };
const strong = { ...onlyInvestigates.investigate, model: "claude-opus-5-5" };

describe("a second look", () => {
  let world: World;
  let codes: readonly Service[];
  let said: (request: MessagesRequest) => Reply;
  const bug = pricing();

  beforeEach(async () => {
    said = detect;
    world = await openWorld({ script: (request) => said(request) });
    codes = [await world.service("pricing", bug.files)];
  });
  afterEach(() => world.close());

  const look = (change: object) => world.analyse(bundleOf([entry(1, "pricing", bug.log)], codes), codes, change);
  const isChallenge = (request: MessagesRequest) =>
    JSON.stringify(request.output_config?.format?.schema).includes('"refuted"');
  const refuting = (quote: string) => (request: MessagesRequest) =>
    isChallenge(request)
      ? answer({ refuted: true, because: "The discount is there.", citations: [{ evidence: "entry-1", quote }] })
      : detect(request);

  it("leaves what it cannot refute as it was, without having seen how it was found", async () => {
    const { rootCause, bill } = await look({ roles: { ...onlyInvestigates, challenge } });
    expect(rootCause).toMatchObject({ kind: "found", confidence: 0.86, doubt: null });
    expect(bill.map(({ step, prompt }) => [step, prompt])).toEqual([
      ["analyse", "prompt-1"],
      ["challenge", "c1"],
    ]);
    const asked = world.server.requests.at(-1);
    expect([asked?.messages.length, asked?.tools]).toEqual([1, undefined]);
    expect(JSON.stringify(asked)).toContain("| Line 6 of src/pricing.js");
  });

  it("closes the repair gate by words that stand in the evidence, and says why", async () => {
    said = refuting("Cannot read properties");
    const { rootCause } = await look({ roles: { ...onlyInvestigates, challenge } });
    expect(rootCause).toMatchObject({ kind: "found", confidence: 0.43, doubt: "The discount is there." });
  });

  it("closes it by words that stand nowhere too, but believes them less", async () => {
    said = refuting("words of nobody");
    const { rootCause } = await look({ roles: { ...onlyInvestigates, challenge } });
    expect(rootCause).toMatchObject({ confidence: 0.65, statedConfidence: 0.86 });
  });

  it("by a stronger model is for what is grave and unclear", async () => {
    said = (request) =>
      changed(detect(request), (answer) =>
        request.model === "claude-opus-5-5" ? answer : { ...answer, severity: "high", confidence: 0.4 },
      );
    const { rootCause, bill } = await look({ roles: { ...onlyInvestigates, strong } });
    expect(rootCause).toMatchObject({ kind: "found", model: "claude-opus-5-5", confidence: 0.86 });
    expect(bill.map(({ step, model }) => [step, model])).toEqual([
      ["analyse", "claude-sonnet-5-5"],
      ["escalate", "claude-opus-5-5"],
    ]);
    said = (request) => changed(detect(request), (answer) => ({ ...answer, severity: "low", confidence: 0.4 }));
    expect((await look({ roles: { ...onlyInvestigates, strong }, saved: [] })).bill).toHaveLength(1);
  });

  it("that fails leaves the first answer", async () => {
    said = (request) => {
      if (request.model === "claude-opus-5-5") return { stopReason: "refusal", content: [] };
      return changed(detect(request), (answer) => ({ ...answer, severity: "high", confidence: 0.4 }));
    };
    const { rootCause } = await look({ roles: { ...onlyInvestigates, strong } });
    expect(rootCause).toMatchObject({ kind: "found", model: "claude-sonnet-5-5", confidence: 0.4 });
  });

  it("is not paid again by another attempt, from every point at which one may have died", async () => {
    said = (request) =>
      changed(detect(request), (answer) =>
        request.model === "claude-opus-5-5" ? answer : { ...answer, severity: "high", confidence: 0.4 },
      );
    const roles = { ...onlyInvestigates, strong, challenge };
    const first = await look({ roles });
    const whole = [...world.saved];
    for (let kept = 0; kept <= whole.length; kept += 1) {
      const calls = world.server.requests.length;
      const again = await look({ roles, saved: whole.slice(0, kept) });
      const answered = whole.slice(0, kept).filter(({ kind }) => kind === "answered").length;
      expect(world.server.requests.length - calls).toBe(whole.length / 2 - answered);
      expect({ ...again.rootCause, costUsd: 0 }).toEqual({ ...first.rootCause, costUsd: 0 });
      expect(again.bill.reduce((sum, { costUsd }) => sum + costUsd, 0)).toBeCloseTo(again.costUsd, 10);
    }
  });
});

function answer(said: unknown): Reply {
  return { stopReason: "end_turn", content: [{ type: "text", text: JSON.stringify(said) }] };
}

function changed(reply: Reply, change: (answer: object) => object): Reply {
  const [block] = reply.content;
  return block?.type === "text" ? answer(change(JSON.parse(block.text) as object)) : reply;
}
