import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startTelegram } from "../../src/demo/telegram/server.ts";
import { alertText, botToken, group, openChats, telegramLines, user } from "../support/chat-world.ts";
import { compileCache } from "../support/compile-cache.ts";
import { inWorld, startMs } from "../support/in-world.ts";
import type { SmallWorld } from "../support/small-world.ts";
import type { AttackResult } from "./attack-result.ts";

/** More than there are between a forward and its answer. */
export const forwardPoints = 64;

interface Ended {
  readonly points: readonly string[];
  readonly orders: readonly string[];
}

/** A process of its own; null when it was killed. */
function runChild(world: SmallWorld, nowMs: number, crashAt: number | null): Promise<Ended | null> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../support/chat-runner.child.ts")], {
    env: { PATH: process.env["PATH"] ?? "", ...compileCache },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const { configFile, stateDirectory } = world;
  const env = { ...world.env, TELEGRAM_BOT_TOKEN: botToken };
  child.stdin.on("error", () => undefined);
  child.stdin.end(`${JSON.stringify({ configFile, stateDirectory, env, nowMs, crashAt })}\n`);
  return new Promise((resolve, reject) => {
    let last: string | null = null;
    createInterface({ input: child.stdout }).on("line", (line) => {
      last = line;
    });
    child.once("close", (code, signal) => {
      if (signal === "SIGKILL") resolve(null);
      else if (code === 0 && last !== null) resolve(JSON.parse(last) as Ended);
      else reject(new Error(`the child ended with ${code ?? signal}`));
    });
  });
}

/** What is there in the end of a forwarded alert whose process was killed at that point; null: at none. */
async function forwardAndCrash(crashAt: number | null) {
  let timeMs = startMs;
  const telegram = await startTelegram({ token: botToken, clock: { nowMs: () => timeMs } });
  openChats(telegram);
  try {
    const mode = `issue\n    telegram: { chat: "${group}" }`;
    return await inWorld({ mode, extra: `${telegramLines(telegram.url)}\nconcurrency: 1` }, async (world) => {
      mkdirSync(world.stateDirectory, { recursive: true });
      const asked = telegram.world.say(group, user, alertText, {
        forward: { from: "grafana", atMs: startMs - 15 * 60_000 },
      });
      let ended = await runChild(world, timeMs, crashAt);
      const wasKilled = ended === null;
      for (let again = 0; again < (wasKilled ? 2 : 1); again++) {
        // Locks of the process that was killed run out.
        timeMs += 5 * 60_000;
        world.setNowMs(timeMs);
        ended = await runChild(world, timeMs, null);
      }
      const replies = telegram.world.chat(group).messages.filter(({ replyTo }) => replyTo === asked);
      return {
        points: ended?.points ?? [],
        orders: ended?.orders ?? [],
        finals: replies.filter(({ text }) => /Cost \$/.test(text)).length,
        modelRequests: world.model.requests.length,
        issues: world.github.world.issues().length,
        violations: telegram.violations,
        wasKilled,
      };
    });
  } finally {
    await telegram.close();
  }
}

/** The same for all seeds. */
let undisturbedOnce: ReturnType<typeof forwardAndCrash> | null = null;

/** Killed between a forward and its answer, at the point that the seed says: there is one final answer, and no work is done twice. */
export async function attackByForward(seed: number): Promise<AttackResult> {
  const point = seed % forwardPoints;
  undisturbedOnce ??= forwardAndCrash(null);
  const undisturbed = await undisturbedOnce;
  const after = await forwardAndCrash(point);
  const same = JSON.stringify(after.orders.toSorted()) === JSON.stringify(undisturbed.orders.toSorted());
  const findings = [
    ...[...undisturbed.violations, ...after.violations].map((violation) => `Telegram refuses: ${violation}`),
    ...(undisturbed.finals === 1 ? [] : [`${undisturbed.finals} final answers where nothing was killed`]),
    ...(after.finals === 1 ? [] : [`${after.finals} final answers`]),
    ...(same ? [] : [`the orders are ${after.orders.join(", ")}`]),
    ...(after.modelRequests <= undisturbed.modelRequests + 1 ? [] : [`${after.modelRequests} calls to the model`]),
    ...(after.issues === undisturbed.issues ? [] : [`${after.issues} issues`]),
  ];
  return {
    findings: findings.map((finding) => `killed at ${point}: ${finding}`),
    figures: { "processes killed": after.wasKilled ? 1 : 0, "final answers": after.finals },
  };
}
