import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import type { SmallWorld } from "./small-world.ts";

export interface HandsProcess {
  readonly process: ChildProcess;
  /** Everything it said, a line each. */
  readonly said: readonly string[];
  readonly stateDirectory: string;
  hasSaid(line: RegExp): Promise<void>;
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
    env: { PATH: process.env["PATH"] ?? "", ...env, REDIS_URL: redisUrl },
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
    },
  };
  await hands.hasSaid(/^ready$/);
  return hands;
}
