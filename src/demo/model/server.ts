import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { detect } from "./detective.ts";
import { failures, type ModelFault, type ModelFaults, nextFault } from "./faults.ts";
import { type MessagesRequest, readMessagesRequest } from "./messages-request.ts";
import { bytesPerToken, createPromptCache, type Usage } from "./prompt-cache.ts";
import type { Reply } from "./reply.ts";
import { type StreamedMessage, sendStream } from "./send-stream.ts";

export interface StandInModel {
  /** To be given as the model's base address. */
  readonly url: string;
  /** Every request that was accepted, oldest first. */
  readonly requests: readonly MessagesRequest[];
  readonly faults: ModelFaults;
  /** What became of each stream, in the order in which it happened. */
  readonly streams: readonly StreamMoment[];
  /** Lets requests that the fault "slow" holds go on. */
  release(): void;
  close(): Promise<void>;
}

/** The stream that answers the request of that number, from 1 on, stands still in its middle, goes on, was closed by the other end, or came to its end. */
interface StreamMoment {
  readonly request: number;
  readonly what: "stalled" | "went on" | "cut" | "ended";
}

/** Answers one request. Pure: it sees the request and nothing else, as a real model does. */
type Script = (request: MessagesRequest) => Reply;

/**
 * A server on loopback that speaks Anthropic's Messages API to whoever has a key, and refuses what the real one would refuse.
 * @see Anthropic API, POST /v1/messages, GET /v1/models/{id}
 */
export async function startModel(
  options: {
    readonly port?: number;
    readonly script?: Script;
    readonly faults?: readonly (ModelFault | null)[];
    /** By which what was cached is forgotten; the machine's own by default. */
    readonly clock?: { nowMs(): number };
  } = {},
): Promise<StandInModel> {
  const requests: MessagesRequest[] = [];
  const faults: ModelFaults = { next: [...(options.faults ?? [])], always: null };
  const streams: StreamMoment[] = [];
  const cache = createPromptCache(options.clock ?? { nowMs: Date.now });
  const script = options.script ?? detect;
  let held: (() => void)[] = [];

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    const refusal = refusalOf(incoming);
    if (refusal !== null) return sendError(outgoing, refusal.status, refusal.error);
    const model = /^\/v1\/models\/([\w.-]+)$/.exec(incoming.url ?? "")?.[1];
    if (incoming.method === "GET" && model !== undefined) {
      return send(outgoing, 200, { type: "model", id: model, display_name: model, created_at: "2026-01-01T00:00:00Z" });
    }
    if (incoming.method !== "POST" || incoming.url !== "/v1/messages") {
      return sendError(outgoing, 404, { type: "not_found_error", message: `${incoming.method} ${incoming.url}` });
    }
    const request = readMessagesRequest(body);
    if ("refused" in request) {
      return sendError(outgoing, 400, { type: "invalid_request_error", message: request.refused });
    }
    const number = requests.push(request);
    const fault = nextFault(faults);
    if (fault === "reset") return void incoming.socket.destroy();
    if (fault === "page")
      return void outgoing.writeHead(200, { "content-type": "text/html" }).end("<html>Sign in</html>");
    if (fault === "slow") await new Promise<void>((resolve) => held.push(resolve));
    const failure = fault === null ? undefined : failures[fault];
    if (failure !== undefined) return sendError(outgoing, failure.status, failure.error, failure.headers);
    const reply = spoil(script(request), fault, request, requests.length);
    const message = messageOf(reply, request, cache.usage(request), requests.length);
    if (request.stream !== true) return send(outgoing, 200, message);
    outgoing.once("close", () => {
      streams.push({ request: number, what: outgoing.writableFinished ? "ended" : "cut" });
    });
    await sendStream(outgoing, message, fault, async () => {
      streams.push({ request: number, what: "stalled" });
      await new Promise<void>((resolve) => held.push(resolve));
      streams.push({ request: number, what: "went on" });
    });
  }

  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: unknown) =>
      sendError(outgoing, 500, { type: "api_error", message: String(error) }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    faults,
    streams,
    release() {
      for (const go of held) go();
      held = [];
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function refusalOf(incoming: IncomingMessage): { status: number; error: { type: string; message: string } } | null {
  const { authorization, "x-api-key": key, "anthropic-version": version } = incoming.headers;
  if (authorization?.replace(/^Bearer\s+/, "") === undefined && key === undefined) {
    return {
      status: 401,
      error: { type: "authentication_error", message: "x-api-key or Authorization header is required" },
    };
  }
  if (version === undefined) {
    return {
      status: 400,
      error: { type: "invalid_request_error", message: "anthropic-version: header is required" },
    };
  }
  return null;
}

/** What becomes of a good reply where the model itself is at fault. */
function spoil(reply: Reply, fault: ModelFault | null, request: MessagesRequest, count: number): Reply {
  const tool = request.tools?.[0]?.name;
  switch (fault) {
    case "refusal":
      return { stopReason: "refusal", content: [] };
    case "max-tokens":
      return { stopReason: "max_tokens", content: [{ type: "text", text: '{"kind": "fou' }] };
    case "context-window":
      return { stopReason: "model_context_window_exceeded", content: [{ type: "text", text: '{"ki' }] };
    case "pause-turn":
      return { stopReason: "pause_turn", content: [{ type: "text", text: "Let me think about this." }] };
    case "outside-schema":
      return { stopReason: "end_turn", content: [{ type: "text", text: '{"kind": "solved", "claim": 7}' }] };
    case "false-citation":
      return withFalseCitation(reply);
    case "invented-sentence":
      return changed(reply, ({ claim }) => ({ claim: `${claim} Then never_written() of ghost.ts fails 4711 times.` }));
    case "endless-tools":
      if (tool === undefined || request.tool_choice?.type === "none") return reply;
      return {
        stopReason: "tool_use",
        content: [{ type: "tool_use", id: `toolu_${count}`, name: "list_files", input: { under: "" } }],
      };
    case "unknown-tool":
      return {
        stopReason: "tool_use",
        content: [
          { type: "tool_use", id: `toolu_${count}_1`, name: "run_shell", input: { command: "id" } },
          { type: "tool_use", id: `toolu_${count}_2`, name: "read_lines", input: { path: 7 } },
        ],
      };
    default:
      return reply;
  }
}

function withFalseCitation(reply: Reply): Reply {
  const citations = [
    { evidence: "lines-999", quote: "throw new Error('never written')" },
    { evidence: "entry-1", quote: "words that stand nowhere in this entry" },
  ];
  return changed(reply, () => ({ citations }));
}

/** The answer of an investigation with some of its fields said otherwise. */
function changed(reply: Reply, change: (said: Readonly<Record<string, unknown>>) => object): Reply {
  const content = reply.content.map((block) => {
    if (block.type !== "text" || !block.text.startsWith("{")) return block;
    const said = JSON.parse(block.text) as Record<string, unknown>;
    return "kind" in said ? { ...block, text: JSON.stringify({ ...said, ...change(said) }) } : block;
  });
  return { ...reply, content };
}

function messageOf(reply: Reply, request: MessagesRequest, usage: Usage, count: number): StreamedMessage {
  const outputBytes = Buffer.byteLength(JSON.stringify(reply.content));
  return {
    id: `msg_${String(count).padStart(6, "0")}`,
    type: "message",
    role: "assistant",
    model: request.model,
    content: reply.content.map((block) =>
      block.type === "tool_use" ? { ...block, caller: { type: "direct" as const } } : { ...block, citations: null },
    ),
    stop_reason: reply.stopReason,
    stop_sequence: null,
    usage: {
      ...usage,
      output_tokens: Math.min(request.max_tokens, Math.ceil(outputBytes / bytesPerToken)),
      service_tier: "standard",
    },
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    return null;
  }
}

function sendError(
  outgoing: ServerResponse,
  status: number,
  error: { readonly type: string; readonly message: string },
  headers: Readonly<Record<string, string>> = {},
): void {
  send(outgoing, status, { type: "error", error, request_id: "req_stand_in" }, headers);
}

function send(
  outgoing: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (outgoing.headersSent) return void outgoing.destroy();
  outgoing.writeHead(status, { ...headers, "content-type": "application/json" }).end(JSON.stringify(body));
}
