import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createModel } from "../../src/adapters/anthropic/model.ts";
import { ModelError } from "../../src/domain/model.ts";
import {
  type Answering,
  begun,
  broken,
  ended,
  refuses,
  startFront,
  streams,
  streamsThen,
  textBlock,
  toolBlock,
} from "./model-front.ts";
import { bundleOf, entry, openWorld, price, pricing, type Service, type World } from "./world.ts";

/**
 * What may come in place of the second answer, and what it comes to:
 * - "found": the conversation goes on, and ends well, at the attempt it is in
 * - "concludes": the model is asked for an answer without tools, and gives one; what it had not read by then it does not know
 * - "again": the order is handed back, and another attempt goes on from the first answer
 * - a text: there is no second attempt; the root cause is `cannot-tell`, and says that
 */
interface Outcome {
  readonly comes: "found" | "concludes" | "again" | RegExp;
  /** Whether the call counts at the most it can have cost; "answered": it counts what it says it cost. */
  readonly paid: "most" | "nothing" | "answered";
  /** Of the model in all, at the end. */
  readonly asked: number;
}

const answer = JSON.stringify({
  kind: "cannot-tell",
  claim: "Nobody can tell.",
  mechanism: [],
  category: "other",
  confidence: 0.1,
  faulty: [],
  citations: [],
  ruled_out: [],
  next_step: "Log more.",
  severity: "low",
  remedy: { kind: "none", text: "" },
  owner: null,
  missing: ["the order that failed"],
});
const look = toolBlock("read_lines", '{"path":"package.json","first":1,"last":1}');

const stopReasons: readonly (readonly [string, Answering, Outcome])[] = [
  [
    "end_turn with an answer",
    streams(begun, ...textBlock(answer), ...ended("end_turn")),
    { comes: /the order that failed/, paid: "answered", asked: 2 },
  ],
  ["end_turn with nothing", streams(begun, ...ended("end_turn")), { comes: "concludes", paid: "answered", asked: 3 }],
  ["tool_use", streams(begun, ...look, ...ended("tool_use")), { comes: "found", paid: "answered", asked: 4 }],
  [
    "tool_use without a call",
    streams(begun, ...textBlock("I look."), ...ended("tool_use")),
    { comes: "concludes", paid: "answered", asked: 3 },
  ],
  [
    "max_tokens",
    streams(begun, ...textBlock('{"kind":"fou'), ...ended("max_tokens")),
    { comes: "concludes", paid: "answered", asked: 3 },
  ],
  [
    "max_tokens in a tool's input",
    streams(begun, ...toolBlock("read_lines", '{"path":"src/pri'), ...ended("max_tokens")),
    { comes: "concludes", paid: "answered", asked: 3 },
  ],
  [
    "stop_sequence with an answer",
    streams(begun, ...textBlock(answer), ...ended("stop_sequence")),
    { comes: /the order that failed/, paid: "answered", asked: 2 },
  ],
  [
    "pause_turn",
    streams(begun, ...textBlock("One moment."), ...ended("pause_turn")),
    { comes: "found", paid: "answered", asked: 4 },
  ],
  ["refusal", streams(begun, ...ended("refusal")), { comes: "concludes", paid: "answered", asked: 3 }],
  [
    "model_context_window_exceeded",
    streams(begun, ...textBlock("{"), ...ended("model_context_window_exceeded")),
    { comes: "concludes", paid: "answered", asked: 3 },
  ],
  [
    "a reason of later",
    streams(begun, ...textBlock(answer), ...ended("tired")),
    { comes: /the order that failed/, paid: "answered", asked: 2 },
  ],
  [
    "no reason",
    streams(begun, ...textBlock(answer), ...ended(null)),
    { comes: /the order that failed/, paid: "answered", asked: 2 },
  ],
];

const lost: Outcome = { comes: "again", paid: "most", asked: 4 };
const putOff: Outcome = { comes: "again", paid: "nothing", asked: 4 };
const refused = (words: RegExp): Outcome => ({ comes: words, paid: "nothing", asked: 2 });

const errors: readonly (readonly [string, Answering, Outcome])[] = [
  [
    "400 invalid_request_error",
    refuses(400, "invalid_request_error", "max_tokens: too large"),
    refused(/400 \(max_tokens: too large\)/),
  ],
  [
    "400 without credit",
    refuses(400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API."),
    refused(/no credit left: add some in Anthropic's console/),
  ],
  [
    "401",
    refuses(401, "authentication_error", "invalid x-api-key"),
    refused(/401 \(invalid x-api-key\)\. Check the API key/),
  ],
  ["402", refuses(402, "billing_error", "payment required"), refused(/no credit left/)],
  ["403", refuses(403, "permission_error", "not allowed"), refused(/403 .*may not use this model/)],
  [
    "404 of a model",
    refuses(404, "not_found_error", "model: claude-nobody"),
    refused(/404 \(model: claude-nobody\)\. Check the model's name in service-map\.yaml/),
  ],
  [
    "413",
    refuses(413, "request_too_large", "Request exceeds the maximum size"),
    refused(/413 .*lower the analysis limits/),
  ],
  ["429 with retry-after", refuses(429, "rate_limit_error", "later", { headers: { "retry-after": "7" } }), putOff],
  [
    "429 of the month's limit",
    refuses(429, "rate_limit_error", "limit", { details: { error_code: "enforced_spend_limit_reached" } }),
    refused(/monthly limit at Anthropic is used up/),
  ],
  ["500", refuses(500, "api_error", "Internal server error"), putOff],
  [
    "502 of a gateway, which may have lost what was billed",
    (out) => out.writeHead(502, { "content-type": "text/html" }).end("<html>"),
    lost,
  ],
  ["503", refuses(503, "api_error", "unavailable"), putOff],
  ["504", refuses(504, "timeout_error", "timed out"), lost],
  ["529", refuses(529, "overloaded_error", "Overloaded"), putOff],
  ["an error in mid-stream that passes", streams(begun, broken("overloaded_error")), lost],
  [
    "an error in mid-stream that stays",
    streams(begun, broken("invalid_request_error")),
    { comes: /broke off its answer \(invalid_request_error\)/, paid: "most", asked: 2 },
  ],
  ["a connection reset before the headers", (_out, incoming) => incoming.socket.resetAndDestroy(), lost],
  ["a connection reset after the headers", streamsThen([], (out) => out.socket?.resetAndDestroy()), lost],
  [
    "a stream cut in the middle of a block",
    streamsThen([begun, ...textBlock(answer).slice(0, 2)], (out) => out.end()),
    lost,
  ],
  [
    "a stream cut in the middle of a tool's input",
    streamsThen([begun, ...toolBlock("read_lines", '{"pa').slice(0, 2)], (out) => out.end()),
    lost,
  ],
  [
    "a stream reset in the middle of a block",
    streamsThen([begun, ...textBlock(answer).slice(0, 2)], (out) => out.socket?.resetAndDestroy()),
    lost,
  ],
  ["a stream without message_stop", streams(begun, ...textBlock(answer), ...ended("end_turn").slice(0, 1)), lost],
  ["a stream that stands still", streamsThen([begun, ...textBlock(answer).slice(0, 2)], () => undefined), lost],
  ["a stream of nothing", streams(), lost],
  [
    "an event that is no JSON",
    (out) => out.writeHead(200, { "content-type": "text/event-stream" }).end("event: message_start\ndata: {no\n\n"),
    { comes: /could not be read \(it is not JSON\)/, paid: "most", asked: 2 },
  ],
  [
    "a gateway's stream that does not say what it used",
    streams(
      begun,
      ...textBlock(answer),
      { type: "message_delta", delta: { stop_reason: "end_turn" } },
      { type: "message_stop" },
    ),
    { comes: /could not be read \(it does not say how many tokens it took\)/, paid: "most", asked: 2 },
  ],
  [
    "a page",
    (out) => out.writeHead(200, { "content-type": "text/html" }).end("<html>Sign in</html>"),
    { comes: /could not be read \(it is no stream of events\)/, paid: "most", asked: 2 },
  ],
];

/** What else the issue names, and where it is shown. */
const elsewhere: readonly (readonly [what: string, file: string, title: string])[] = [
  ["529 for an hour", "test/e2e/model-faults.test.ts", "for hours, delays the issue and does not swallow it"],
  ["spend limit of an incident", "test/analyse/analyse.test.ts", "never spends more than an allowance of $%d"],
  [
    "spend limit of a day",
    "test/e2e/model-faults.test.ts",
    "beyond the ceiling of the day: the rest is filed without it and says so, and no ceiling is passed",
  ],
  ["spend limit of an environment", "test/promises/07-money-and-time.test.ts", "of an environment"],
  ["clock skew", "test/promises/07-money-and-time.test.ts", "a clock that is set back or forward"],
  [
    "stopped in mid-stream",
    "test/promises/08-pause-in-stream.test.ts",
    "closes the connection before the next part of the stream is sent",
  ],
  ["nobody listens", "test/adapters/anthropic/model.test.ts", "counts nothing when nobody listens"],
  ["retry-after", "test/contract/job-queue-contract.ts", "waits as long as a server asked to be left alone"],
];

describe("in place of the second answer", () => {
  const bug = pricing();
  let world: World;
  let codes: readonly Service[];
  beforeEach(async () => {
    world = await openWorld();
    codes = [await world.service("pricing", bug.files)];
  });
  afterEach(() => world.close());

  async function outcomeOf(answering: Answering, expected: Outcome): Promise<void> {
    const front = await startFront(world.server.url, 2, answering);
    try {
      const prices = { "claude-sonnet-5-5": price };
      const model = createModel({ apiKey: "key", baseUrl: front.url, prices, timeoutMs: 400, fetch: null });
      const bundle = bundleOf([entry(1, "pricing", bug.log)], codes);
      const attempt = () => world.analyse(bundle, codes, { model });
      const first = await attempt().catch((error: unknown) => error);
      if (expected.comes === "again") {
        expect(first).toBeInstanceOf(ModelError);
        expect(first).toMatchObject({ isRetryable: true, isSpent: expected.paid === "most" });
      }
      const analysed = expected.comes === "again" ? await attempt() : (first as Awaited<ReturnType<typeof attempt>>);
      const { rootCause, costUsd } = analysed;
      if (expected.comes instanceof RegExp) {
        expect(rootCause.kind === "cannot-tell" && rootCause.missing.join("\n")).toMatch(expected.comes);
      } else if (expected.comes === "concludes") {
        expect(rootCause.kind === "cannot-tell" && rootCause.missing.join("\n")).not.toContain(
          "an answer of the model",
        );
        expect(front.asked.at(-1)).toContain('"tool_choice":{"type":"none"}');
      } else expect(rootCause.kind).toBe("found");
      expect(front.asked).toHaveLength(expected.asked);
      expect(costUsd).toBeCloseTo(paidFor(expected), 10);
    } finally {
      await front.close();
    }
  }

  /** Every answer as it was billed, and the second call by what it counts for. */
  function paidFor({ paid }: Outcome): number {
    const asked = world.saved.filter((turn) => turn.kind === "asked");
    const answered = world.saved.reduce((sum, turn) => sum + turn.costUsd, 0);
    const second = asked[1]?.kind === "asked" ? asked[1].costUsdMax : Number.NaN;
    const isUnspent = world.saved.some(({ kind }) => kind === "unspent");
    expect(isUnspent).toBe(paid === "nothing");
    return paid === "most" ? answered + second : answered;
  }

  it.each(stopReasons)("stop reason %s", (_name, answering, expected) => outcomeOf(answering, expected));
  it.each(errors)("%s", (_name, answering, expected) => outcomeOf(answering, expected));

  it.each(elsewhere)("%s is shown in %s", (_what, file, title) => {
    const path = join(import.meta.dirname, "..", "..", file);
    expect(existsSync(path) && readFileSync(path, "utf8")).toContain(title);
  });
});
