import { describe, expect, it } from "vitest";
import type { Role } from "../../../src/domain/chat/chat.ts";
import { commandNames, roleFor } from "../../../src/domain/command.ts";
import { parseCommand } from "../../../src/jobs/handles/parse-command.ts";
import { admin, type ChatWorld, group, inChatWorld, stranger, user, viewer } from "../../support/chat-world.ts";

const people = { viewer, user, admin } as const;
const roles = ["viewer", "user", "admin"] as const;

/** One of each, as a person would write it. */
function examples(incident: string): Readonly<Record<(typeof commandNames)[number], string>> {
  return {
    status: "/status",
    incidents: "/incidents",
    show: `/show ${incident}`,
    why: `/why ${incident}`,
    run: "/run",
    investigate: "/investigate service: orders, status: firing",
    retry: `/retry ${incident}`,
    ignore: `/ignore ${incident} for 7d because load test`,
    pause: "/pause",
    resume: "/resume",
    mode: "/mode dry-run",
    cost: "/cost",
    report: "/report",
    config: "/config",
    logs: "/logs 5",
    help: "/help",
  };
}

async function ask(its: ChatWorld, role: Role, text: string): Promise<string> {
  const asked = its.telegram.world.say(group, people[role], text);
  await its.talk();
  its.advance(4_000);
  await its.talk();
  const answer = its.shown().find(({ replyTo }) => replyTo === asked);
  return answer?.text ?? "";
}

describe("commands", () => {
  it("are each done for those who may, and refused to others in one sentence that says who may", () =>
    inChatWorld({ hasModel: false }, async (its) => {
      await its.step({ poll: true });
      const [incident] = await its.worker.store.incidents({ limit: 1 });
      const texts = examples(incident?.id ?? "");
      for (const role of roles) {
        for (const name of commandNames) {
          const answer = await ask(its, role, texts[name]);
          const mayIt = roles.indexOf(role) >= roles.indexOf(roleFor[name]);
          const refusal = / is for (?:admins|users and admins); ask one of them\.$/;
          expect(answer, `${role} /${name}`).not.toBe("");
          if (mayIt) expect(answer, `${role} /${name}`).not.toMatch(refusal);
          else expect(answer.split(/(?<=[.!?])\s/), `${role} /${name}`).toEqual([expect.stringMatching(refusal)]);
          if (name === "pause")
            await its.worker.store.setHandles(
              { pausedBy: null, modeCeiling: null },
              { atMs: 0, actor: "test", action: "x", subject: "x", result: incident?.title as never },
            );
        }
      }
      expect(await ask(its, "viewer", "/help")).not.toContain("/ignore");
      expect(await ask(its, "admin", "/help")).toContain("/ignore");
    }));

  it("that cost or take away are asked once, in words and money, and done at yes by that person on that message only", () =>
    inChatWorld({}, async (its) => {
      await its.step({ poll: true });
      const [incident] = await its.worker.store.incidents({ limit: 1 });
      const id = incident?.id ?? "";
      expect(await ask(its, "admin", `/ignore ${id} for 7d because load test`)).toMatch(
        /^Ignore .*nothing is told about it until then\.$/,
      );
      const question = its.last();
      its.telegram.world.press(group, user, question.id, "Yes");
      await its.talk();
      expect(its.telegram.world.presses.at(-1)?.text).toContain("for the person who asked");
      expect((await its.worker.store.incident(incident?.id ?? "i0"))?.state).not.toBe("muted");
      its.telegram.world.press(group, admin, question.id, "Yes");
      await its.talk();
      expect((await its.worker.store.incident(incident?.id ?? "i0"))?.state).toBe("muted");
      const audit = await its.worker.store.audit({ sinceMs: 0, limit: 50, subject: id });
      expect(audit[0]).toMatchObject({ actor: `telegram:${admin.id} in ${group}`, action: "incident.ignored" });
      // Once is once.
      its.telegram.world.press(group, admin, question.id, "Yes");
      await its.talk();
      expect(its.telegram.world.presses.at(-1)?.text).toContain("is over");
      expect(await ask(its, "user", "/run")).toMatch(/\$\d+\.\d\d at most; \$\d+\.\d\d is left today/);
      const run = its.last();
      its.advance(11 * 60_000);
      its.telegram.world.press(group, user, run.id, "Yes");
      await its.talk();
      expect(its.telegram.world.presses.at(-1)?.text).toContain("is over");
    }));

  it("of strangers, old ones, and those said to another bot are not done", () =>
    inChatWorld({}, async (its) => {
      its.telegram.world.say(stranger.id, stranger, "/pause");
      its.telegram.world.say(group, stranger, "/pause");
      its.telegram.world.say(group, admin, "/pause@another_bot");
      its.telegram.world.say(group, admin, "/pause");
      its.advance(11 * 60_000);
      await its.talk();
      expect((await its.worker.store.handles()).pausedBy).toBeNull();
      expect(its.telegram.world.chat(stranger.id).messages.filter(({ from }) => from?.isBot)).toEqual([]);
      expect(its.shown().map(({ text }) => text)).toEqual([expect.stringContaining("minutes before I could read it")]);
      const lines = (await its.worker.store.audit({ sinceMs: 0, limit: 100 })).filter(
        ({ action }) => action === "chat.stranger",
      );
      expect(lines.map(({ subject }) => subject).toSorted()).toEqual(
        [`chat:${group}:${stranger.id}`, `chat:${stranger.id}:${stranger.id}`].toSorted(),
      );
    }));

  it("stop before anything that was said earlier, and the answer lists what was stopped", () =>
    inChatWorld({}, async (its) => {
      its.forward();
      await its.talk();
      its.forward();
      its.telegram.world.say(group, viewer, "/pause");
      await its.talk();
      expect((await its.worker.store.handles()).pausedBy).toBe(`telegram:${viewer.id} in ${group}`);
      const told = its.shown().find(({ text }) => text.includes("Stopped"));
      expect(told?.text).toMatch(/investigations were under way or waiting:\n• /);
      expect(await ask(its, "viewer", "/resume")).toContain("is for admins");
      expect(await ask(its, "admin", "/resume")).toContain("Going on");
    }));

  it("never raise a mode above the service map", () =>
    inChatWorld({}, async (its) => {
      expect(await ask(its, "admin", "/mode draft-pr")).toContain("no chat can raise it");
      expect(await ask(its, "admin", "/mode dry-run")).toContain("From now on at most dry-run");
      expect((await its.worker.store.handles()).modeCeiling).toBe("dry-run");
    }));
});

describe("what a person writes", () => {
  it.each([
    [
      "/ignore i0af3c1d2e4b5 for 7d because load test",
      { name: "ignore", incident: "i0af3c1d2e4b5", forMs: 7 * 86_400_000, because: "load test" },
    ],
    ["/ignore i0af3c1d2e4b5 3h", { name: "ignore", incident: "i0af3c1d2e4b5", forMs: 3 * 3_600_000, because: null }],
    ["/ignore i0af3c1d2e4b5", { name: "ignore", incident: "i0af3c1d2e4b5", forMs: null, because: null }],
    ["status", { name: "status" }],
    ["/Start", { name: "help" }],
    ["/mode@My_Bot dry-run", { name: "mode", mode: "dry-run" }],
    ["/logs 9999", { name: "logs", count: 50 }],
    [
      "/investigate 0af7651916cd43dd8448eb211c80319c",
      { name: "investigate", text: "0af7651916cd43dd8448eb211c80319c" },
    ],
  ])("%s is a command", (text, command) => {
    expect(parseCommand(text, "my_bot")).toEqual({ kind: "command", command });
  });

  it.each([
    ["/paus", { kind: "unknown", name: "paus", nearest: "pause" }],
    ["/pasue", { kind: "unknown", name: "pasue", nearest: "pause" }],
    ["/merge", { kind: "unknown", name: "merge", nearest: null }],
    ["/show 12", { kind: "no-incident", name: "show" }],
    ["/ignore i0af3c1d2e4b5 for a while", { kind: "no-duration", given: "for a while" }],
    ["/mode everything", { kind: "no-mode", given: "everything" }],
    ["/pause now", { kind: "too-much", name: "pause" }],
    ["/investigate", { kind: "no-text" }],
  ])("%s is a mistake with a cure", (text, mistake) => {
    expect(parseCommand(text)).toEqual({ kind: "mistake", mistake });
  });
});
