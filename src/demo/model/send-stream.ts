import type { ServerResponse } from "node:http";
import type { ModelFault } from "./faults.ts";
import type { ReplyBlock } from "./reply.ts";

/** What the stand-in answers, before it is cut into events. */
export interface StreamedMessage {
  readonly content: readonly ReplyBlock[];
  readonly stop_reason: string;
  readonly usage: Readonly<Record<string, unknown>>;
  readonly [more: string]: unknown;
}

/** Characters of one delta. */
const deltaLength = 400;

/** The same message as server-sent events, in the order and with the fields of the real API; or as much of it as the fault lets through. */
export async function sendStream(
  outgoing: ServerResponse,
  message: StreamedMessage,
  fault: ModelFault | null,
  held: () => Promise<void>,
): Promise<void> {
  const events = eventsOf(message);
  outgoing.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
  const half = Math.ceil(events.length / 2);
  for (const [index, event] of events.entries()) {
    if (index === half && fault !== null) {
      if (fault === "cut-stream") return void outgoing.end();
      if (fault === "reset-stream") return void outgoing.socket?.resetAndDestroy();
      if (fault === "stalled-stream") await held();
      if (fault === "overloaded-stream") {
        const error = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
        return void outgoing.end(eventText(error));
      }
    }
    // Flushed before a fault, so that what was sent has arrived.
    await new Promise<void>((resolve) => outgoing.write(eventText(event), () => resolve()));
  }
  outgoing.end();
}

interface StreamEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

function eventText(event: StreamEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function eventsOf({ content, stop_reason, usage, ...rest }: StreamedMessage): readonly StreamEvent[] {
  const { output_tokens, ...input } = usage;
  const start = { ...rest, content: [], stop_reason: null, usage: { ...input, output_tokens: 1 } };
  return [
    { type: "message_start", message: start },
    { type: "ping" },
    ...content.flatMap(blockEvents),
    {
      type: "message_delta",
      delta: { stop_reason, stop_sequence: null },
      usage: { ...input, output_tokens, cache_read_input_tokens: input["cache_read_input_tokens"] ?? null },
    },
    { type: "message_stop" },
  ];
}

function blockEvents(block: ReplyBlock, index: number): readonly StreamEvent[] {
  const isCall = block.type === "tool_use";
  const text = isCall ? JSON.stringify(block.input) : block.text;
  const pieces = text.match(new RegExp(`[^]{1,${deltaLength}}`, "gu")) ?? [];
  return [
    {
      type: "content_block_start",
      index,
      content_block: isCall ? { ...block, input: {} } : { ...block, text: "" },
    },
    ...pieces.map((piece) => ({
      type: "content_block_delta",
      index,
      delta: isCall ? { type: "input_json_delta", partial_json: piece } : { type: "text_delta", text: piece },
    })),
    { type: "content_block_stop", index },
  ];
}
