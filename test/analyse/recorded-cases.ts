import { createModel } from "../../src/adapters/anthropic/model.ts";
import type { Analysed, Analysis } from "../../src/analyse/analyse.ts";
import type { Role, Roles } from "../../src/analyse/roles.ts";
import { detect } from "../../src/demo/model/detective.ts";
import type { ModelFault } from "../../src/demo/model/faults.ts";
import type { MessagesRequest } from "../../src/demo/model/messages-request.ts";
import type { Reply } from "../../src/demo/model/reply.ts";
import type { EvidenceBundle } from "../../src/domain/evidence.ts";
import { type Model, ModelError } from "../../src/domain/model.ts";
import { bundleOf, entry, limits, price, pricing, type Service, type World } from "./world.ts";

/** A conversation that is committed, and what the script said in it when it was recorded. */
export interface RecordedCase {
  readonly name: string;
  readonly script: (request: MessagesRequest) => Reply;
  readonly faults: readonly (ModelFault | null)[];
  readonly always: ModelFault | null;
  readonly change: Partial<Analysis>;
}

/** No prompt of ours: a word changed there must not make what was recorded worthless. */
const role = (model: string, version: string): Role => ({
  model,
  effort: null,
  thinks: false,
  prompt: { text: `Find the cause. Answer in {{language}}. (${version})`, version },
});
export const roles: Roles = {
  triage: role("claude-haiku-5-5", "sorts"),
  compare: null,
  investigate: role("claude-sonnet-5-5", "investigates"),
  strong: role("claude-opus-5-5", "looks-again"),
  challenge: role("claude-sonnet-5-5", "doubts"),
};

export const recordedCases: readonly RecordedCase[] = [
  { name: "found", script: detect, faults: [], always: null, change: {} },
  {
    name: "looked-at-again",
    script: unsureUnlessStrong,
    faults: [],
    always: null,
    change: {},
  },
  {
    name: "never-ends",
    script: detect,
    faults: [null],
    always: "endless-tools",
    change: { limits: { ...limits, stepsMax: 8 } },
  },
  { name: "cut-off", script: detect, faults: [null, null, null, "max-tokens"], always: null, change: {} },
  { name: "declined", script: detect, faults: [null, null, null, "refusal"], always: null, change: {} },
  { name: "broken-off", script: detect, faults: [null, null, "overloaded", null, "reset"], always: null, change: {} },
];

/** Unsure of what matters, where the stronger model is sure. */
function unsureUnlessStrong(request: MessagesRequest): Reply {
  const reply = detect(request);
  const [block] = reply.content;
  if (request.model === "claude-opus-5-5" || block?.type !== "text" || !block.text.includes('"severity"')) return reply;
  const said = { ...(JSON.parse(block.text) as object), severity: "high", confidence: 0.4 };
  return { ...reply, content: [{ type: "text", text: JSON.stringify(said) }] };
}

export const bug = pricing();

/** Words that no rule decides on stand in it, so that triage asks. */
export async function caseIn(world: Pick<World, "service">) {
  const service = await world.service("pricing", bug.files);
  const log = bug.log.replace("order 17", "discount not found: order 17");
  return { codes: [service] as readonly Service[], bundle: bundleOf([entry(1, "pricing", log)], [service]) };
}

/** What calls can cost, computed as ever; and nobody who could be asked. */
export function costUsdMax(): Model["costUsdMax"] {
  const small = { input: 0.2, output: 1, cacheRead: 0.02, cacheWrite: 0.25 };
  const prices = { "claude-sonnet-5-5": price, "claude-opus-5-5": price, "claude-haiku-5-5": small };
  const connection = { apiKey: "none", baseUrl: "http://127.0.0.1:1", prices, timeoutMs: 1, fetch: null };
  return createModel(connection).costUsdMax;
}

/** Attempt after attempt, as a queue makes them, until one comes to its end. */
export async function analysed(
  world: World,
  { change }: RecordedCase,
  about: { readonly codes: readonly Service[]; readonly bundle: EvidenceBundle; readonly model: Model },
  more: Partial<Analysis> = {},
): Promise<{ readonly analysed: Analysed; readonly attempts: number }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const given = { roles, ...change, ...more, model: about.model };
      return { analysed: await world.analyse(about.bundle, about.codes, given), attempts: attempt };
    } catch (error) {
      if (!(error instanceof ModelError) || attempt > 5) throw error;
    }
  }
}
