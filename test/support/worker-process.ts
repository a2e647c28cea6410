import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Coverage } from "../../src/domain/coverage.ts";
import type { Effect } from "../../src/domain/effect.ts";
import type { Incident } from "../../src/domain/incident.ts";
import type { Json } from "../../src/domain/json.ts";
import type { RunJson } from "../../src/main/run-json.ts";
import { compileCache } from "./compile-cache.ts";
import type { SmallWorld } from "./small-world.ts";

export interface RunRequest {
  readonly kind: "run";
  readonly configFile: string;
  readonly stateDirectory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly nowMs: number;
}

export interface CliRequest {
  readonly kind: "cli";
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
}

/** What a run left behind. */
export interface RunResult {
  readonly summary: RunJson;
  /** What it told people while it ran. */
  readonly told: readonly string[];
  readonly incidents: readonly Json<Incident>[];
  readonly effects: readonly Json<Effect>[];
  readonly openOrders: readonly string[];
  /** What investigations that were given up failed with. */
  readonly failed: readonly string[];
  /** Oldest window first. */
  readonly coverage: readonly Json<Coverage>[];
  /** By environment. */
  readonly checkpoints: Readonly<Record<string, string | null>>;
  readonly todayUsd: number;
  /** The most memory that the process has held since it began, in MB. */
  readonly mostMb: number;
}

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of its own that works in any number of worlds; what it does is over when the promise resolves. */
export interface WorkerProcess {
  /** One run as cron would start it, at an instant of the test's choice; the servers' clocks are set to it too. */
  run(
    world: Pick<SmallWorld, "configFile" | "stateDirectory" | "env" | "setNowMs">,
    nowMs: number,
    change?: { readonly env?: Readonly<Record<string, string>> },
  ): Promise<RunResult>;
  /** A command on the world's state and configuration, by the machine's clock. */
  cli(world: SmallWorld, args: readonly string[], stdin?: string): Promise<CliResult>;
  /** A command with nothing added to it. */
  bareCli(args: readonly string[]): Promise<CliResult>;
  close(): void;
}

export function startWorkerProcess(): WorkerProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, "worker-process.child.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { PATH: process.env["PATH"] ?? "", ...compileCache },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  async function ask<Answer>(request: RunRequest | CliRequest): Promise<Answer> {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const line = await lines.next();
    if (line.done === true) throw new Error(`the worker process ended with ${child.exitCode ?? child.signalCode}`);
    const answer = JSON.parse(line.value) as Answer & { readonly thrown?: string };
    if (answer.thrown !== undefined) throw new Error(`in the worker process: ${answer.thrown}`);
    return answer;
  }

  return {
    run(world, nowMs, { env = {} } = {}) {
      const { configFile, stateDirectory } = world;
      mkdirSync(stateDirectory, { recursive: true });
      world.setNowMs(nowMs);
      return ask({ kind: "run", configFile, stateDirectory, env: { ...world.env, ...env }, nowMs });
    },
    cli(world, args, stdin = "") {
      const given = [...args, "--state", world.stateDirectory, "--config", world.configFile];
      return ask({ kind: "cli", args: given, env: world.env, stdin });
    },
    bareCli: (args) => ask({ kind: "cli", args, env: {}, stdin: "" }),
    close: () => void child.kill(),
  };
}
