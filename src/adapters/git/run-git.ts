import { spawn } from "node:child_process";
import { CodeSourceError } from "../../domain/sources.ts";

export interface GitRun {
  readonly args: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** A folder of ours, never the clone. */
  readonly cwd: string;
  readonly stdin: string | null;
  readonly timeoutMs: number;
  /** Of standard output; the process is killed when it writes more. */
  readonly bytesMax: number;
  /** It starts others, which end with it. */
  readonly isGroup?: boolean;
}

export interface GitOutput {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** More was written than `bytesMax`: `stdout` is the first part of it, and the exit code says nothing. */
  readonly isCut: boolean;
}

const stderrBytesMax = 4096;

/**
 * One git process with an argument vector, never a shell; killed with SIGKILL when the signal aborts, the time is over or it writes too much.
 * @throws CodeSourceError when git is not installed or does not end in time; the signal's reason when it aborts
 */
export function runGit(run: GitRun, signal: AbortSignal): Promise<GitOutput> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const child = spawn("git", run.args, {
      cwd: run.cwd,
      env: { ...run.env },
      stdio: ["pipe", "pipe", "pipe"],
      detached: run.isGroup === true,
    });
    const stdout: Buffer[] = [];
    let stdoutBytes = 0;
    let stderr = "";
    let isCut = false;
    let isTimedOut = false;
    const kill = () => {
      if (run.isGroup === true && child.pid !== undefined) killGroup(child.pid);
      else child.kill("SIGKILL");
    };
    const timer = setTimeout(() => {
      isTimedOut = true;
      kill();
    }, run.timeoutMs);
    signal.addEventListener("abort", kill, { once: true });
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", kill);
    };
    child.stdout.on("data", (chunk: Buffer) => {
      const room = run.bytesMax - stdoutBytes;
      if (room > 0) stdout.push(chunk.subarray(0, room));
      stdoutBytes += chunk.length;
      if (stdoutBytes > run.bytesMax) {
        isCut = true;
        kill();
      }
    });
    child.stderr.on("data", (chunk: Buffer) => {
      if (stderr.length < stderrBytesMax) stderr += chunk.toString("utf8").slice(0, stderrBytesMax);
    });
    // A process that ends before it has read everything closes its pipe: its exit code tells what happened.
    child.stdin.on("error", () => undefined);
    child.stdin.end(run.stdin ?? "");
    child.on("error", (error: NodeJS.ErrnoException) => {
      settle();
      reject(error.code === "ENOENT" ? gitIsMissing(error) : error);
    });
    child.on("close", (code) => {
      settle();
      if (signal.aborted) reject(signal.reason);
      else if (isTimedOut) reject(tookTooLong(run));
      else resolve({ exitCode: code ?? -1, stdout: Buffer.concat(stdout), stderr: stderr.trim(), isCut });
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

function gitIsMissing(cause: Error): CodeSourceError {
  return new CodeSourceError(
    { reason: "git is not installed", detail: "No program `git` was found on PATH. Install git 2.32 or newer." },
    { isRetryable: false, cause },
  );
}

function tookTooLong(run: GitRun): CodeSourceError {
  return new CodeSourceError(
    {
      reason: `git took longer than ${run.timeoutMs / 1000} s`,
      detail: `The command was git ${run.args.find((arg) => !arg.startsWith("-")) ?? ""}; it was killed. On a large repository, \`git gc\` and \`git commit-graph write\` in the clone make it faster.`,
    },
    { isRetryable: true },
  );
}
