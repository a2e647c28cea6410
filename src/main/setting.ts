import { existsSync, readFileSync } from "node:fs";
import { getCompileCacheDir } from "node:module";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { CheckedMaps } from "../config/checked-map.ts";
import type { Config } from "../config/config.ts";
import type { ProcessRole } from "../config/process-role.ts";
import type { JobQueue } from "../domain/job-queue.ts";
import type { OwnRedaction } from "../domain/redaction/own-redaction.ts";
import type { Store } from "../domain/store.ts";
import { systemClock } from "./system-clock.ts";
import { version } from "./version.ts";

/** Options that every command takes. */
export interface CommonOptions {
  readonly config: string;
  readonly state: string;
  readonly json: boolean;
}

export function databaseFileOf(stateDirectory: string): string {
  return join(stateDirectory, "autopilot.sqlite");
}

/** @param over set in place of what the process's environment says */
export async function loadSettings(
  options: CommonOptions,
  role: ProcessRole = "all",
  over: Readonly<Record<string, string>> = {},
): Promise<Config> {
  const { loadConfig } = await import("../config/load-config.ts");
  const config = await loadConfig({
    path: options.config,
    env: { ...process.env, ...over },
    homeDirectory: homedir(),
    workingDirectory: process.cwd(),
    role,
    checkedMaps: role === "run" ? checkedMapsHere() : null,
  });
  await completeGate(config.redaction);
  return config;
}

async function completeGate(redaction: OwnRedaction): Promise<void> {
  const { useOwnRedaction } = await import("../domain/redact.ts");
  useOwnRedaction(redaction);
}

/** For `redact`, which needs no more of the service map, and none at all unless one is named. */
export async function useRedactionOf(path: string, isNamed: boolean): Promise<void> {
  if (!isNamed && !existsSync(path)) return;
  const { loadRedaction } = await import("../config/load-config.ts");
  const place = { env: process.env, homeDirectory: homedir(), workingDirectory: process.cwd() };
  await completeGate(await loadRedaction({ path, ...place }));
}

/** Beside the compile cache, for both are trusted alike: what lies there is run, or as good as run. Null where there is none. */
function checkedMapsHere(): CheckedMaps | null {
  const compiled = getCompileCacheDir();
  if (compiled === undefined) return null;
  const schema = readFileSync(join(import.meta.dirname, "..", "..", "service-map.schema.json"), "utf8");
  return { folder: join(dirname(compiled), "service-maps"), checkedBy: `${version()} ${schema}` };
}

/** For commands that need no more of the configuration, so that they work although it is being edited. */
async function loadRedisUrlOf(options: CommonOptions): Promise<string | null> {
  const { loadRedisUrl } = await import("../config/load-config.ts");
  return loadRedisUrl({ path: options.config, env: process.env, workingDirectory: process.cwd() });
}

/** Nothing was ever remembered there: a folder with a wrong name must not look like a worker that has nothing to tell, or that obeyed. */
export class NoStateError extends Error {
  override readonly name = "NoStateError";
  constructor(stateDirectory: string) {
    super(
      `There is no folder ${stateDirectory}: no run has been there yet, or --state names another folder than that of the runs.`,
    );
  }
}

/** The memory and the queue, for commands that look and set without polling. */
export async function withState<Result>(
  options: CommonOptions,
  work: (state: {
    readonly store: Store;
    readonly queue: JobQueue;
    readonly stateDirectory: string;
  }) => Promise<Result>,
): Promise<Result> {
  const stateDirectory = resolve(options.state);
  const path = databaseFileOf(stateDirectory);
  if (!existsSync(stateDirectory)) throw new NoStateError(stateDirectory);
  const redisUrl = await loadRedisUrlOf(options);
  const [{ openStore }, { openQueue }] = await Promise.all([
    import("../adapters/sqlite/store.ts"),
    import("./open-queue.ts"),
  ]);
  const store = await openStore({ path, clock: systemClock });
  const queue = await openQueue({ redisUrl, databaseFile: path, clock: systemClock, holder: `cli-${process.pid}` });
  try {
    return await work({ store, queue, stateDirectory });
  } finally {
    await queue.close();
    await store.close();
  }
}
