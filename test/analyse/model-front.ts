import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Answers one request in a way of its own. */
export type Answering = (outgoing: ServerResponse, incoming: IncomingMessage) => void;

/** A server before the scripted model that hands requests on, but for the one of that number, counted from 1. */
export interface ModelFront {
  readonly url: string;
  /** Bodies, as they came. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

export async function startFront(modelUrl: string, number: number, answering: Answering): Promise<ModelFront> {
  const asked: string[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString("utf8");
    if (asked.push(body) === number) return answering(outgoing, incoming);
    const headers = { "x-api-key": "key-of-tests", "anthropic-version": "2023-06-01" };
    const answer = await fetch(`${modelUrl}${incoming.url}`, { method: "POST", headers, body });
    outgoing.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    outgoing.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface Event {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** An error as Anthropic answers it. */
export function refuses(
  status: number,
  type: string,
  message: string,
  more: { readonly headers?: Readonly<Record<string, string>>; readonly details?: unknown } = {},
): Answering {
  const error = { type, message, ...(more.details === undefined ? {} : { details: more.details }) };
  return (outgoing) => {
    outgoing.writeHead(status, { "content-type": "application/json", ...more.headers });
    outgoing.end(JSON.stringify({ type: "error", error, request_id: "req_1" }));
  };
}

/** A stream of these events, to its end. */
export function streams(...events: readonly Event[]): Answering {
  return (outgoing) => {
    outgoing.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    outgoing.end(events.map(eventText).join(""));
  };
}

/** These events, and then what becomes of the connection once they have arrived. */
export function streamsThen(events: readonly Event[], then: (outgoing: ServerResponse) => void): Answering {
  return (outgoing) => {
    outgoing.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    outgoing.write(events.map(eventText).join(""), () => then(outgoing));
  };
}

function eventText(event: Event): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

const usage = { input_tokens: 100, output_tokens: 20, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 };

export const begun: Event = {
  type: "message_start",
  message: { id: "msg_1", type: "message", role: "assistant", content: [], stop_reason: null, usage },
};

export function textBlock(text: string, index = 0): readonly Event[] {
  return [
    { type: "content_block_start", index, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index, delta: { type: "text_delta", text } },
    { type: "content_block_stop", index },
  ];
}

/** A call of a tool with its input as text, whole or not. */
export function toolBlock(name: string, input: string, index = 0): readonly Event[] {
  return [
    { type: "content_block_start", index, content_block: { type: "tool_use", id: `toolu_r${index}`, name, input: {} } },
    { type: "content_block_delta", index, delta: { type: "input_json_delta", partial_json: input } },
    { type: "content_block_stop", index },
  ];
}

export function ended(stopReason: string | null): readonly Event[] {
  return [
    { type: "message_delta", delta: { stop_reason: stopReason, stop_sequence: null }, usage },
    { type: "message_stop" },
  ];
}

/** What the API sends in place of the rest. */
export function broken(type: string): Event {
  return { type: "error", error: { type, message: "it went wrong" } };
}
