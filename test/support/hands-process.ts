import { expect, onTestFinished, vi } from "vitest";
import type { SmallWorld } from "./small-world.ts";
import { endLeases, type SpawnedHands, spawnHands } from "./spawn-hands.ts";

export interface HandsProcess extends SpawnedHands {
  hasSaid(line: RegExp): Promise<void>;
  /** With SIGKILL. What it was at is given to others at once, as it is when its lease is over. */
  kill(): Promise<void>;
}

/** Hands of one test, ready to work; killed when it ends. */
export async function startHandsProcess(
  world: Pick<SmallWorld, "folder" | "configFile" | "env">,
  redisUrl: string,
  options: { readonly name: string; readonly configFile?: string },
): Promise<HandsProcess> {
  const spawned = spawnHands(world, redisUrl, options);
  onTestFinished(() => spawned.kill());
  const { said } = spawned;
  const hands: HandsProcess = {
    ...spawned,
    hasSaid: (line) =>
      vi.waitFor(() => expect(said).toContainEqual(expect.stringMatching(line)), { timeout: 30_000, interval: 10 }),
    async kill() {
      await spawned.kill();
      await endLeases(redisUrl, spawned.atWork());
    },
  };
  await hands.hasSaid(/^ready$/);
  return hands;
}
