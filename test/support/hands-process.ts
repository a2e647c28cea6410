import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { expect, onTestFinished, vi } from "vitest";
import { jobIdOf } from "../../src/adapters/bullmq/job-id.ts";
import { compileCache } from "./compile-cache.ts";
import type { SmallWorld } from "./small-world.ts";

export interface HandsProcess {
  readonly process: ChildProcess;
  /** Everything it said, a line each. */
  readonly said: readonly string[];
  readonly stateDirectory: string;
  hasSaid(line: RegExp): Promise<void>;
  /** With SIGKILL. What it was at is given to others at once, as it is when its lease is over, half a minute later. */
  kill(): Promise<void>;
}

/** Hands on Redis in a process of their own, with the model's key and no GitHub token; killed when the test ends. */
export async function startHandsProcess(
  world: Pick<SmallWorld, "folder" | "configFile" | "env">,
  redisUrl: string,
  options: { readonly name: string; readonly configFile?: string },
): Promise<HandsProcess> {
  const stateDirectory = join(world.folder, options.name);
  mkdirSync(stateDirectory);
  const { GITHUB_TOKEN: _token, ...env } = world.env;
  const given = JSON.stringify({ configFile: options.configFile ?? world.configFile, stateDirectory });
  const child = spawn(process.execPath, [join(import.meta.dirname, "hands.child.ts"), given], {
    env: { PATH: process.env["PATH"] ?? "", ...compileCache, ...env, REDIS_URL: redisUrl },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const said: string[] = [];
  let rest = "";
  child.stdout.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    said.push(...lines);
  });
  const hands: HandsProcess = {
    process: child,
    said,
    stateDirectory,
    hasSaid: (line) =>
      vi.waitFor(() => expect(said).toContainEqual(expect.stringMatching(line)), { timeout: 30_000, interval: 10 }),
    async kill() {
      child.kill("SIGKILL");
      await ended;
      await endLeases(redisUrl, ordersAtWork(said));
    },
  };
  await hands.hasSaid(/^ready$/);
  return hands;
}

function ordersAtWork(said: readonly string[]): readonly string[] {
  const atWork = new Set<string>();
  for (const [word, order] of said.map((line) => line.split(" "))) {
    if (order === undefined) continue;
    if (word === "begun") atWork.add(order);
    else atWork.delete(order);
  }
  return [...atWork];
}

/** Not waited for, and no shorter lease either: hands that a busy machine starves must not look dead. */
async function endLeases(redisUrl: string, orders: readonly string[]): Promise<void> {
  const admin = new Redis(redisUrl);
  for (const order of orders) await admin.del(`error-autopilot:orders:${jobIdOf(order)}:lock`);
  admin.disconnect();
}
