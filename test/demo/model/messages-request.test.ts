import { describe, expect, it } from "vitest";
import { readMessagesRequest } from "../../../src/demo/model/messages-request.ts";

const question = { role: "user", content: "Why?" };
const call = { role: "assistant", content: [{ type: "tool_use", id: "t1", name: "look", input: {} }] };
const result = { role: "user", content: [{ type: "tool_result", tool_use_id: "t1", content: "nothing" }] };
const look = { name: "look", input_schema: { type: "object", additionalProperties: false } };
const good = { model: "claude-sonnet-5-5", max_tokens: 10, messages: [question] };

describe("the stand-in for Anthropic's Messages API", () => {
  it.each([
    ["a question", good],
    ["a conversation with tools", { ...good, tools: [look], messages: [question, call, result] }],
  ])("accepts %s", (_what, body) => {
    expect(readMessagesRequest(body)).toMatchObject({ model: "claude-sonnet-5-5" });
  });

  it.each([
    ["no body", null, /expected object/],
    ["a field it does not know", { ...good, temperature: 0 }, /temperature/],
    ["no limit on the answer", { ...good, max_tokens: undefined }, /max_tokens/],
    ["no messages", { ...good, messages: [] }, /messages/],
    ["an answer first", { ...good, messages: [{ role: "assistant", content: "Because." }, question] }, /first message/],
    ["an answer last", { ...good, messages: [question, { role: "assistant", content: "Because." }] }, /prefill/],
    ["an empty text", { ...good, messages: [{ role: "user", content: [{ type: "text", text: "" }] }] }, /non-empty/],
    [
      "a call without a result",
      { ...good, tools: [look], messages: [question, call, question] },
      /without `tool_result`/,
    ],
    ["a result without a call", { ...good, tools: [look], messages: [question, result] }, /unexpected `tool_use_id`/],
    [
      "words before a result",
      {
        ...good,
        tools: [look],
        messages: [question, call, { role: "user", content: [{ type: "text", text: "Here." }, ...result.content] }],
      },
      /must come first/,
    ],
    ["calls of tools it was not told of", { ...good, messages: [question, call, result] }, /must define tools/],
    ["a choice among no tools", { ...good, tool_choice: { type: "none" } }, /tool_choice/],
    ["two tools of one name", { ...good, tools: [look, look] }, /unique/],
    [
      "a strict schema that leaves properties open",
      { ...good, tools: [{ ...look, strict: true, input_schema: { type: "object" } }] },
      /additionalProperties/,
    ],
    [
      "a bound inside an answer's schema",
      {
        ...good,
        output_config: {
          format: {
            type: "json_schema",
            schema: {
              type: "object",
              additionalProperties: false,
              properties: { list: { type: "array", items: { type: "number", minimum: 0 } } },
            },
          },
        },
      },
      /'minimum' is not supported/,
    ],
    [
      "five cache marks",
      {
        ...good,
        system: Array.from({ length: 5 }, () => ({ type: "text", text: "x", cache_control: { type: "ephemeral" } })),
      },
      /maximum of 4/,
    ],
  ])("refuses %s", (_what, body, because) => {
    expect(readMessagesRequest(body)).toMatchObject({ refused: expect.stringMatching(because) });
  });
});
