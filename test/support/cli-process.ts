import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { compileCache } from "./compile-cache.ts";

export interface CliEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliProcess {
  readonly process: ChildProcess;
  /** What it has printed so far. */
  readonly output: () => string;
  readonly ended: Promise<CliEnd>;
}

export const command = join(import.meta.dirname, "..", "..", "bin", "error-autopilot.mjs");

/**
 * The real command line in a process of its own, with nothing of the test's environment but what is given, and a cache.
 * @param through a program, with its arguments, that runs the words behind them
 */
export function startCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  through: readonly string[] = [],
): CliProcess {
  const [program = "", ...words] = [...through, process.execPath, command, ...args];
  const child = spawn(program, words, {
    env: { PATH: process.env["PATH"] ?? "", HOME: "/nowhere", ...compileCache, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // An assertion that fails before the test ends it must not leave a daemon behind.
  if (expect.getState().currentTestName !== undefined) onTestFinished(() => void child.kill("SIGKILL"));
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return {
    process: child,
    output: () => stdout + stderr,
    ended: new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
    }),
  };
}

export function runCli(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliEnd> {
  return startCli(args, env).ended;
}
