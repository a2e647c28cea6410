import { fstatSync } from "node:fs";
import { WrongInputError } from "./wrong-input-error.ts";

/** Where a command reads and writes; tests hand in their own. */
export interface Io {
  readonly stdin: AsyncIterable<Buffer | string>;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

export const processIo: Io = {
  // Opened by whoever reads it: most commands do not.
  get stdin() {
    // Node reads a folder as if it were an empty file.
    if (fstatSync(0).isDirectory()) throw new WrongInputError("Standard input is a folder. Give a file: < FILE.");
    return process.stdin;
  },
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
};

/** Whoever reads our output may have seen enough, as `head` has: what is under way goes on all the same. */
export function goOnWithoutReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}

/** What a command answers to the shell. */
export const exitCodes = { done: 0, failed: 1, wrongUsage: 2, needsHuman: 3, busy: 75 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
