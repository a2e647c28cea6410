import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

export interface LineChild {
  readonly process: ChildProcess;
  /** The next line it printed. @throws when it has ended instead */
  nextLine(): Promise<string>;
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
      if (next.done === true) throw new Error(`${command} ${args.join(" ")} ended before it said more.`);
      return next.value;
    },
    ended: new Promise((resolve) => child.on("close", (code, signal) => resolve(signal ?? code))),
  };
}
