import { describe, expect, it } from "vitest";
import { redact } from "../../../src/domain/redact.ts";
import { admin, group, inChatWorld, user, viewer } from "../../support/chat-world.ts";

describe("a forwarded alert", () => {
  it("is answered in one message that grows, with cause, confidence, issue, cost and time", () =>
    inChatWorld({}, async (its) => {
      const asked = its.forward();
      await its.talk();
      expect(its.shown()).toHaveLength(1);
      expect(its.last()).toMatchObject({ replyTo: asked });
      await its.step();
      await its.step();
      const answers = its.shown().filter(({ replyTo }) => replyTo === asked);
      expect(answers).toHaveLength(1);
      const [answer] = answers;
      expect(answer?.text).toContain("orders");
      expect(answer?.text).toMatch(/Cause/);
      expect(answer?.text).toMatch(/Issue \d+/);
      expect(answer?.text).toMatch(/Cost \$\d+\.\d\d, took \d+ s/);
      expect(answer?.edits).toBeGreaterThan(0);
      const orders = (await its.worker.store.audit({ sinceMs: 0, limit: 500 })).filter(
        ({ action }) => action === "order.given",
      );
      expect(orders.every(({ actor }) => actor === `telegram:${user.id}`)).toBe(true);
    }));

  it("is told how far hands are with it while they are at it, wherever they work", () =>
    inChatWorld({}, async (its) => {
      its.forward();
      await its.talk();
      const seen: string[] = [];
      const look = async () => {
        its.advance(4_000);
        await its.talk();
        seen.push(its.last().text);
      };
      const saved = { ordinal: 0, inputDigest: "x", resultJson: "{}", atMs: 0 };
      await look();
      await its.worker.queue.work(
        async (attempt) => {
          if (seen.length > 1) return { kind: "again", notBeforeMs: its.nowMs() + 3_600_000, because: redact("later") };
          await look();
          await attempt.save({ ...saved, step: "gather", costUsd: 0 });
          await attempt.save({ ...saved, step: "analyse", costUsd: 0.021 });
          await look();
          return { kind: "again", notBeforeMs: its.nowMs() + 3_600_000, because: redact("later") };
        },
        { concurrency: 1, urgentSlots: 0, until: "empty", signal: new AbortController().signal },
      );
      expect(seen[0]).toContain("⏳ The investigation was ordered");
      expect(seen[1]).toContain("🧵 Reading the trace and the code …");
      expect(seen[2]).toContain("🧠 Analysing, $0.02 so far …");
    }));

  it("moves no checkpoint and no line of the ledger, and what it read is not counted again by the poll", () =>
    inChatWorld({}, async (its) => {
      its.forward();
      await its.talk();
      const { store } = its.worker;
      expect(await store.latestCheckpoint("dev")).toBeNull();
      expect(await store.coverage({ limit: 10 })).toEqual([]);
      const before = await store.incidents({ limit: 10 });
      expect(before.length).toBeGreaterThan(0);
      await its.step({ poll: true });
      const after = new Map((await store.incidents({ limit: 10 })).map((each) => [each.id, each.counts]));
      for (const { id, counts } of before) expect(after.get(id)).toEqual(counts);
    }));

  it("is investigated once, though two people forward it and a poll sees the same errors; all are answered", () =>
    inChatWorld({}, async (its) => {
      const first = its.forward(user);
      const second = its.forward(admin);
      const third = its.forward(user);
      await its.step({ poll: true });
      await its.step();
      const orders = (await its.worker.store.audit({ sinceMs: 0, limit: 500 })).filter(
        ({ action }) => action === "order.given",
      );
      expect(new Set(orders.map(({ subject }) => subject)).size).toBe(orders.length);
      for (const asked of [first, second, third]) {
        const answers = its.shown().filter(({ replyTo }) => replyTo === asked);
        expect(answers).toHaveLength(1);
        expect(answers[0]?.text).toMatch(/Cost \$/);
      }
      // What was told in the answers is not told once more as news.
      its.advance(180_000);
      await its.talk();
      expect(its.shown().filter(({ text }) => text.startsWith("📋"))).toEqual([]);
    }));

  it("of what is known is told at once, with a button that investigates again", () =>
    inChatWorld({}, async (its) => {
      await its.step({ poll: true });
      await its.step();
      its.advance(120_000);
      const asked = its.forward();
      await its.talk();
      its.advance(4_000);
      await its.talk();
      const answer = its.shown().find(({ replyTo }) => replyTo === asked);
      expect(answer?.text).toMatch(/Known: seen \d+ times/);
      const before = its.world.model.requests.length;
      its.telegram.world.press(group, user, answer?.id ?? 0, answer?.buttons[0]?.[0]?.text ?? "");
      await its.step();
      await its.step();
      expect(its.world.model.requests.length).toBeGreaterThan(before);
      expect(its.shown().filter(({ replyTo }) => replyTo === asked)).toHaveLength(1);
    }));

  it("with nothing behind it says what was searched, and looks further back at a button", () =>
    inChatWorld({ hasFailures: false }, async (its) => {
      const asked = its.forward();
      await its.step();
      const answer = its.shown().find(({ replyTo }) => replyTo === asked);
      expect(answer?.text).toContain('deployment_environment="dev"');
      expect(answer?.buttons[0]?.map(({ text }) => text)).toEqual(["1 hour back", "6 hours back", "24 hours back"]);
      its.telegram.world.press(group, user, answer?.id ?? 0, "6 hours back");
      await its.step();
      expect(its.last().buttons[0]?.map(({ text }) => text)).toEqual(["24 hours back"]);
    }));

  it("is answered in Korean where the chat speaks it", () =>
    inChatWorld({ chat: "{ language: ko, timeZone: Asia/Seoul }" }, async (its) => {
      its.forward();
      await its.step();
      await its.step();
      expect(its.last().text).toMatch(/원인/);
      expect(its.last().text).toMatch(/비용 \$/);
    }));

  it.each([
    ["a picture", "", "paste its text"],
    ["small talk", "lunch at noon?", "could not find an alert"],
    ["an alert that is over", "**Resolved**\n\nLabels:\n - service_name = orders", "says it is over"],
    ["a command of somebody else", "/pause", "could not find an alert"],
  ])("that is %s is answered with what would help", (_name, text, words) =>
    inChatWorld({}, async (its) => {
      its.telegram.world.say(group, user, text, {
        forward: { from: "somebody", atMs: its.nowMs() },
        hasPicture: text === "",
      });
      await its.step();
      expect(its.last().text).toContain(words);
      expect((await its.worker.store.handles()).pausedBy).toBeNull();
    }),
  );

  it("while all is paused says so, and nothing is ordered", () =>
    inChatWorld({}, async (its) => {
      its.telegram.world.say(group, viewer, "/pause");
      its.forward();
      await its.talk();
      its.advance(4_000);
      await its.talk();
      expect(its.last().text).toContain("Paused by");
      expect(await its.worker.store.openOrders()).toEqual([]);
    }));
});
