import type { Clock } from "../../domain/clock.ts";
import { QueueUnavailableError } from "../../domain/job-queue.ts";
import type { Redacted } from "../../domain/text.ts";
import { connectRedis } from "./redis-client.ts";
import { Shelf } from "./shelf.ts";

export interface RedisProbe {
  /** Where it is, without user and password. */
  readonly shown: string;
  readonly version: string | null;
  /** Why it cannot serve, with the cure; null when it can. */
  readonly problem: string | Redacted | null;
  /** Processes that work as hands now. */
  readonly handsAlive: number;
  /** Whether what it holds survives its restart. */
  readonly isPersistent: boolean;
}

/** Whether Redis is there, fit, and who works on it. Writes nothing. */
export async function probeRedis(url: string, clock: Clock, answerTimeoutMs?: number): Promise<RedisProbe> {
  const nothing = { shown: "REDIS_URL", version: null, handsAlive: 0, isPersistent: false };
  try {
    const client = await connectRedis(url, answerTimeoutMs);
    try {
      const { redis, shown, ask } = client;
      const info = await ask(() => redis.info());
      const shelf = new Shelf(client, clock, 0);
      return {
        shown,
        version: /^redis_version:(\S+)/m.exec(info)?.[1] ?? null,
        problem: await client.findUnfit(),
        handsAlive: await shelf.handsAlive(),
        isPersistent: /^aof_enabled:1/m.test(info) || (await savesSnapshots(client.redis)),
      };
    } finally {
      client.close();
    }
  } catch (error) {
    if (!(error instanceof QueueUnavailableError)) throw error;
    return { ...nothing, problem: error.message };
  }
}

/** A server whose settings may not be read is given the benefit of the doubt. */
async function savesSnapshots(redis: { config(what: "GET", name: string): Promise<unknown> }): Promise<boolean> {
  try {
    const answer = await redis.config("GET", "save");
    return !(Array.isArray(answer) && answer[1] === "");
  } catch {
    return true;
  }
}
