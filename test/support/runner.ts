import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { IncidentState } from "../../src/domain/incident.ts";
import type { RunJson } from "../../src/main/run-json.ts";
import { compileCache } from "./compile-cache.ts";
import type { SmallWorld } from "./small-world.ts";

export interface RunRequest {
  readonly configFile: string;
  readonly stateDirectory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly nowMs: number;
  /** The point at which the process is killed, 0 for the first; null: at none. */
  readonly crashAt: number | null;
}

export interface ChildResult {
  readonly summary: RunJson;
  readonly points: readonly string[];
  /** Orders and effects that are not dealt with yet. */
  readonly underWay: number;
  readonly incidents: readonly {
    readonly id: string;
    readonly state: IncidentState;
    readonly note: string | null;
    readonly counts: Readonly<Record<string, number>>;
    readonly causedBy: string | null;
    readonly issue: number | null;
    readonly pullRequest: string | null;
  }[];
}

/** What makes runs in a process of its own, and in a new one after that was killed. */
export interface Runner {
  /** As cron would start it, at an instant of the test's choice; null when the process was killed at its crash point, or by `kill`. */
  run(
    world: Pick<SmallWorld, "configFile" | "stateDirectory" | "env" | "setNowMs">,
    nowMs: number,
    crashAt: number | null,
  ): Promise<ChildResult | null>;
  /** With SIGKILL, whatever it is at. */
  kill(): void;
}

/**
 * @param env of its process, which is more than that of a run: its time zone
 * @param script what the process is
 */
export function startRunner(env: Readonly<Record<string, string>> = {}, script = "runner.child.ts"): Runner {
  let child: ChildProcess | null = null;
  let lines: AsyncIterator<string> | null = null;

  function start(): ChildProcess {
    const started = spawn(process.execPath, [join(import.meta.dirname, script)], {
      env: { PATH: process.env["PATH"] ?? "", ...compileCache, ...env },
      stdio: ["pipe", "pipe", "inherit"],
    });
    // It may be dead before it has read what it is asked.
    started.stdin.on("error", () => undefined);
    lines = createInterface({ input: started.stdout })[Symbol.asyncIterator]();
    return started;
  }

  return {
    async run(world, nowMs, crashAt) {
      child ??= start();
      const asked = child;
      const { configFile, stateDirectory, env } = world;
      world.setNowMs(nowMs);
      const request: RunRequest = { configFile, stateDirectory, env, nowMs, crashAt };
      asked.stdin?.write(`${JSON.stringify(request)}\n`);
      const line = await lines?.next();
      if (line !== undefined && line.done !== true) return JSON.parse(line.value) as ChildResult;
      child = null;
      const { signal, code } = await endOf(asked);
      if (signal === "SIGKILL") return null;
      throw new Error(`a run ended with ${code ?? signal}`);
    },
    kill: () => void child?.kill("SIGKILL"),
  };
}

function endOf(child: ChildProcess): Promise<{ readonly code: number | null; readonly signal: string | null }> {
  const now = () => ({ code: child.exitCode, signal: child.signalCode });
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(now());
  return new Promise((resolve) => child.once("exit", () => resolve(now())));
}
