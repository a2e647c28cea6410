import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../domain/clock.ts";
import { type Entity, entitiesShown, refusalOfText } from "./entities.ts";
import { isMethod, isRecord, misfits, type Params } from "./methods.ts";
import {
  type Button,
  type Chat,
  chatBody,
  type Message,
  messageBody,
  newWorld,
  personBody,
  type World,
} from "./world.ts";

export interface TelegramSetup {
  readonly port?: number;
  readonly token: string;
  /** Privacy mode off: the bot sees everything that is said in its groups. */
  readonly canReadAll?: boolean;
  readonly clock: Pick<Clock, "nowMs">;
}

/** `lost`: carried out, and the connection cut. `reset`: not carried out, cut. `fail`: an answer of the server in place of the right one. */
export type TelegramFault =
  | { readonly kind: "lost" | "reset" }
  | { readonly kind: "fail"; readonly status: number; readonly description: string; readonly retryAfter?: number };

export interface SeenCall {
  readonly method: string;
  readonly params: Params;
  readonly atMs: number;
}

/** The Bot API on loopback, for one bot. */
export interface TelegramStandIn {
  readonly url: string;
  readonly world: World;
  /** In order of arrival, without getUpdates. */
  readonly calls: readonly SeenCall[];
  /** Calls that the published Bot API does not have. A test that passes has none. */
  readonly violations: readonly string[];
  /** Somebody waits for updates now. */
  readonly isPolled: () => boolean;
  /** The next calls of that method meet these, one each. */
  faults(method: string, ...faults: readonly TelegramFault[]): void;
  revoke(): void;
  /** Somebody else polls with the same token from now on. */
  setRival(isThere: boolean): void;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

const bodyBytesMax = 32 * 1024 * 1024;

export async function startTelegram(setup: TelegramSetup): Promise<TelegramStandIn> {
  const nowMs = () => setup.clock.nowMs();
  const world = newWorld(nowMs, () => setup.canReadAll !== false);
  const calls: SeenCall[] = [];
  const violations: string[] = [];
  const faults = new Map<string, TelegramFault[]>();
  let isRevoked = false;
  let hasRival = false;
  let polling: AbortController | null = null;

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      violations.push(
        `the stand-in failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(setup.port ?? 0, "127.0.0.1", resolve));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, token, method = ""] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? "") ?? [];
    const params = await readParams(request);
    if (token !== setup.token || isRevoked) return send(response, failed(401, "Unauthorized"));
    if (!isMethod(method)) {
      violations.push(`there is no method ${method}`);
      return send(response, failed(404, "Not Found"));
    }
    const wrong = misfits(method, params);
    violations.push(...wrong);
    if (wrong.length > 0) return send(response, failed(400, `Bad Request: ${wrong[0]}`));
    if (method !== "getUpdates") calls.push({ method, params, atMs: nowMs() });
    const fault = faults.get(method)?.shift();
    if (fault?.kind === "reset") return void request.socket.destroy();
    if (fault?.kind === "fail")
      return send(response, failed(fault.status, fault.description, { retryAfter: fault.retryAfter ?? null }));
    const answer = method === "getUpdates" ? await updates(params, request) : answerTo(method, params);
    if (fault?.kind === "lost" || answer === null) return void request.socket.destroy();
    send(response, answer);
  }

  async function updates(params: Params, request: IncomingMessage): Promise<Answer | null> {
    const offset = params["offset"] as number | undefined;
    const limit = Math.min(100, Math.max(1, (params["limit"] as number | undefined) ?? 100));
    const timeoutMs = Math.min(50, (params["timeout"] as number | undefined) ?? 0) * 1000;
    if (hasRival)
      return failed(
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
      );
    // The one that asked before is told so, as Telegram does.
    polling?.abort();
    const mine = new AbortController();
    polling = mine;
    const left = () => mine.abort();
    request.socket.once("close", left);
    try {
      if (world.updates(offset, limit).length === 0 && timeoutMs > 0) await world.nextUpdate(timeoutMs, mine.signal);
      if (request.socket.destroyed) return null;
      if (mine.signal.aborted)
        return failed(
          409,
          "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
        );
      return ok(world.updates(offset, limit));
    } finally {
      request.socket.off("close", left);
      if (polling === mine) polling = null;
    }
  }

  function answerTo(method: string, params: Params): Answer {
    switch (method) {
      case "getMe":
        return ok({
          ...personBody(world.bot),
          can_join_groups: true,
          can_read_all_group_messages: setup.canReadAll !== false,
          supports_inline_queries: false,
        });
      case "getWebhookInfo":
        return ok({ url: "", has_custom_certificate: false, pending_update_count: 0 });
      case "setMyCommands":
        return commandsAnswer(params);
      case "answerCallbackQuery": {
        const press = world.presses.find(({ id }) => id === params["callback_query_id"]);
        if (press === undefined)
          return failed(400, "Bad Request: query is too old and response timeout expired or query ID is invalid");
        press.answered = true;
        press.text = typeof params["text"] === "string" ? params["text"] : null;
        if ((press.text ?? "").length > 200) return failed(400, "Bad Request: MESSAGE_TOO_LONG");
        return ok(true);
      }
      default:
        return inChat(method, params);
    }
  }

  function inChat(method: string, params: Params): Answer {
    const chat = world.chats.get(Number(params["chat_id"]));
    if (chat === undefined) return failed(400, "Bad Request: chat not found");
    if (chat.movedTo !== null)
      return failed(400, "Bad Request: group chat was upgraded to a supergroup chat", { migrateTo: chat.movedTo });
    if (!chat.isMember)
      return failed(
        403,
        chat.type === "private"
          ? "Forbidden: bot was blocked by the user"
          : `Forbidden: bot was kicked from the ${chat.type} chat`,
      );
    if (method === "getChat") return ok({ ...chatBody(chat), accent_color_id: 0, max_reaction_count: 11 });
    if (method === "sendMessage") return sendMessage(chat, params);
    const message = chat.messages.find(({ id }) => id === params["message_id"]);
    if (method === "deleteMessage") {
      if (message === undefined) return failed(400, "Bad Request: message to delete not found");
      chat.messages.splice(chat.messages.indexOf(message), 1);
      return ok(true);
    }
    return editMessage(chat, message, params);
  }

  function sendMessage(chat: Chat, params: Params): Answer {
    const text = String(params["text"]);
    const entities = (params["entities"] ?? []) as readonly Entity[];
    const refusal = refusalOfText(text, entities);
    if (refusal !== null) return failed(400, refusal);
    const reply = isRecord(params["reply_parameters"]) ? params["reply_parameters"] : null;
    const replyTo = reply === null ? null : Number(reply["message_id"]);
    const isThere = replyTo === null || chat.messages.some(({ id }) => id === replyTo);
    if (!isThere && reply?.["allow_sending_without_reply"] !== true)
      return failed(400, "Bad Request: message to be replied not found");
    const message = world.add(chat, {
      from: world.bot,
      text: text.trim(),
      entities: entitiesShown(text, entities),
      buttons: buttonsOf(params),
      replyTo: isThere ? replyTo : null,
      forwardedFrom: null,
      isSilent: params["disable_notification"] === true,
    });
    return ok(messageBody(world, chat, message, {}));
  }

  function editMessage(chat: Chat, message: Message | undefined, params: Params): Answer {
    const text = String(params["text"]);
    const entities = (params["entities"] ?? []) as readonly Entity[];
    if (message === undefined) return failed(400, "Bad Request: message to edit not found");
    if (message.from?.id !== world.bot.id) return failed(400, "Bad Request: message can't be edited");
    const refusal = refusalOfText(text, entities);
    if (refusal !== null) return failed(400, refusal);
    const shown = entitiesShown(text, entities);
    const buttons = buttonsOf(params);
    const isSame =
      JSON.stringify([text.trim(), shown, buttons]) ===
      JSON.stringify([message.text, message.entities, message.buttons]);
    if (isSame)
      return failed(
        400,
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
      );
    message.text = text.trim();
    message.entities = shown;
    message.buttons = buttons;
    message.edits += 1;
    return ok(messageBody(world, chat, message, {}));
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    world,
    calls,
    violations,
    isPolled: () => polling !== null,
    faults: (method, ...planned) => void faults.set(method, [...(faults.get(method) ?? []), ...planned]),
    revoke() {
      isRevoked = true;
    },
    setRival(isThere) {
      hasRival = isThere;
      if (isThere) polling?.abort();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function commandsAnswer(params: Params): Answer {
  const commands = params["commands"] as readonly unknown[];
  const isRight = (each: unknown): boolean =>
    isRecord(each) &&
    /^[a-z0-9_]{1,32}$/.test(String(each["command"])) &&
    String(each["description"]).length >= 1 &&
    String(each["description"]).length <= 256;
  if (commands.length > 100 || !commands.every(isRight)) return failed(400, "Bad Request: BOT_COMMAND_INVALID");
  return ok(true);
}

function buttonsOf(params: Params): readonly (readonly Button[])[] {
  const markup = params["reply_markup"];
  return isRecord(markup) ? (markup["inline_keyboard"] as readonly (readonly Button[])[]) : [];
}

function ok(result: unknown): Answer {
  return { status: 200, body: { ok: true, result } };
}

function failed(
  status: number,
  description: string,
  more: { readonly retryAfter?: number | null; readonly migrateTo?: number } = {},
): Answer {
  const parameters = {
    ...(more.retryAfter == null ? {} : { retry_after: more.retryAfter }),
    ...(more.migrateTo === undefined ? {} : { migrate_to_chat_id: more.migrateTo }),
  };
  const has = Object.keys(parameters).length > 0;
  return { status, body: { ok: false, error_code: status, description, ...(has ? { parameters } : {}) } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function readParams(request: IncomingMessage): Promise<Params> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new Error("the request is too large");
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  const parsed: unknown = text === "" ? {} : JSON.parse(text);
  return isRecord(parsed) ? parsed : {};
}
