import { appendFileSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { redact } from "../domain/redact.ts";
import type { Redacted } from "../domain/text.ts";
import { harmless } from "../report/terminal-text.ts";
import { instantText } from "./columns.ts";

/** Of each of the two files. */
const bytesMax = 128 * 1024;
const lineLengthMax = 1_000;

/** Which of our processes tells something. */
type Teller = "run" | "daemon" | "brain" | "bot";

function filesOf(stateDirectory: string): { readonly now: string; readonly before: string } {
  return { now: join(stateDirectory, "own.log"), before: join(stateDirectory, "own.1.log") };
}

/**
 * Keeps what a process tells, for whoever asks later from a chat or a terminal: cron's runs are over by then. Lines of several processes stand in one file,
 * which is moved aside when it is full, so that no more than twice its size is ever kept.
 */
export function keeperOf(stateDirectory: string, teller: Teller, nowMs: () => number): (line: string) => void {
  const { now, before } = filesOf(stateDirectory);
  return (line) => {
    try {
      appendFileSync(now, `${redact(harmless(`${instantText(nowMs())} ${teller} ${line}`, lineLengthMax))}\n`, {
        mode: 0o600,
      });
      if (statSync(now).size > bytesMax) renameSync(now, before);
    } catch {
      // A full disk is told where it matters; a line for later is worth no failed run.
    }
  };
}

/** Our own last lines, oldest first; whoever wrote the file, they are ours to tell only after the gate. */
export function lastLines(stateDirectory: string, count: number): readonly Redacted[] {
  const { now, before } = filesOf(stateDirectory);
  const newest = linesOf(now);
  const lines = newest.length >= count ? newest : [...linesOf(before), ...newest];
  return lines.slice(-count).map((line) => redact(line));
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  } catch {
    return [];
  }
}
