import { describe, expect, it } from "vitest";
import { code, joinChat, say } from "../../../src/domain/chat/chat-text.ts";
import { messages } from "../../../src/jobs/chat/messages.ts";
import { tellTrouble } from "../../../src/jobs/chat/tell-trouble.ts";
import { admin, failuresGroup, group, inChatWorld, user } from "../../support/chat-world.ts";

const inGroup = String(group);

describe("a message", () => {
  it("waits as long as Telegram asks, and is sent once then", () =>
    inChatWorld({ hasFailures: false }, async (its) => {
      its.telegram.faults("sendMessage", {
        kind: "fail",
        status: 429,
        description: "Too Many Requests: retry after 9",
        retryAfter: 9,
      });
      await its.worker.store.commit({ chatEffects: messages(its.chat, "news-1", inGroup, say`hello`) }, null);
      await its.talk();
      expect(its.shown()).toEqual([]);
      its.advance(5_000);
      await its.talk();
      expect(its.shown()).toEqual([]);
      its.advance(5_000);
      await its.talk();
      expect(its.shown().map(({ text }) => text)).toEqual(["hello"]);
    }));

  it.each([{ kind: "fail", status: 502, description: "Bad Gateway" }, { kind: "reset" }] as const)(
    "is sent again after %o",
    (fault) =>
      inChatWorld({ hasFailures: false }, async (its) => {
        its.telegram.faults("sendMessage", fault);
        await its.worker.store.commit({ chatEffects: messages(its.chat, "news-1", inGroup, say`hello`) }, null);
        for (let pass = 0; pass < 3; pass++) {
          await its.talk();
          its.advance(5_000);
        }
        expect(its.shown().map(({ text }) => text)).toEqual(["hello"]);
      }),
  );

  it("that is too long comes in parts, in order, cut between lines", () =>
    inChatWorld({ hasFailures: false }, async (its) => {
      const text = joinChat(
        Array.from({ length: 300 }, (_, line) => say`${line} ${code("a.b/c 😀 and more")}`),
        "\n",
      );
      await its.worker.store.commit({ chatEffects: messages(its.chat, "news-1", inGroup, text) }, null);
      for (let pass = 0; pass < 4; pass++) {
        await its.talk();
        its.advance(2_000);
      }
      expect(its.shown().length).toBeGreaterThan(1);
      expect(
        its
          .shown()
          .map(({ text: part }) => part)
          .join("\n"),
      ).toBe(text.text);
    }));

  it("follows its group to its new number, also what is said there then", () =>
    inChatWorld({}, async (its) => {
      const to = its.telegram.world.migrate(group);
      await its.worker.store.commit({ chatEffects: messages(its.chat, "news-1", inGroup, say`hello`) }, null);
      await its.talk();
      expect(its.shown(to).map(({ text }) => text)).toEqual(["hello"]);
      its.telegram.world.say(to, user, "/status");
      await its.talk();
      its.advance(2_000);
      await its.talk();
      expect(its.last(to).text).toContain("Running");
    }));

  it("for a chat that threw the bot out goes to the fallback, which is told once why", () =>
    inChatWorld({ hasFailures: false }, async (its) => {
      its.telegram.world.remove(group);
      await its.worker.store.commit(
        {
          chatEffects: [
            ...messages(its.chat, "news-1", inGroup, say`first`),
            ...messages(its.chat, "news-2", inGroup, say`second`),
          ],
        },
        null,
      );
      for (let pass = 0; pass < 4; pass++) {
        await its.talk();
        its.advance(2_000);
      }
      const told = its.shown(admin.id).map(({ text }) => text);
      expect(told).toHaveLength(2);
      expect(told[0]).toMatch(/cannot be reached[\s\S]*first/);
      expect(told[1]).toMatch(/^\(meant for the chat -4001[\s\S]*second/);
    }));
});

describe("an answer", () => {
  it("goes on in the fallback where its chat throws the bot out meanwhile", () =>
    inChatWorld({}, async (its) => {
      its.forward();
      await its.talk();
      expect(its.shown()).toHaveLength(1);
      its.telegram.world.remove(group);
      await its.step();
      await its.step();
      const told = its.shown(admin.id).map(({ text }) => text);
      expect(told.filter((text) => /cannot be reached/.test(text))).toHaveLength(1);
      expect(told.filter((text) => /Cost \$/.test(text))).toHaveLength(1);
    }));
});

describe("what nobody asked for", () => {
  it("is told to the environment's chat, several in one message, with their issues", () =>
    inChatWorld({}, async (its) => {
      await its.step({ poll: true });
      await its.step();
      its.advance(180_000);
      await its.talk();
      its.advance(2_000);
      await its.talk();
      const news = its.shown().filter(({ text }) => text.startsWith("📋"));
      expect(news).toHaveLength(1);
      expect(news[0]?.text).toMatch(/2 new results in dev/);
      expect(news[0]?.text.match(/Issue \d+/g)).toHaveLength(2);
      await its.step();
      expect(its.shown().filter(({ text }) => text.startsWith("📋"))).toHaveLength(1);
    }));

  it("waits in quiet hours for the morning, whose report comes once", () =>
    inChatWorld({ chat: '{ quiet: "02:00-08:00" }' }, async (its) => {
      await its.step({ poll: true });
      its.advance(3_600_000);
      await its.talk();
      expect(its.shown()).toEqual([]);
      its.advance(4 * 3_600_000 + 60_000);
      for (let pass = 0; pass < 3; pass++) {
        await its.talk();
        its.advance(2_000);
      }
      const told = its.shown().map(({ text }) => text.split("\n")[0]);
      expect(told.filter((line) => line?.includes("Good morning"))).toHaveLength(1);
      expect(told.filter((line) => line?.startsWith("📋"))).toHaveLength(1);
    }));

  it("is not told of an environment in dry-run, where whoever asks is answered all the same", () =>
    inChatWorld({ mode: "dry-run" }, async (its) => {
      await its.step({ poll: true });
      its.advance(600_000);
      await its.talk();
      expect(its.shown()).toEqual([]);
      its.forward();
      await its.step();
      expect(its.last().text).toContain("dry-run");
    }));

  it("stops with a pause", () =>
    inChatWorld({}, async (its) => {
      await its.step({ poll: true });
      its.telegram.world.say(group, admin, "/pause");
      its.advance(180_000);
      await its.talk();
      await its.talk();
      expect(its.shown().filter(({ text }) => text.startsWith("📋"))).toEqual([]);
      expect(its.last().text).toContain("Stopped");
    }));
});

describe("failures of the autopilot itself", () => {
  it("go to a chat of their own, the same one once an hour", () =>
    inChatWorld({ hasFailures: false }, async (its) => {
      for (let time = 0; time < 3; time++) await tellTrouble(its.chat, "dev: Loki did not answer within 30 s");
      await tellTrouble(its.chat, "dev: works again");
      for (let pass = 0; pass < 3; pass++) {
        await its.talk();
        its.advance(2_000);
      }
      expect(its.shown(failuresGroup).map(({ text }) => text)).toEqual([
        "⚠️ dev: Loki did not answer within 30 s",
        "✅ dev works again.",
      ]);
      expect(its.shown()).toEqual([]);
    }));

  it("of its chat are said once: another reader, a token that is good no more", () =>
    inChatWorld({ hasFailures: false }, async (its) => {
      its.telegram.setRival(true);
      await its.talk();
      expect(its.faults.at(-1)).toContain("Another program reads this bot's updates");
      its.telegram.setRival(false);
      await its.talk();
      expect(its.faults.at(-1)).toBeNull();
      its.telegram.revoke();
      await its.talk();
      expect(its.faults.at(-1)).toContain("was revoked");
      expect(its.faults.join(" ")).not.toContain("a-token-of");
    }));
});
