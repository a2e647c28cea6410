import { spawn } from "node:child_process";

export interface ProgramPlace {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A program of the company at work. */
export interface ProgramRun {
  /** Resolves with the first match in its output. @throws when it ends without one */
  untilOutput(pattern: RegExp): Promise<RegExpExecArray>;
  /** Asks it to end. */
  stop(): void;
  /** Everything it wrote to standard output, when it has ended. @throws when it failed */
  readonly output: Promise<string>;
}

const stopMsMax = 5000;

/** Runs a Node program that sees nothing of our own environment. */
export function startProgram(file: string, words: readonly string[], at: ProgramPlace): ProgramRun {
  const child = spawn(process.execPath, [file, ...words], { ...at, stdio: ["ignore", "pipe", "pipe"] });
  let written = "";
  let complaint = "";
  let isStopping = false;
  let killer: NodeJS.Timeout | null = null;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    written += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  const output = new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (killer !== null) clearTimeout(killer);
      if (code === 0 || isStopping) resolve(written);
      else reject(new Error(`${file} ended with ${code ?? signal}: ${complaint.slice(-2000)}`));
    });
  });

  return {
    output,
    untilOutput: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(written);
          if (found === null) return;
          child.stdout.off("data", look);
          resolve(found);
        };
        child.stdout.on("data", look);
        output.then(() => reject(new Error(`${file} ended without writing ${pattern}: ${complaint}`)), reject);
        look();
      }),
    stop() {
      isStopping = true;
      child.kill("SIGTERM");
      killer = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
    },
  };
}
