import { describe, expect, it } from "vitest";
import type { MessagesRequest } from "../../../src/demo/model/messages-request.ts";
import { bytesPerToken, createPromptCache } from "../../../src/demo/model/prompt-cache.ts";

const minuteMs = 60_000;
const longAs = (tokens: number) => "x".repeat(tokens * bytesPerToken);

type Block = { readonly text: string; readonly ttl?: "5m" | "1h" | "none" };

/** A conversation of one user turn, each block with a mark unless it says otherwise. */
function request(blocks: readonly Block[], model = "claude-sonnet-5-5", system = "Be exact."): MessagesRequest {
  return {
    model,
    max_tokens: 100,
    system,
    messages: [
      {
        role: "user",
        content: blocks.map(({ text, ttl = "5m" }) => ({
          type: "text" as const,
          text,
          ...(ttl === "none" ? {} : { cache_control: { type: "ephemeral" as const, ttl } }),
        })),
      },
    ],
  };
}

function cacheAt(startMs = 0) {
  let nowMs = startMs;
  const cache = createPromptCache({ nowMs: () => nowMs });
  return {
    read: (of: MessagesRequest) => cache.usage(of).cache_read_input_tokens,
    usage: (of: MessagesRequest) => cache.usage(of),
    later(ms: number) {
      nowMs += ms;
    },
  };
}

describe("the stand-in's prompt cache", () => {
  it("reads what was written in the last five minutes, and each use makes it young again", () => {
    const cache = cacheAt();
    const same = request([{ text: longAs(2_000) }]);
    const { cache_creation_input_tokens: written } = cache.usage(same);
    expect(written).toBeGreaterThan(2_000);
    for (let use = 0; use < 3; use++) {
      cache.later(4 * minuteMs);
      expect(cache.read(same)).toBe(written);
    }
    cache.later(5 * minuteMs);
    expect(cache.usage(same)).toMatchObject({ cache_read_input_tokens: 0, cache_creation_input_tokens: written });
  });

  it("remembers for an hour where the mark asks for that", () => {
    const cache = cacheAt();
    const same = request([{ text: longAs(2_000), ttl: "1h" }]);
    cache.usage(same);
    cache.later(59 * minuteMs);
    expect(cache.read(same)).toBeGreaterThan(2_000);
    cache.later(60 * minuteMs);
    expect(cache.read(same)).toBe(0);
  });

  it("keeps what is read along with a longer stretch", () => {
    const cache = cacheAt();
    const short = request([{ text: longAs(2_000) }]);
    const long = request([{ text: longAs(2_000) }, { text: longAs(500) }]);
    cache.usage(long);
    cache.later(4 * minuteMs);
    cache.usage(long);
    cache.later(4 * minuteMs);
    expect(cache.read(short)).toBeGreaterThan(2_000);
  });

  it.each([
    ["claude-opus-5-5", 512],
    ["claude-fable-5-2", 512],
    ["claude-sonnet-5-5", 1_024],
    ["claude-opus-4-8", 1_024],
    ["claude-opus-4-7", 2_048],
    ["claude-opus-4-6", 4_096],
    ["claude-haiku-5-5", 4_096],
  ])("caches nothing of %s below %i tokens", (model, tokens) => {
    for (const [text, isCached] of [
      [longAs(tokens - 100), false],
      [longAs(tokens), true],
    ] as const) {
      const cache = cacheAt();
      cache.usage(request([{ text }], model));
      expect(cache.read(request([{ text }], model)) > 0).toBe(isCached);
    }
  });

  it("reads nothing that begins otherwise, by one byte, or was asked of another model", () => {
    const cache = cacheAt();
    cache.usage(request([{ text: longAs(2_000) }]));
    expect(cache.read(request([{ text: `y${longAs(2_000)}` }]))).toBe(0);
    expect(cache.read(request([{ text: longAs(2_000) }], "claude-sonnet-5-5", "Be brief."))).toBe(0);
    expect(cache.read(request([{ text: longAs(2_000) }], "claude-opus-5-5"))).toBe(0);
    expect(cache.read(request([{ text: longAs(2_000) }, { text: "more" }]))).toBeGreaterThan(2_000);
  });

  it("looks back over twenty blocks from a mark, and no further", () => {
    const blocks = (more: number): Block[] => [
      { text: longAs(2_000) },
      ...Array.from({ length: more }, (_, index): Block => ({ text: `block ${index}`, ttl: "none" })),
    ];
    const readBehind = (more: number) => {
      const cache = cacheAt();
      cache.usage(request(blocks(0)));
      const [first = { text: "" }, ...rest] = blocks(more);
      return cache.read(request([{ ...first, ttl: "none" }, ...rest.slice(0, -1), { text: "the newest" }]));
    };
    expect(readBehind(19)).toBeGreaterThan(2_000);
    expect(readBehind(20)).toBe(0);
  });

  it("writes at marks only, and counts all that comes before the last of them", () => {
    const cache = cacheAt();
    const half = [{ text: longAs(1_500), ttl: "none" as const }, { text: longAs(1_500) }];
    const usage = cache.usage(request([...half, { text: longAs(300), ttl: "none" }]));
    expect(usage.cache_creation_input_tokens).toBeGreaterThan(3_000);
    expect(usage.input_tokens).toBeGreaterThan(290);
    expect(usage.input_tokens).toBeLessThan(340);
    expect(cache.read(request([{ text: longAs(1_500) }]))).toBe(0);
  });
});
