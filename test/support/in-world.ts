import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { type SmallWorld, type SmallWorldOptions, startSmallWorld } from "./small-world.ts";

/** When most tests take place. */
export const startMs = Date.parse("2026-03-01T03:00:00Z");
export const minuteMs = 60_000;

/** A small world for one test; whatever was asked of GitHub in it must have fitted GitHub's published description. */
export async function inWorld<Result>(
  options: SmallWorldOptions & { readonly nowMs?: number },
  work: (world: SmallWorld) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "error-autopilot-"));
  const world = await startSmallWorld(folder, options.nowMs ?? startMs, options);
  try {
    const result = await work(world);
    expect(world.github.violations).toEqual([]);
    return result;
  } finally {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The issues at GitHub, as `repository: title`. */
export function issueTitles(world: SmallWorld): readonly string[] {
  return world.github.world.issues().map((issue) => `${issue.repository}: ${issue.title}`);
}

export function bodiesOf(world: SmallWorld): readonly string[] {
  return world.github.world.issues().map((issue) => issue.body);
}
