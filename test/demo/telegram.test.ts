import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTelegram, type TelegramStandIn } from "../../src/demo/telegram/server.ts";
import { until } from "../support/until.ts";

const token = "777:token";
const clock = { nowMs: () => Date.parse("2026-11-20T03:00:00Z") };
let server: TelegramStandIn;
const call = async (method: string, params: object = {}, as = token) => {
  const answer = await fetch(`${server.url}/bot${as}/${method}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(params),
  });
  return (await answer.json()) as {
    ok: boolean;
    error_code?: number;
    description?: string;
    parameters?: object;
    result?: never;
  };
};

beforeEach(async () => {
  server = await startTelegram({ token, clock, canReadAll: false });
  server.world.openChat({ id: -5, title: "group", type: "group" });
  server.world.openChat({ id: 1, title: "person", type: "private" });
});
afterEach(() => server.close());

describe("the stand-in of the Bot API", () => {
  it("refuses what the published methods do not allow, and remembers it", async () => {
    expect(await call("sendMessage", { chat_id: 1, text: "x", silent: true })).toMatchObject({
      ok: false,
      error_code: 400,
    });
    expect(await call("sendMessage", { chat_id: 1 })).toMatchObject({ error_code: 400 });
    expect(await call("banChatMember", { chat_id: 1 })).toMatchObject({ error_code: 404 });
    expect(server.violations).toHaveLength(3);
    expect(await call("getMe", {}, "999:other")).toMatchObject({ error_code: 401, description: "Unauthorized" });
  });

  it("keeps the limits of a text and its entities, counted in UTF-16", async () => {
    const refused = async (params: object) => (await call("sendMessage", { chat_id: 1, ...params })).description;
    expect(await refused({ text: "x".repeat(4097) })).toBe("Bad Request: message is too long");
    expect(await refused({ text: "  " })).toBe("Bad Request: message text is empty");
    expect(await refused({ text: "😀", entities: [{ type: "bold", offset: 1, length: 1 }] })).toContain("UTF-16");
    expect(await refused({ text: "ab", entities: [{ type: "bold", offset: 1, length: 5 }] })).toContain("outside");
    expect(
      (await call("sendMessage", { chat_id: 1, text: "😀b", entities: [{ type: "bold", offset: 2, length: 1 }] })).ok,
    ).toBe(true);
  });

  it("makes live what a client would, and nothing in code", async () => {
    await call("sendMessage", { chat_id: 1, text: "evil.com @admin /stop #tag $TSLA +82 10 1234 5678", entities: [] });
    expect(server.world.chat(1).messages[0]?.entities.map(({ type }) => type)).toEqual([
      "url",
      "mention",
      "bot_command",
      "hashtag",
      "cashtag",
      "phone_number",
    ]);
    await call("sendMessage", {
      chat_id: 1,
      text: "evil.com @admin",
      entities: [{ type: "code", offset: 0, length: 15 }],
    });
    expect(server.world.chat(1).messages[1]?.entities.map(({ type }) => type)).toEqual(["code"]);
  });

  it("keeps forwards and small talk of a group from a bot in privacy mode", async () => {
    const person = { id: 1, name: "person" };
    server.world.say(-5, person, "alert", { forward: { from: "grafana", atMs: 0 } });
    server.world.say(-5, person, "lunch?");
    server.world.say(-5, person, "/status");
    server.world.say(1, person, "alert", { forward: { from: "grafana", atMs: 0 } });
    const { result } = await call("getUpdates");
    expect((result as unknown as object[]).length).toBe(2);
  });

  it("gives updates until they are confirmed, and tells the older of two readers so", async () => {
    const first = call("getUpdates", { timeout: 20 });
    await until(() => server.isPolled());
    const second = call("getUpdates", { timeout: 20 });
    expect(await first).toMatchObject({ error_code: 409 });
    const id = server.world.pushUpdate({ message: {} });
    expect(await second).toMatchObject({ result: [{ update_id: id }] });
    expect(await call("getUpdates")).toMatchObject({ result: [{ update_id: id }] });
    expect(await call("getUpdates", { offset: id + 1 })).toMatchObject({ result: [] });
    expect(await call("getUpdates")).toMatchObject({ result: [] });
  });
});
