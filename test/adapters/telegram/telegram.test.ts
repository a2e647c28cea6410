import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTelegram, type Telegram } from "../../../src/adapters/telegram/telegram.ts";
import { startTelegram, type TelegramStandIn } from "../../../src/demo/telegram/server.ts";
import type { ChatOutgoing } from "../../../src/domain/chat/chat.ts";
import { ChatSourceError } from "../../../src/domain/chat/chat.ts";
import { code, say } from "../../../src/domain/chat/chat-text.ts";
import { redact } from "../../../src/domain/redact.ts";
import { until } from "../../support/until.ts";

const token = "777000001:a-token-of-the-stand-in";
const nowMs = Date.parse("2026-11-20T03:00:00Z");
const clock = { nowMs: () => nowMs, sleep: async () => undefined };
const group = -4001;
const person = { id: 111, name: "on-call" };
const never = new AbortController().signal;

let server: TelegramStandIn;
let telegram: Telegram;

beforeEach(async () => {
  server = await startTelegram({ token, clock });
  server.world.openChat({ id: group, title: "backend", type: "group" });
  server.world.openChat({ id: 111, title: "on-call", type: "private" });
  telegram = createTelegram({ token, apiUrl: server.url, fetch: null, clock });
});
afterEach(async () => {
  expect(server.violations).toEqual([]);
  await server.close();
});

const message = (
  text = say`Found ${code("a.b@c")}`,
  more: Partial<Extract<ChatOutgoing, { kind: "chat-message" }>> = {},
) =>
  ({ kind: "chat-message", chat: String(group), text, buttons: [], replyTo: null, isSilent: false, ...more }) as const;

describe("messages", () => {
  it("are sent with entities, buttons and a reply, and edited to what is shown then", async () => {
    const asked = server.world.say(group, person, "hello");
    const buttons = [[{ label: redact("Yes"), data: "n1" }]];
    const sent = await telegram.send(message(undefined, { replyTo: asked, buttons }), never);
    expect(sent.kind).toBe("done");
    const shown = server.world.chat(group).messages.at(-1);
    expect(shown).toMatchObject({
      text: "Found a.b@c",
      replyTo: asked,
      buttons: [[{ text: "Yes", callback_data: "n1" }]],
    });
    expect(shown?.entities.map(({ type }) => type)).toEqual(["code"]);
    const edit: ChatOutgoing = {
      kind: "edit-chat-message",
      chat: String(group),
      message: shown?.id ?? 0,
      text: say`Done`,
      buttons: [],
    };
    expect(await telegram.send(edit, never)).toMatchObject({ kind: "done", message: shown?.id });
    // The same once more: what is wanted is there.
    expect(await telegram.send(edit, never)).toMatchObject({ kind: "done", message: shown?.id });
    expect(shown).toMatchObject({ text: "Done", edits: 1 });
  });

  it.each([
    [
      { kind: "fail", status: 429, description: "Too Many Requests: retry after 7", retryAfter: 7 },
      { kind: "wait", untilMs: nowMs + 7_000 },
    ],
    [{ kind: "fail", status: 502, description: "Bad Gateway" }, { kind: "unknown" }],
    [
      { kind: "fail", status: 403, description: "Forbidden: bot was kicked from the group chat" },
      { kind: "refused", isGone: true },
    ],
    [
      { kind: "fail", status: 400, description: "Bad Request: message is too long" },
      { kind: "refused", isGone: false },
    ],
    [{ kind: "lost" }, { kind: "unknown" }],
    [{ kind: "reset" }, { kind: "unknown" }],
  ] as const)("that meet %o end as %o", async (fault, outcome) => {
    server.faults("sendMessage", fault);
    expect(await telegram.send(message(), never)).toMatchObject(outcome);
  });

  it("follow a group that became a supergroup, and are refused where the bot was thrown out", async () => {
    const to = server.world.migrate(group);
    expect(await telegram.send(message(), never)).toEqual({ kind: "moved", to: String(to) });
    expect(await telegram.send(message(undefined, { chat: String(to) }), never)).toMatchObject({ kind: "done" });
    server.world.remove(to);
    expect(await telegram.send(message(undefined, { chat: String(to) }), never)).toMatchObject({
      kind: "refused",
      isGone: true,
    });
    expect(await telegram.send(message(undefined, { chat: "-99" }), never)).toMatchObject({
      kind: "refused",
      isGone: true,
    });
  });
});

describe("updates", () => {
  it("come as they were said, and those of no use as nothing", async () => {
    server.world.say(group, person, "alert", {
      forward: { from: "grafana", atMs: nowMs - 60_000 },
      links: ["https://g.internal/x"],
    });
    server.world.pushUpdate({ edited_message: { message_id: 1 } });
    server.world.pushUpdate({
      channel_post: { message_id: 1, date: 1, chat: { id: -1, type: "channel" }, text: "/pause" },
    });
    server.world.pushUpdate({
      message: {
        message_id: 5,
        date: 1,
        chat: { id: group, type: "group" },
        from: { id: 1, is_bot: false },
        sender_chat: { id: -5 },
        text: "/pause",
      },
    });
    const updates = await telegram.updates(null, 0, never);
    expect(updates.map(({ what }) => what)).toEqual([
      {
        kind: "message",
        chat: String(group),
        isPrivate: false,
        user: "111",
        message: expect.any(Number),
        atMs: nowMs,
        isForward: true,
        forwardedFromMs: nowMs - 60_000,
        isBot: false,
        text: "alert",
        links: ["https://g.internal/x"],
        hasPicture: false,
      },
      null,
      null,
      null,
    ]);
    const last = updates.at(-1)?.id ?? 0;
    expect(await telegram.updates(last + 1, 0, never)).toEqual([]);
  });

  it("are waited for at the server, and the wait ends when it is told to", async () => {
    const waiting = telegram.updates(null, 20_000, never);
    await until(() => server.isPolled());
    server.world.say(111, person, "/status");
    expect(await waiting).toHaveLength(1);
    const stop = new AbortController();
    const ended = telegram.updates(300_000_099, 20_000, stop.signal).catch((error: unknown) => error);
    await until(() => server.isPolled());
    stop.abort();
    expect(await ended).toBeInstanceOf(ChatSourceError);
  });

  it("say who else reads them, and that the token was revoked, without the token", async () => {
    server.setRival(true);
    const conflict = await telegram.updates(null, 0, never).catch((error: unknown) => error);
    expect(conflict).toMatchObject({ reason: "conflict", isRetryable: true });
    server.setRival(false);
    server.revoke();
    const revoked = await telegram.updates(null, 0, never).catch((error: unknown) => error);
    expect(revoked).toMatchObject({ reason: "revoked", isRetryable: false });
    await server.close();
    const away = await telegram.updates(null, 0, never).catch((error: unknown) => error);
    expect(away).toMatchObject({ reason: "away" });
    expect(JSON.stringify([conflict, revoked, away].map(String))).not.toContain(token);
    server = await startTelegram({ token, clock });
  });
});
