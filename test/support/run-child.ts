import { spawn } from "node:child_process";
import { compileCache } from "./compile-cache.ts";
import { type ChildResult, type Runner, startRunner } from "./runner.ts";

/** A run in a process that makes no other. @returns null when it was killed at its crash point */
export async function runChild(...run: Parameters<Runner["run"]>): Promise<ChildResult | null> {
  const runner = startRunner();
  try {
    return await runner.run(...run);
  } finally {
    runner.kill();
  }
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
