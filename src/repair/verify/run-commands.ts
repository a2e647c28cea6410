import { posix } from "node:path";
import type { Sandbox, SandboxResult, Shown } from "../../domain/sandbox.ts";
import type { Argv, ServiceCommands } from "../../domain/service-commands.ts";

/** One command of the service, and how it ended. */
export interface Ran {
  readonly argv: Argv;
  readonly exitCode: number;
  readonly output: string;
}

/** A command said nothing about the code: it is missing inside, or was ended. */
export class NoResult extends Error {
  override readonly name = "NoResult";
  readonly isRetryable = false;
}

/** Of a shell whose command ended by SIGKILL. */
const killedExitCode = 128 + 9;

export interface RunningMeans {
  readonly sandbox: Sandbox;
  readonly commands: ServiceCommands;
  /** What was prepared. */
  readonly shown: readonly Shown[];
}

/**
 * Runs the commands on a folder, all of them, whatever the one before said. Only exit codes count.
 * @throws NoResult, SandboxError, or the signal's reason
 */
export async function runCommands(
  list: readonly Argv[],
  folder: string,
  means: RunningMeans,
  signal: AbortSignal,
): Promise<readonly Ran[]> {
  const { commands, shown: prepared, sandbox } = means;
  const { under, readOnly, writableCopies, env, limits } = commands;
  const ran: Ran[] = [];
  for (const argv of list) {
    const run = { argv, folder, under, readOnly, writableCopies, prepared, env, limits };
    ran.push(resultOf(argv, await sandbox.run(run, signal), limits.durationMs, signal));
  }
  return ran;
}

export function resultOf(argv: Argv, result: SandboxResult, durationMs: number, signal: AbortSignal): Ran {
  if (result.kind === "killed") {
    signal.throwIfAborted();
    throw new NoResult(`${shown(argv)} ${endings(durationMs)[result.because]}`);
  }
  if (result.exitCode === 127 || result.exitCode === 126) {
    throw new NoResult(`${shown(argv)} was not found or cannot be started in the sandbox: ${tail(result.output, 200)}`);
  }
  // Nobody inside ends it so without wanting to; the kernel does, for want of memory or of time.
  if (result.exitCode === killedExitCode) throw new NoResult(`${shown(argv)} was killed by the kernel`);
  return { argv, exitCode: result.exitCode, output: result.output };
}

export function passed(ran: readonly Ran[]): boolean {
  return ran.every(({ exitCode }) => exitCode === 0);
}

export function outputOf(ran: readonly Ran[]): string {
  return ran.map(({ output }) => output).join("\n");
}

/** A command with a file in the place of its placeholders. */
export function fill(argv: Argv, path: string, under: string): Argv {
  const file = under === "" ? path : posix.relative(under, path);
  const { dir, name } = posix.parse(file);
  const values: Readonly<Record<string, string>> = {
    test: file,
    file,
    testName: name,
    testFolder: dir === "" ? "." : dir,
  };
  return argv.map((word) =>
    word.replaceAll(/\{(test|file|testName|testFolder)\}/g, (all, key: string) => values[key] ?? all),
  );
}

function endings(durationMs: number): Readonly<Record<Extract<SandboxResult, { kind: "killed" }>["because"], string>> {
  return {
    time: `took longer than ${Math.round(durationMs / 1000)} s`,
    memory: "needs more memory than `sandbox.memoryMb`",
    processes: "needs more processes than `sandbox.processes`",
    output: "prints more than is read",
    disk: "writes more than `sandbox.tmpMb`",
    stopped: "was ended from outside",
  };
}

export function shown(argv: Argv): string {
  return `\`${argv.join(" ").slice(0, 100)}\``;
}

function tail(text: string, length: number): string {
  return text.trim().slice(-length);
}
