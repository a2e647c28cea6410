import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commandNames, handleOf } from "../../../src/domain/command/grammar.ts";
import type { Role } from "../../../src/domain/command/role.ts";
import { wordsSaid } from "../../../src/jobs/chat/words-said.ts";
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
          const mayIt = roles.indexOf(role) >= roles.indexOf(handleOf(name).role);
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
      expect(await ask(its, "viewer", "/status@Error_Autopilot_Bot")).toContain("Running.");
      its.telegram.world.say(group, admin, "/pause");
      its.advance(11 * 60_000);
      await its.talk();
      expect((await its.worker.store.handles()).pausedBy).toBeNull();
      expect(its.telegram.world.chat(stranger.id).messages.filter(({ from }) => from?.isBot)).toEqual([]);
      expect(its.shown().map(({ text }) => text)).toEqual([
        expect.stringContaining("Running."),
        expect.stringContaining("minutes before I could read it"),
      ]);
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

  it("ask before more is allowed again, and not before less", () =>
    inChatWorld({}, async (its) => {
      expect(await ask(its, "admin", "/mode dry-run")).toContain("From now on at most dry-run");
      expect(await ask(its, "admin", "/mode issue")).toContain("Issues may be filed from then on.");
      expect((await its.worker.store.handles()).modeCeiling).toBe("dry-run");
      its.telegram.world.press(group, admin, its.last().id, "Yes");
      await its.talk();
      expect((await its.worker.store.handles()).modeCeiling).toBe("issue");
    }));

  it("that hold for all are told in the environment's chat too, in its language, with who said them", () =>
    inChatWorld({ chat: "{ language: ko }" }, async (its) => {
      const told = () => its.shown(group).map(({ text }) => text);
      const sayAlone = async (text: string) => {
        its.telegram.world.say(admin.id, admin, text);
        await its.talk();
        its.advance(4_000);
        await its.talk();
      };
      await sayAlone("/mode dry-run");
      expect(its.last(admin.id).text).toContain("From now on at most dry-run");
      await sayAlone("/mode clear");
      its.telegram.world.press(admin.id, admin, its.last(admin.id).id, "Yes");
      await its.talk();
      await sayAlone("/pause");
      await sayAlone("/resume");
      const by = `telegram:${admin.id} in ${admin.id}`;
      expect(told()).toEqual([
        expect.stringMatching(new RegExp(`^이제부터 최대 dry-run .* ${by}$`)),
        expect.stringMatching(new RegExp(`^수동 제한이 없으며.* ${by}$`)),
        expect.stringContaining(`(정지한 사람: ${by})`),
        expect.stringMatching(new RegExp(`^▶️ 멈췄던 곳부터.* ${by}$`)),
      ]);
    }));

  it("know the file PAUSE: a mode does not keep its pause, and to resume takes it away", () =>
    inChatWorld({}, async (its) => {
      const file = join(its.world.stateDirectory, "PAUSE");
      writeFileSync(file, "");
      expect(await ask(its, "viewer", "/status")).toContain(`Paused by the file ${file}.`);
      await ask(its, "admin", "/mode dry-run");
      rmSync(file);
      expect((await its.worker.store.handles()).pausedBy).toBeNull();
      writeFileSync(file, "");
      expect(await ask(its, "admin", "/resume")).toContain("Going on");
      expect(await ask(its, "viewer", "/status")).toContain("Running.");
    }));

  it("said with a long time are done as they were asked", () =>
    inChatWorld({}, async (its) => {
      await its.step({ poll: true });
      const [incident] = await its.worker.store.incidents({ limit: 1 });
      await ask(its, "admin", `/ignore ${incident?.id} for 104w because "it is known", until then`);
      its.telegram.world.press(group, admin, its.last().id, "Yes");
      await its.talk();
      const ignored = await its.worker.store.incident(incident?.id ?? "i0");
      expect(Math.round(((ignored?.mutedUntilMs ?? 0) - its.nowMs()) / 604_800_000)).toBe(104);
    }));

  it("never raise a mode above the service map", () =>
    inChatWorld({}, async (its) => {
      expect(await ask(its, "admin", "/mode draft-pr")).toContain("no command can raise it");
      expect(await ask(its, "admin", "/mode dry-run")).toContain("From now on at most dry-run");
      expect((await its.worker.store.handles()).modeCeiling).toBe("dry-run");
    }));
});

describe("what a person writes in a chat", () => {
  const ownName = async () => "My_Bot";

  it.each([
    ["/status", "status "],
    ["  /mode@my_bot dry-run", "mode dry-run"],
    ["/Start", "help"],
    ["/start from-a-link", "help"],
    ["/investigate a line\nand another", "investigate a line\nand another"],
    ["/pause@another_bot", null],
    ["status", null],
    ["/var/log/app.log is full", null],
    ["/", null],
  ])("%j is %j", async (text, words) => {
    expect(await wordsSaid(text, ownName)).toBe(words);
  });

  it("asks who it is only where somebody names a bot", async () => {
    const asked = () => Promise.reject(new Error("asked"));
    expect(await wordsSaid("/pause", asked)).toBe("pause ");
    await expect(wordsSaid("/pause@my_bot", asked)).rejects.toThrow("asked");
  });
});
