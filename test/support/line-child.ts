import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

export interface LineChild {
  readonly process: ChildProcess;
  /** The next line it printed; null when it has ended. */
  nextLine(): Promise<string | null>;
  /** Resolves with the signal or exit code it ended with. */
  readonly ended: Promise<string | number | null>;
}

/** A real process whose standard output is read line by line; killed when the test ends. */
export function startLineChild(command: string, args: readonly string[]): LineChild {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    async nextLine() {
      const next = await lines.next();
      return next.done === true ? null : next.value;
    },
    ended: new Promise((resolve) => child.on("close", (code, signal) => resolve(signal ?? code))),
  };
}
