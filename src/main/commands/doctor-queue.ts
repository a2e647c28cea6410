import { systemClock } from "../system-clock.ts";
import type { Check } from "./doctor-check.ts";

/** Where orders go: nothing to check for the queue in the state file, which is checked with it. */
export async function checkQueue(redisUrl: string | null): Promise<readonly Check[]> {
  if (redisUrl === null) return [];
  const { probeRedis } = await import("../../adapters/bullmq/probe.ts");
  const redis = await probeRedis(redisUrl, systemClock);
  if (redis.problem !== null) return [{ name: "redis", state: "failed", detail: redis.problem, cure: null }];
  const version = redis.version === null ? "" : `, version ${redis.version}`;
  const checks: Check[] = [{ name: "redis", state: "ok", detail: `${redis.shown}${version}`, cure: null }];
  if (!redis.isPersistent) {
    checks.push({
      name: "redis: persistence",
      state: "warning",
      detail: "nothing is written to disk, so a restart of Redis forgets the progress of investigations",
      cure: "Set appendonly yes.",
    });
  }
  checks.push(
    redis.handsAlive === 0
      ? {
          name: "hands",
          state: "warning",
          detail: "nobody works on orders now",
          cure: "error-autopilot start --role hands, on any machine",
        }
      : { name: "hands", state: "ok", detail: `${redis.handsAlive} at work`, cure: null },
  );
  return checks;
}
