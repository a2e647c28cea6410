import { spawn } from "node:child_process";
import { join } from "node:path";
import type { IncidentState } from "../../src/domain/incident.ts";
import type { RunJson } from "../../src/main/run-json.ts";
import { compileCache } from "./compile-cache.ts";
import type { SmallWorld } from "./small-world.ts";

export interface ChildResult {
  readonly summary: RunJson;
  readonly points: readonly string[];
  /** Orders and effects that are not dealt with yet. */
  readonly underWay: number;
  readonly incidents: readonly {
    readonly id: string;
    readonly state: IncidentState;
    readonly counts: Readonly<Record<string, number>>;
    readonly causedBy: string | null;
    readonly issue: number | null;
  }[];
}

/** A run of the worker in a process of its own. @returns null when it was killed at its crash point */
export async function runChild(world: SmallWorld, nowMs: number, crashAt: number | null): Promise<ChildResult | null> {
  world.setNowMs(nowMs);
  const { configFile, stateDirectory } = world;
  const given = JSON.stringify({ configFile, stateDirectory, nowMs, crashAt });
  const { code, signal, stdout, stderr } = await spawned(
    process.execPath,
    [join(import.meta.dirname, "worker.child.ts"), given],
    world.env,
  );
  if (signal === "SIGKILL") return null;
  if (code !== 0) throw new Error(`the child ended with ${code ?? signal}: ${stderr}`);
  return JSON.parse(stdout) as ChildResult;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A child process, with what it printed. */
export function spawned(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { PATH: process.env["PATH"] ?? "", ...compileCache, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
