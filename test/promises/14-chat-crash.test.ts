import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import { startTelegram } from "../../src/demo/telegram/server.ts";
import { alertText, botToken, group, openChats, telegramLines, user } from "../support/chat-world.ts";
import { compileCache } from "../support/compile-cache.ts";
import { inWorld, startMs } from "../support/in-world.ts";
import type { SmallWorld } from "../support/small-world.ts";

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
      expect(telegram.violations).toEqual([]);
      const replies = telegram.world.chat(group).messages.filter(({ replyTo }) => replyTo === asked);
      return {
        points: ended?.points ?? [],
        orders: ended?.orders ?? [],
        finals: replies.filter(({ text }) => /Cost \$/.test(text)).length,
        modelRequests: world.model.requests.length,
        issues: world.github.world.issues().length,
        wasKilled,
      };
    });
  } finally {
    await telegram.close();
  }
}

describe("a process that is killed between a forward and its answer", () => {
  it("leaves one final answer and no work that is done twice, wherever it was", async () => {
    const undisturbed = await forwardAndCrash(null);
    expect(undisturbed).toMatchObject({ finals: 1, wasKilled: false });
    const points = 64;
    for (let crashAt = 0; crashAt < points; crashAt += 7) {
      const after = await forwardAndCrash(crashAt);
      expect(after.finals, `killed at point ${crashAt}`).toBe(1);
      expect(after.orders.toSorted(), `killed at point ${crashAt}`).toEqual(undisturbed.orders.toSorted());
      expect(after.modelRequests, `killed at point ${crashAt}`).toBeLessThanOrEqual(undisturbed.modelRequests + 1);
      expect(after.issues, `killed at point ${crashAt}`).toBe(undisturbed.issues);
    }
  }, 120_000);
});
