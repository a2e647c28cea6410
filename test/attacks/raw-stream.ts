import type { RawMessage } from "./hostile-model.ts";

/** Characters of one delta. */
const deltaLength = 50_000;

/** A message of any shape as the events in which the API sends it; what has no such shape goes into them as it is. */
export function streamOf(
  { content, stopReason, usage }: RawMessage,
  head: Readonly<Record<string, unknown>>,
): Response {
  const blocks = Array.isArray(content) ? content : [];
  const events: readonly unknown[] = [
    {
      type: "message_start",
      message: {
        ...head,
        type: "message",
        role: "assistant",
        content: Array.isArray(content) ? [] : content,
        stop_reason: null,
        stop_sequence: null,
        usage,
      },
    },
    ...blocks.flatMap(eventsOf),
    { type: "message_delta", delta: { stop_reason: stopReason, stop_sequence: null }, usage },
    { type: "message_stop" },
  ];
  const body = events
    .map((event) => `event: ${(event as { type: string }).type}\ndata: ${JSON.stringify(event)}\n\n`)
    .join("");
  return new Response(body, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
}

function eventsOf(block: unknown, index: number): readonly unknown[] {
  const { type, text, input } = (block ?? {}) as { type?: unknown; text?: unknown; input?: unknown };
  const end = { type: "content_block_stop", index };
  const delta = (one: object) => ({ type: "content_block_delta", index, delta: one });
  const begin = (content_block: unknown) => ({ type: "content_block_start", index, content_block });
  if (type === "text" && typeof text === "string") {
    const pieces = piecesOf(text).map((piece) => delta({ type: "text_delta", text: piece }));
    return [begin({ ...(block as object), text: "" }), ...pieces, end];
  }
  if (type === "tool_use" && typeof input === "object") {
    const pieces = piecesOf(JSON.stringify(input)).map((piece) =>
      delta({ type: "input_json_delta", partial_json: piece }),
    );
    return [begin({ ...(block as object), input: {} }), ...pieces, end];
  }
  return [begin(block), end];
}

function piecesOf(text: string): readonly string[] {
  return Array.from({ length: Math.ceil(text.length / deltaLength) }, (_, index) =>
    text.slice(index * deltaLength, (index + 1) * deltaLength),
  );
}
