import { describe, expect, it } from "vitest";
import { alertText, group, inChatWorld, user } from "../../support/chat-world.ts";

describe("updates", () => {
  it("are dealt with once, however often they come", () =>
    inChatWorld({}, async (its) => {
      its.forward();
      const updates = await its.chat.telegram.updates(null, 0, new AbortController().signal);
      const again = { ...its.chat.telegram, updates: async () => updates };
      await its.talk();
      const before = await its.worker.store.audit({ sinceMs: 0, limit: 100 });
      const { receive } = await import("../../../src/jobs/chat/receive.ts");
      const { holdLease } = await import("../../../src/jobs/held-lease.ts");
      const held = await holdLease(its.worker.brain, "updates", 60_000);
      if (held === null) throw new Error("somebody else reads");
      await receive({ ...its.chat, telegram: again }, updates, held, new AbortController().signal);
      await held.release();
      expect(await its.worker.store.audit({ sinceMs: 0, limit: 100 })).toEqual(before);
    }));

  it("whose numbers begin anew after a quiet week are not confirmed away by an old offset", () =>
    inChatWorld({ hasFailures: false }, async (its) => {
      its.telegram.world.say(group, user, "/status");
      await its.talk();
      its.advance(8 * 86_400_000);
      its.telegram.world.jumpTo(1_000);
      const asked = its.telegram.world.say(group, user, "/status");
      await its.talk();
      its.advance(2_000);
      await its.talk();
      expect(its.shown().some(({ replyTo }) => replyTo === asked)).toBe(true);
    }));

  it("of a bot on the list are read like a forward; of any other bot they are nothing, and none commands", () =>
    inChatWorld({ telegram: '  alertBots: ["888000001"]' }, async (its) => {
      const alerting = { id: 888_000_001, name: "grafana_bot", isBot: true };
      its.telegram.world.say(group, { id: 888_000_002, name: "other_bot", isBot: true }, alertText);
      its.telegram.world.say(group, alerting, "/pause");
      its.telegram.world.say(group, alerting, "deployed v42");
      its.telegram.world.say(group, alerting, "✅ orders is resolved\nservice: orders");
      await its.talk();
      expect(its.shown()).toEqual([]);
      expect((await its.worker.store.handles()).pausedBy).toBeNull();
      its.advance(-1 * 15 * 60_000);
      const asked = its.telegram.world.say(group, alerting, alertText);
      await its.step();
      await its.step();
      expect(its.shown().find(({ replyTo }) => replyTo === asked)?.text).toMatch(/Cost \$/);
    }));

  it("of a group in privacy mode do not reach the bot, but for what is said to it", () =>
    inChatWorld({ canReadAll: false }, async (its) => {
      its.forward();
      its.telegram.world.say(group, user, "/status");
      await its.talk();
      its.advance(2_000);
      await its.talk();
      expect(its.shown().map(({ text }) => text)).toEqual([expect.stringContaining("Running")]);
    }));
});

describe("an answer", () => {
  it("is edited at most every three seconds", () =>
    inChatWorld({}, async (its) => {
      its.forward();
      for (let pass = 0; pass < 12; pass++) {
        await its.talk();
        its.advance(400);
      }
      await its.step();
      await its.step();
      const edits = its.telegram.calls.filter(({ method }) => method === "editMessageText");
      expect(edits.length).toBeGreaterThan(1);
      for (const [index, { atMs }] of edits.entries()) {
        const before = edits[index - 1];
        if (before !== undefined) expect(atMs - before.atMs).toBeGreaterThanOrEqual(3_000);
      }
    }));

  it("that takes too long says what is known so far, and goes on", () =>
    inChatWorld({}, async (its) => {
      const asked = its.forward();
      await its.talk();
      its.advance(11 * 60_000);
      await its.talk();
      const late = its.shown().find(({ replyTo }) => replyTo === asked);
      expect(late?.text).toMatch(/Not done after 10 minutes\.[\s\S]*Seen \d+ times since/);
      await its.step();
      await its.step();
      expect(its.shown().find(({ replyTo }) => replyTo === asked)?.text).toMatch(/Cost \$/);
    }));

  it("whose message somebody deleted is sent as a new one", () =>
    inChatWorld({}, async (its) => {
      const asked = its.forward();
      await its.talk();
      const chat = its.telegram.world.chat(group);
      const at = chat.messages.findIndex(({ replyTo }) => replyTo === asked);
      chat.messages.splice(at, 1);
      await its.step();
      await its.step();
      expect(its.shown().filter(({ replyTo, text }) => replyTo === asked && /Cost \$/.test(text))).toHaveLength(1);
    }));

  it("to a stack trace that a person pastes alone is what is known of it", () =>
    inChatWorld({}, async (its) => {
      await its.step({ poll: true });
      await its.step();
      const pasted = `{"level":50,"msg":"Cannot read properties of undefined (reading 'reserved')","err":{"type":"TypeError","message":"Cannot read properties of undefined (reading 'reserved')","stack":"TypeError: Cannot read properties of undefined (reading 'reserved')\\n    at reserve (/app/src/stock.js:4:7)"},"service_name":"orders"}`;
      const asked = its.telegram.world.say(user.id, user, pasted);
      await its.step();
      const answer = its.shown(user.id).find(({ replyTo }) => replyTo === asked);
      expect(answer?.text).toContain("stock.js:reserve");
    }));
});
