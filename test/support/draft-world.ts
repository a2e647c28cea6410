import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../../src/config/load-config.ts";
import type { Clock } from "../../src/domain/clock.ts";
import type { Hands } from "../../src/domain/job-queue.ts";
import { compose } from "../../src/main/compose.ts";
import { runOnce } from "../../src/main/run-once.ts";
import { databaseFileOf } from "../../src/main/setting.ts";
import type { Replaced, Worker } from "../../src/main/worker.ts";
import { draftHands, openGuard } from "./draft-hands.ts";
import { pushFailureOf, type SmallWorld, type SmallWorldOptions, startSmallWorld } from "./small-world.ts";

export const draftStartMs = Date.parse("2026-03-01T03:00:00Z");
const minuteMs = 60_000;

/** One bug, in a repository whose clone has what GitHub has. */
export async function startDraftWorld(folder: string, options: SmallWorldOptions = {}): Promise<SmallWorld> {
  const world = await startSmallWorld(folder, draftStartMs, {
    mode: "draft-pr",
    extra: "repair: { head: same-repository }",
    hasFailures: false,
    ...options,
  });
  mkdirSync(world.stateDirectory, { recursive: true });
  pushFailureOf(world.loki, { kind: "Stock", service: "orders", atMs: draftStartMs - 20 * minuteMs });
  return world;
}

export function cloneOf(world: Pick<SmallWorld, "folder">): string {
  return join(world.folder, "orders");
}

/** A worker whose hands follow a script and whose guard lets all pass: everything else is what `run` has. */
export async function openDraftWorker(
  world: Pick<SmallWorld, "configFile" | "stateDirectory" | "env">,
  replaced: Replaced,
  options: { readonly hands?: Hands; readonly dryRun?: boolean; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<{ readonly worker: Worker; run(): ReturnType<typeof runOnce> }> {
  const { configFile, stateDirectory } = world;
  const config = await loadConfig({
    path: configFile,
    env: { ...world.env, ...options.env },
    homeDirectory: "/nowhere",
    workingDirectory: "/",
  });
  const composed = await compose(
    config,
    {
      stateDirectory,
      databaseFile: databaseFileOf(stateDirectory),
      dryRun: options.dryRun ?? false,
      hasHands: true,
      onProgress: () => undefined,
    },
    replaced,
  );
  const hands = options.hands ?? draftHands(config.services["orders"]?.path ?? "");
  const worker: Worker = {
    ...composed,
    hands,
    brain: { ...composed.brain, drafts: { ...composed.brain.drafts, guard: openGuard } },
  };
  const settings = { ...config, stateDirectory, minutesMax: 25, clock: replaced.clock };
  return { worker, run: () => runOnce(worker, settings, new AbortController().signal) };
}

/** A clock that whoever sleeps moves on. */
export function movingClock(
  startMs: number,
  onMove: (nowMs: number) => void = () => undefined,
): Clock & { set(nowMs: number): void } {
  let nowMs = startMs;
  const set = (next: number): void => {
    nowMs = next;
    onMove(next);
  };
  return {
    nowMs: () => nowMs,
    set,
    async sleep(durationMs, signal) {
      signal?.throwIfAborted();
      set(nowMs + durationMs);
    },
  };
}
