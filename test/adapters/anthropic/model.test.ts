import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createModel } from "../../../src/adapters/anthropic/model.ts";
import type { MessagesRequest } from "../../../src/demo/model/messages-request.ts";
import type { Reply } from "../../../src/demo/model/reply.ts";
import { type StandInModel, startModel } from "../../../src/demo/model/server.ts";
import type { ModelRequest } from "../../../src/domain/model.ts";
import { redact } from "../../../src/domain/redact.ts";

const price = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };
const never = new AbortController().signal;

const request: ModelRequest = {
  model: "claude-sonnet-5-5",
  effort: null,
  thinks: false,
  system: redact("Find the cause."),
  tools: [
    {
      name: "search",
      description: "Finds text.",
      inputSchema: {
        type: "object",
        properties: { text: { type: "string" } },
        required: ["text"],
        additionalProperties: false,
      },
    },
  ],
  mayUseTools: true,
  turns: [
    { role: "user", text: redact("It failed.") },
    { role: "assistant", content: [{ type: "tool_use", id: "t1", name: "search", input: { text: "total" } }] },
    { role: "tools", results: [{ callId: "t1", text: redact("nothing"), isError: false }] },
    { role: "user", text: redact("Answer now.") },
  ],
  answerSchema: {
    type: "object",
    properties: { claim: { type: "string" } },
    required: ["claim"],
    additionalProperties: false,
  },
  outputTokensMax: 500,
};

describe("the Anthropic adapter, over HTTP", () => {
  let server: StandInModel;
  let reply: (request: MessagesRequest) => Reply;
  beforeEach(async () => {
    reply = () => ({ stopReason: "end_turn", content: [{ type: "text", text: '{"claim":"none"}' }] });
    server = await startModel({ script: (asked) => reply(asked) });
  });
  afterEach(() => server.close());

  function connect(change: Partial<Parameters<typeof createModel>[0]> = {}) {
    return createModel({
      apiKey: "sk-secret-of-tests",
      baseUrl: server.url,
      prices: { "claude-sonnet-5-5": price },
      timeoutMs: 5_000,
      fetch: null,
      ...change,
    });
  }

  it("sends results before words in one message, and marks the stable prefix and the newest turn for the cache", async () => {
    await connect().ask(request, never);
    expect(server.requests[0]).toEqual({
      model: "claude-sonnet-5-5",
      max_tokens: 500,
      stream: true,
      system: [{ type: "text", text: "Find the cause.", cache_control: { type: "ephemeral" } }],
      tools: [
        { name: "search", description: "Finds text.", input_schema: request.tools[0]?.inputSchema, strict: true },
      ],
      tool_choice: { type: "auto" },
      output_config: { format: { type: "json_schema", schema: request.answerSchema } },
      messages: [
        { role: "user", content: [{ type: "text", text: "It failed.", cache_control: { type: "ephemeral" } }] },
        { role: "assistant", content: [{ type: "tool_use", id: "t1", name: "search", input: { text: "total" } }] },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "t1", content: "nothing", is_error: false },
            { type: "text", text: "Answer now.", cache_control: { type: "ephemeral" } },
          ],
        },
      ],
    });
  });

  it("keeps the tools in a request that may not use them", async () => {
    await connect().ask({ ...request, mayUseTools: false }, never);
    expect(server.requests[0]).toMatchObject({ tool_choice: { type: "none" }, tools: [{ name: "search" }] });
  });

  it("leaves the turns it was given as they are", async () => {
    const before = structuredClone(request.turns);
    await connect().ask(request, never);
    expect(request.turns).toEqual(before);
  });

  it("gives words, calls and what they cost", async () => {
    reply = () => ({
      stopReason: "tool_use",
      content: [
        { type: "text", text: "I look." },
        { type: "tool_use", id: "t2", name: "search", input: { text: "rate" } },
      ],
    });
    const answer = await connect().ask(request, never);
    expect(answer).toMatchObject({
      text: "I look.",
      toolCalls: [{ id: "t2", name: "search", input: { text: "rate" } }],
      stopReason: "tool_use",
      content: [{ type: "text" }, { type: "tool_use", id: "t2" }],
    });
    const { inputTokens, outputTokens } = answer.usage;
    expect(answer.costUsd).toBeCloseTo((inputTokens * 3 + outputTokens * 15) / 1e6, 12);
    expect(answer.costUsd).toBeLessThan(connect().costUsdMax(request));
  });

  it("reads a long prefix from the cache at the second call, and never costs more than it said it could", async () => {
    const long = { ...request, system: redact("You look for causes. ".repeat(400)) };
    const model = connect();
    const first = await model.ask(long, never);
    const second = await model.ask(long, never);
    expect(first.usage.cacheWriteTokens).toBeGreaterThan(1_024);
    expect(second.usage).toMatchObject({ cacheReadTokens: first.usage.cacheWriteTokens, cacheWriteTokens: 0 });
    expect(second.costUsd).toBeLessThan(first.costUsd / 2);
    expect(first.costUsd).toBeLessThan(model.costUsdMax(long));
  });

  it("pays the price of a long call for all of it, what was read from the cache included", async () => {
    const long = { overTokens: 2_000, input: 30, output: 150, cacheRead: 3, cacheWrite: 37.5 };
    const model = connect({ prices: { "claude-sonnet-5-5": { ...price, long } } });
    const asked = { ...request, system: redact("You look for causes. ".repeat(900)) };
    await model.ask(asked, never);
    const { usage, costUsd } = await model.ask(asked, never);
    expect(usage.cacheReadTokens).toBeGreaterThan(2_000);
    expect(costUsd).toBeCloseTo(
      (usage.inputTokens * 30 + usage.cacheReadTokens * 3 + usage.outputTokens * 150) / 1e6,
      12,
    );
    expect(costUsd).toBeLessThan(model.costUsdMax(asked));
    const short = await model.ask(request, never);
    expect(short.costUsd).toBeCloseTo((short.usage.inputTokens * 3 + short.usage.outputTokens * 15) / 1e6, 12);
  });

  it("reads all of the conversation before a turn of more calls than the cache looks back over", async () => {
    const model = connect();
    const turnOf = (round: number): ModelRequest["turns"] => {
      const ids = Array.from({ length: 15 }, (_, index) => `t${round}_${index}`);
      return [
        {
          role: "assistant",
          content: ids.map((id) => ({ type: "tool_use", id, name: "search", input: { text: id } })),
        },
        {
          role: "tools",
          results: ids.map((id) => ({ callId: id, text: redact("line ".repeat(100)), isError: false })),
        },
      ];
    };
    const started: ModelRequest = { ...request, turns: [{ role: "user", text: redact("It failed. ".repeat(900)) }] };
    const one = { ...request, turns: [...started.turns, ...turnOf(1)] };
    const two = { ...request, turns: [...one.turns, ...turnOf(2)] };
    await model.ask(started, never);
    const { usage: afterOne } = await model.ask(one, never);
    const { usage: afterTwo } = await model.ask(two, never);
    expect(afterTwo.cacheReadTokens).toBe(afterOne.cacheReadTokens + afterOne.cacheWriteTokens);
    expect(afterTwo.cacheReadTokens).toBeGreaterThan(0.5 * (afterTwo.cacheReadTokens + afterTwo.cacheWriteTokens));
  });

  it.each([
    ["overloaded", { isRetryable: true, isSpent: false, retryAfterMs: 30_000 }],
    ["rate-limited", { isRetryable: true, isSpent: false, retryAfterMs: 7_000 }],
    ["broken", { isRetryable: true, isSpent: false }],
    ["wrong-key", { isRetryable: false, isSpent: false, retryAfterMs: null }],
    ["spend-limit", { isRetryable: false, isSpent: false, retryAfterMs: null }],
    ["reset", { isRetryable: true, isSpent: true, retryAfterMs: null }],
    ["page", { isRetryable: false, isSpent: true, retryAfterMs: null }],
    ["cut-stream", { isRetryable: true, isSpent: true, retryAfterMs: null }],
    ["reset-stream", { isRetryable: true, isSpent: true, retryAfterMs: null }],
    ["overloaded-stream", { isRetryable: true, isSpent: true, retryAfterMs: 30_000 }],
  ] as const)("after %s says what happened, and asks exactly once", async (fault, kind) => {
    server.faults.always = fault;
    let sent = 0;
    const counting: typeof fetch = (...input) => {
      sent += 1;
      return fetch(...input);
    };
    const asked = connect({ fetch: counting }).ask(request, never);
    await expect(asked).rejects.toMatchObject({ name: "ModelError", ...kind });
    await expect(asked).rejects.not.toThrow("sk-secret-of-tests");
    expect(sent).toBe(1);
  });

  it.each([-1_000_000_000, 1e300, 1.5])("counts a call that says it used %s tokens as spent", async (tokens) => {
    const usage = { input_tokens: 10, output_tokens: tokens, cache_read_input_tokens: 0 };
    const lying: typeof fetch = async () =>
      eventsAnswer([
        { type: "message_start", message: { content: [], usage: { ...usage, output_tokens: 1 } } },
        { type: "message_delta", delta: { stop_reason: "end_turn" }, usage },
        { type: "message_stop" },
      ]);
    const asked = connect({ fetch: lying }).ask(request, never);
    await expect(asked).rejects.toMatchObject({ name: "ModelError", isRetryable: false, isSpent: true });
  });

  it("counts a timeout as spent", async () => {
    server.faults.always = "slow";
    const asked = connect({ timeoutMs: 20 }).ask(request, never);
    await expect(asked).rejects.toMatchObject({ isRetryable: true, isSpent: true });
  });

  it("counts a stream that stands still for too long as spent", async () => {
    server.faults.always = "stalled-stream";
    const asked = connect({ timeoutMs: 200 }).ask(request, never);
    await expect(asked).rejects.toThrow(/did not answer in full within 200 ms/);
    await expect(asked).rejects.toMatchObject({ isRetryable: true, isSpent: true });
  });

  it("gives the signal's own reason in the middle of a stream, and closes it", async () => {
    server.faults.always = "stalled-stream";
    const stop = new AbortController();
    let pieces = 0;
    const watching: typeof fetch = async (...input) => {
      const answer = await fetch(...input);
      const watched = answer.body?.pipeThrough(
        new TransformStream({
          transform(piece, out) {
            pieces += 1;
            out.enqueue(piece);
          },
        }),
      );
      return new Response(watched ?? null, answer);
    };
    const asked = connect({ fetch: watching }).ask(request, stop.signal);
    await expect.poll(() => pieces, { interval: 2 }).toBeGreaterThan(0);
    const stoppedAtMs = performance.now();
    stop.abort(new Error("paused"));
    await expect(asked).rejects.toThrow("paused");
    expect(performance.now() - stoppedAtMs).toBeLessThan(1_000);
  });

  it("puts a long answer together as it would have come in one piece", async () => {
    const claim = "가 long claim 🧩 ".repeat(500);
    const input = { text: "needle ".repeat(300), nested: { list: [1, "two", null] } };
    reply = () => ({
      stopReason: "tool_use",
      content: [
        { type: "text", text: JSON.stringify({ claim }) },
        { type: "tool_use", id: "t2", name: "search", input },
      ],
    });
    const answer = await connect().ask(request, never);
    expect(JSON.parse(answer.text)).toEqual({ claim });
    expect(answer.toolCalls).toEqual([{ id: "t2", name: "search", input }]);
  });

  it("keeps what it thought as it was signed, so that it can be sent back", async () => {
    const thought = [
      { type: "message_start", message: { content: [], usage: { input_tokens: 3, output_tokens: 1 } } },
      { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "", signature: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "It may " } },
      { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "be null." } },
      { type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "c2lnbg==" } },
      { type: "content_block_stop", index: 0 },
      { type: "content_block_start", index: 1, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "It is." } },
      { type: "a_kind_of_later", index: 1, news: true },
      { type: "content_block_stop", index: 1 },
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 9, input_tokens: null } },
      { type: "message_stop" },
    ];
    const answer = await connect({ fetch: async () => eventsAnswer(thought) }).ask(request, never);
    expect(answer.content).toEqual([
      { type: "thinking", thinking: "It may be null.", signature: "c2lnbg==" },
      { type: "text", text: "It is." },
    ]);
    expect(answer.usage).toMatchObject({ inputTokens: 3, outputTokens: 9 });
  });

  it("says how hard to work and to think only where it is told to", async () => {
    await connect().ask({ ...request, effort: "low", thinks: true }, never);
    expect(server.requests[0]).toMatchObject({ thinking: { type: "adaptive" }, output_config: { effort: "low" } });
  });

  it("does not ask a model whose price nobody knows", async () => {
    const asked = connect().ask({ ...request, model: "constructor" }, never);
    await expect(asked).rejects.toMatchObject({ isRetryable: false, isSpent: false });
    expect(server.requests).toHaveLength(0);
  });

  it("counts nothing when nobody listens", async () => {
    const model = connect();
    await server.close();
    const asked = model.ask(request, never);
    await expect(asked).rejects.toMatchObject({ isRetryable: true, isSpent: false });
  });

  it("gives the signal's own reason when it is told to stop", async () => {
    server.faults.always = "slow";
    const stop = new AbortController();
    const asked = connect().ask(request, stop.signal);
    await expect.poll(() => server.requests.length, { interval: 2 }).toBe(1);
    stop.abort(new Error("paused"));
    await expect(asked).rejects.toThrow("paused");
  });

  it("says what a request lacked, in the server's words", async () => {
    const asked = connect().ask({ ...request, outputTokensMax: 0 }, never);
    await expect(asked).rejects.toThrow(/400.*max_tokens/);
  });

  it("follows no redirect, for the conversation would go to another origin", async () => {
    const elsewhere = createServer((_, answer) =>
      answer.writeHead(307, { location: `${server.url}/v1/messages` }).end(),
    );
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = elsewhere.address() as AddressInfo;
      await expect(connect({ baseUrl: `http://127.0.0.1:${port}` }).ask(request, never)).rejects.toThrow(/307/);
      expect(server.requests).toHaveLength(0);
    } finally {
      elsewhere.close();
    }
  });
});

function eventsAnswer(events: readonly { readonly type: string; readonly [field: string]: unknown }[]): Response {
  const text = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
  return new Response(text, { headers: { "content-type": "text/event-stream" } });
}
