import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../domain/clock.ts";

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  async sleep(durationMs, signal) {
    await wait(durationMs, undefined, signal === undefined ? {} : { signal });
  },
};
