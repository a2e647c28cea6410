import { describe, expect, it } from "vitest";
import { startTelegram, type TelegramStandIn } from "../../src/demo/telegram/server.ts";
import { admin, alertText, botToken, group, openChats, telegramLines, user } from "../support/chat-world.ts";
import { runCli, startCli } from "../support/cli-process.ts";
import { inWorld } from "../support/in-world.ts";
import type { SmallWorld } from "../support/small-world.ts";
import { until } from "../support/until.ts";

async function withBot<Result>(
  options: { readonly canReadAll?: boolean },
  work: (world: SmallWorld, telegram: TelegramStandIn, env: Readonly<Record<string, string>>) => Promise<Result>,
): Promise<Result> {
  const telegram = await startTelegram({ token: botToken, clock: { nowMs: () => Date.now() }, ...options });
  openChats(telegram);
  const mode = `issue\n    telegram: { chat: "${group}" }`;
  try {
    return await inWorld({ nowMs: Date.now(), mode, extra: telegramLines(telegram.url) }, async (world) => {
      const result = await work(world, telegram, { ...world.env, TELEGRAM_BOT_TOKEN: botToken });
      expect(telegram.violations).toEqual([]);
      return result;
    });
  } finally {
    await telegram.close();
  }
}

const place = (world: SmallWorld) => ["--config", world.configFile, "--state", world.stateDirectory];
const said = (telegram: TelegramStandIn, asked: number) =>
  telegram.world.chat(group).messages.find(({ replyTo }) => replyTo === asked)?.text ?? "";
const forward = (telegram: TelegramStandIn) =>
  telegram.world.say(group, user, alertText, { forward: { from: "grafana", atMs: Date.now() - 15 * 60_000 } });

describe("start --role bot", () => {
  it("answers a forward by itself, polls nothing, and leaves a run beside it its work", () =>
    withBot({}, async (world, telegram, env) => {
      const bot = startCli(["start", "--role", "bot", ...place(world)], env);
      await until(() => bot.output().includes("started: the bot"));
      const asked = forward(telegram);
      await until(() => /Cost \$/.test(said(telegram, asked)));
      expect(said(telegram, asked)).toMatch(/Issue \d+/);
      const doctor = await runCli(["doctor", ...place(world)], env);
      expect(doctor.stdout).toContain("@error_autopilot_bot, read by a daemon or a bot that is alive");
      const status = telegram.world.say(group, user, "/status");
      await until(() => said(telegram, status) !== "");
      expect(said(telegram, status)).toMatch(
        /dev: issue, read up to never[\s\S]*read by the bot; cron does the polling/,
      );
      const run = await runCli(["run", "--json", ...place(world)], env);
      expect(run).toMatchObject({ code: 0, stderr: "" });
      expect(JSON.parse(run.stdout).polls[0]).toMatchObject({ scope: { environment: "dev" } });
      bot.process.kill("SIGTERM");
      expect(await bot.ended).toMatchObject({ code: 0 });
      expect(bot.output()).not.toContain(botToken);
      const commands = telegram.calls.filter(({ method }) => method === "setMyCommands");
      expect(commands.length).toBeGreaterThan(2);
    }));

  it("says in a sentence what is missing", () =>
    inWorld({ hasFailures: false, nowMs: Date.now() }, async (world) => {
      const end = await runCli(["start", "--role", "bot", ...place(world)], world.env);
      expect(end).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^--role bot needs a section `telegram`.*\n$/),
      });
    }));
});

describe("run, where no bot is alive", () => {
  it("reads the chat, answers in the same run, and doctor says so", () =>
    withBot({ canReadAll: true }, async (world, telegram, env) => {
      const asked = forward(telegram);
      const run = await runCli(["run", ...place(world)], env);
      expect(run).toMatchObject({ code: 0 });
      expect(said(telegram, asked)).toMatch(/Cost \$/);
      const doctor = await runCli(["doctor", ...place(world)], env);
      expect(doctor.stdout).toContain("read by each run, for no daemon and no bot is alive");
      const logs = telegram.world.say(group, user, "/logs");
      expect(await runCli(["run", ...place(world)], env)).toMatchObject({ code: 0 });
      expect(said(telegram, logs)).toMatch(/^Our last lines\n[\s\S]* run investigating /);
      expect((await runCli(["logs", "2", ...place(world)], env)).stdout).toMatch(
        /^Our last lines\n.* run .*\n.* run .*\n$/,
      );
      telegram.setRival(true);
      telegram.world.remove(admin.id);
      const broken = await runCli(["doctor", ...place(world)], env);
      expect(broken.code).toBe(1);
      expect(broken.stdout).toMatch(/telegram: conflict[\s\S]*another program reads this bot's updates/);
      expect(broken.stdout).toMatch(/telegram: 111[\s\S]*bot was blocked/);
    }));

  it("warns of privacy mode", () =>
    withBot({ canReadAll: false }, async (world, _telegram, env) => {
      expect((await runCli(["doctor", ...place(world)], env)).stdout).toMatch(/telegram: privacy[\s\S]*\/setprivacy/);
    }));

  it("says nothing in any chat with --dry-run", () =>
    withBot({}, async (world, telegram, env) => {
      const asked = forward(telegram);
      await runCli(["run", "--dry-run", ...place(world)], env);
      expect(said(telegram, asked)).toBe("");
      expect(telegram.calls).toEqual([]);
    }));
});
