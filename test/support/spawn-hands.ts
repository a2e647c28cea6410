import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { jobIdOf } from "../../src/adapters/bullmq/job-id.ts";
import { compileCache } from "./compile-cache.ts";
import type { HandsGiven } from "./hands-given.ts";
import type { SmallWorld } from "./small-world.ts";

export interface SpawnedHands {
  readonly process: ChildProcess;
  /** Everything it said, a line each. */
  readonly said: readonly string[];
  readonly stateDirectory: string;
  readonly hasEnded: () => boolean;
  /** Orders that it has begun and not ended. */
  readonly atWork: () => readonly string[];
  /** With SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Hands on Redis in a process of their own, with the model's key and no GitHub token. They have said `ready` when they have reached it. */
export function spawnHands(
  world: Pick<SmallWorld, "folder" | "configFile" | "env">,
  redisUrl: string,
  { name, ...given }: Partial<HandsGiven> & { readonly name: string },
  onLine: (line: string) => void = () => undefined,
): SpawnedHands {
  const stateDirectory = join(world.folder, name);
  mkdirSync(stateDirectory);
  const { GITHUB_TOKEN: _token, ...env } = world.env;
  const all: HandsGiven = { configFile: world.configFile, stateDirectory, ...given };
  const child = spawn(process.execPath, [join(import.meta.dirname, "hands.child.ts"), JSON.stringify(all)], {
    env: { PATH: process.env["PATH"] ?? "", ...compileCache, ...env, REDIS_URL: redisUrl },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const killIt = (): void => void child.kill("SIGKILL");
  process.once("exit", killIt);
  let hasEnded = false;
  const ended = new Promise<void>((resolve) =>
    child.once("close", () => {
      hasEnded = true;
      process.off("exit", killIt);
      resolve();
    }),
  );
  const said: string[] = [];
  let rest = "";
  child.stdout.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    said.push(...lines);
    for (const line of lines) onLine(line);
  });
  return {
    process: child,
    said,
    stateDirectory,
    hasEnded: () => hasEnded,
    atWork: () => ordersAtWork(said),
    kill() {
      child.kill("SIGKILL");
      return ended;
    },
  };
}

const ends: readonly string[] = ["found", "again", "stopped", "threw"];

function ordersAtWork(said: readonly string[]): readonly string[] {
  const atWork = new Set<string>();
  for (const [word = "", order = ""] of said.map((line) => line.split(" "))) {
    if (word === "begun") atWork.add(order);
    else if (ends.includes(word)) atWork.delete(order);
  }
  return [...atWork];
}

/** As when half a minute has passed. Not waited for, and no shorter lease either: hands that a busy machine starves must not look dead. */
export async function endLeases(redisUrl: string, orders: readonly string[]): Promise<void> {
  const admin = new Redis(redisUrl);
  for (const order of orders) await admin.del(`error-autopilot:orders:${jobIdOf(order)}:lock`);
  admin.disconnect();
}
