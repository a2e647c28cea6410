import { type ChildProcess, spawn } from "node:child_process";
import { SandboxError, type SandboxLimits, type SandboxResult } from "../../domain/sandbox.ts";
import { startMark } from "./first-process.ts";
import { firstInside, machineMemory, passedLimit } from "./watch-tree.ts";

/** A process that was told to go and is still being set up gets this long to have a first process inside. */
const settleMsMax = 200;
const watchMs = 50;
/** What built the sandbox was killed, by somebody else than us. */
const killedExitCode = 128 + 9;
const setupTextMax = 2_000;

/**
 * Starts what builds the sandbox, with an empty environment and three pipes, and waits until nothing of it is left: process 1 inside is what is killed, and
 * what built the sandbox ends after the kernel has reaped everything in it.
 * @param command what builds the sandbox and the command inside
 * @throws SandboxError when it ended before the command was started
 */
export function runContained(
  command: readonly string[],
  limits: SandboxLimits,
  signal: AbortSignal,
): Promise<SandboxResult> {
  return new Promise((resolve, reject) => {
    const begunAt = performance.now();
    const [program = "", ...args] = command;
    // A session of its own: what runs inside must not reach the terminal at which somebody started the worker.
    const child = spawn(program, args, { cwd: "/", env: {}, stdio: ["pipe", "pipe", "pipe"], detached: true });
    const begin = machineMemory();
    const chunks: Buffer[] = [];
    let bytes = 0;
    let isStarted = false;
    let because: Extract<SandboxResult, { kind: "killed" }>["because"] | null = null;

    function stop(reason: NonNullable<typeof because>): void {
      if (because !== null) return;
      because = reason;
      endEverything(child);
    }

    function take(chunk: Buffer): void {
      const room = limits.outputBytesMax - bytes;
      if (room > 0) chunks.push(chunk.subarray(0, room));
      bytes += chunk.length;
      if (bytes > limits.outputBytesMax) stop("output");
    }

    child.stdout.on("data", (chunk: Buffer) => {
      if (isStarted) take(chunk);
      else if (chunk.toString("latin1", 0, 1) === startMark) {
        isStarted = true;
        take(chunk.subarray(1));
      } else take(chunk);
    });
    child.stderr.on("data", take);
    child.stdin.on("error", () => undefined);
    child.stdin.end();

    const timer = setTimeout(() => stop("time"), limits.durationMs);
    const watch = setInterval(() => {
      const first = child.pid === undefined ? null : firstInside(child.pid);
      const passed = first === null ? null : passedLimit(first, limits, begin);
      // What is too large for its place fails while it is copied there, and that says so itself.
      if (passed !== null && (passed !== "disk" || isStarted)) stop(passed);
    }, watchMs);
    const abort = () => stop("stopped");
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });

    function settle(): void {
      clearTimeout(timer);
      clearInterval(watch);
      signal.removeEventListener("abort", abort);
    }

    child.on("error", (cause) => {
      settle();
      const detail = `${program} could not be started: ${cause.message}`;
      reject(new SandboxError({ reason: "the sandbox could not be started", detail }, { cause }));
    });
    child.on("close", (code, by) => {
      settle();
      const output = Buffer.concat(chunks).toString("utf8");
      const durationMs = performance.now() - begunAt;
      if (because !== null) resolve({ kind: "killed", because, output, durationMs });
      else if (!isStarted) reject(notSetUp(output, code, by));
      else resolve({ kind: "ended", exitCode: code ?? killedExitCode, output, durationMs });
    });
  });
}

/** SIGKILL for process 1, which takes everything in its namespace along; for what builds the sandbox only while there is no process 1. */
function endEverything(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null) return;
  const deadline = performance.now() + settleMsMax;
  const attempt = () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const first = firstInside(pid);
    if (first !== null) kill(first);
    else if (performance.now() > deadline) child.kill("SIGKILL");
    setTimeout(attempt, 5);
  };
  attempt();
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function notSetUp(output: string, code: number | null, by: string | null): SandboxError {
  const said = output.trim().slice(0, setupTextMax) || `it ended with ${by ?? code}`;
  const reason = /No space left|File too large|File size limit/.test(said)
    ? "the tree, or a writable copy, does not fit into `sandbox.tmpMb`"
    : "the sandbox could not be set up";
  return new SandboxError({ reason, detail: said });
}
