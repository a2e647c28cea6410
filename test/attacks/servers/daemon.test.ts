import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import { compileCache } from "../../support/compile-cache.ts";
import { inWorld, issueTitles, startMs } from "../../support/in-world.ts";
import type { SmallWorld } from "../../support/small-world.ts";
import { type HostileFront, startHostileFront } from "./hostile-front.ts";
import { answer, echoing, gzipBomb, hugeHeaders, raw } from "./misbehaviours.ts";

interface Seen {
  readonly told: readonly string[];
  readonly mb: number;
}

const page = answer(200, "<!doctype html><title>Sign in</title>", { "content-type": "text/html" });
/** A page in its place is believed of a model, and the issue is filed without it. */
const attacks = [hugeHeaders, page, gzipBomb, echoing(500), raw("\u0000\u0001")];
const servers = ["loki", "tempo", "github", "model"] as const;

describe("one daemon, whose servers turn hostile one after the other", { timeout: 240_000 }, () => {
  it.each(servers)("%s: one notice for each attack, flat memory, and it goes on by itself", (server) =>
    inDaemon(server, async ({ world, front, pass }) => {
      const notices: string[][] = [];
      for (const attack of server === "model"
        ? attacks.filter((each) => each !== page && each !== gzipBomb)
        : attacks) {
        front.misbehave(attack);
        // Two polls, and several attempts.
        const { told, mb } = await pass(140);
        const troubles = told.filter((line) => /Loki|Tempo|GitHub|Anthropic/.test(line));
        notices.push(troubles);
        expect(mb).toBeLessThan(450);
      }
      expect(notices.flat().length).toBeGreaterThan(0);
      for (const troubles of notices) expect(troubles.length).toBeLessThanOrEqual(2);
      front.misbehave(null);
      await pass(10 * 60);
      expect(issueTitles(world).toSorted()).toEqual([
        "company/orders: [orders] TypeError in stock.js:reserve",
        "company/orders: [orders] TypeError in total.js:total",
      ]);
    }),
  );
});

function inDaemon(
  server: (typeof servers)[number],
  work: (at: {
    readonly world: SmallWorld;
    readonly front: HostileFront;
    pass(seconds: number): Promise<Seen>;
  }) => Promise<void>,
): Promise<void> {
  return inWorld({ extra: "every: 1m" }, async (world) => {
    const good = world[server].url;
    const front = await startHostileFront(good);
    writeFileSync(world.configFile, readFileSync(world.configFile, "utf8").replaceAll(good, front.url));
    mkdirSync(world.stateDirectory, { recursive: true });
    let nowMs = startMs;
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, "daemon.child.ts"), world.configFile, world.stateDirectory, `${startMs}`],
      {
        env: {
          PATH: process.env["PATH"] ?? "",
          ...compileCache,
          ...world.env,
          ...(server === "model" ? { ANTHROPIC_BASE_URL: front.url } : {}),
        },
        stdio: ["pipe", "pipe", "inherit"],
      },
    );
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const pass = async (seconds: number): Promise<Seen> => {
      nowMs += seconds * 1_000;
      world.setNowMs(nowMs);
      child.stdin.write(`${seconds}\n`);
      const line = await lines.next();
      if (line.done === true) throw new Error("the daemon has ended");
      return JSON.parse(line.value) as Seen;
    };
    try {
      await work({ world, front, pass });
      child.stdin.end();
      expect(await ended).toBe(0);
    } finally {
      child.kill("SIGKILL");
      await front.close();
    }
  });
}
