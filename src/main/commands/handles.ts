import { rm } from "node:fs/promises";
import type { JobQueue } from "../../domain/job-queue.ts";
import { toJson } from "../../domain/json.ts";
import { type Mode, modes } from "../../domain/mode.ts";
import type { Store } from "../../domain/store.ts";
import { pauseAll, resumeAll, setCeiling, type Unreached } from "../../jobs/handles/handles.ts";
import { type ExitCode, exitCodes, type Io } from "../io.ts";

export interface Means {
  readonly store: Store;
  readonly queue: JobQueue;
  readonly nowMs: number;
  readonly io: Io;
  /** Who asks, for the audit. */
  readonly by: string;
}

/** `pause`: no new outside effect begins, running model calls end. */
export async function pause(means: Means, json: boolean): Promise<ExitCode> {
  if (isUnreached(await pauseAll(means), "Paused here,", means.io)) return exitCodes.failed;
  return tell(means, json, "Paused: nothing is written and no model is asked until error-autopilot resume.");
}

/** `resume`: goes on; also takes away the file PAUSE. */
export async function resume(means: Means, json: boolean, pauseFile: string): Promise<ExitCode> {
  await rm(pauseFile, { force: true });
  if (isUnreached(await resumeAll(means), "Resumed here,", means.io)) return exitCodes.failed;
  return tell(means, json, "Resumed: the next run goes on where it stopped.");
}

/** `mode [<mode>|clear]`: a ceiling at run time, which can only lower what the service map says. */
export async function setMode(means: Means, json: boolean, wanted: string | null): Promise<ExitCode> {
  if (wanted === null) {
    const ceiling = (await means.store.handles()).modeCeiling;
    return tell(
      means,
      json,
      ceiling === null ? "No ceiling: the service map decides." : `At most ${ceiling}, whatever the service map says.`,
    );
  }
  if (wanted !== "clear" && !isMode(wanted)) {
    means.io.stderr(`"${wanted}" is no mode; use one of ${modes.join(", ")}, or clear.\n`);
    return exitCodes.wrongUsage;
  }
  const modeCeiling = wanted === "clear" ? null : wanted;
  await setCeiling(means, modeCeiling);
  return tell(
    means,
    json,
    modeCeiling === null
      ? "The ceiling is gone: the service map decides."
      : `From now on at most ${modeCeiling}; a service map that says less still wins.`,
  );
}

/** What is set here holds, whether or not hands elsewhere can be told; the brain tells them as soon as their server answers. */
function isUnreached(unreached: Unreached, done: string, io: Io): boolean {
  if (unreached === null) return false;
  io.stderr(`${done} but hands elsewhere are not told yet; the brain tells them when it can. ${unreached}\n`);
  return true;
}

async function tell(means: Means, json: boolean, words: string): Promise<ExitCode> {
  means.io.stdout(json ? `${toJson(await means.store.handles())}\n` : `${words}\n`);
  return exitCodes.done;
}

function isMode(text: string): text is Mode {
  return modes.some((mode) => mode === text);
}
