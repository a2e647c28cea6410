import { QueueUnavailableError } from "../../domain/job-queue.ts";
import { redact } from "../../domain/redact.ts";
import { connectRedis, type RedisClient } from "./redis-client.ts";
import { keyPrefix } from "./shelf.ts";

const keysAtOnce = 500;

/** A database of Redis in which there is nothing of ours, and in which nothing of ours is left. */
export interface BorrowedDatabase {
  /** Where it is, without user and password. */
  readonly shown: string;
  giveBack(): Promise<void>;
}

/**
 * For a demonstration, which must not touch the orders of a real installation.
 * @throws QueueUnavailableError also when somebody's orders are there
 */
export async function borrowDatabase(url: string): Promise<BorrowedDatabase> {
  const client = await connectRedis(url);
  try {
    const unfit = await client.findUnfit();
    if (unfit !== null) throw new QueueUnavailableError(redact(unfit), false);
    const [first] = await ourKeys(client);
    if (first !== undefined) throw new QueueUnavailableError(redact(inUse(client.shown)), false);
  } catch (error) {
    client.close();
    throw error;
  }
  return {
    shown: client.shown,
    async giveBack() {
      const { redis, ask } = client;
      try {
        for (let keys = await ourKeys(client); keys.length > 0; keys = await ourKeys(client)) {
          await ask(() => redis.del(...keys));
        }
      } finally {
        client.close();
      }
    },
  };
}

function inUse(shown: string): string {
  return `Redis at ${shown} holds orders of an installation, or of a demonstration that was cut short. Let REDIS_URL name a database that is empty, by another number at its end: redis://…/9.`;
}

async function ourKeys({ redis, ask }: RedisClient): Promise<readonly string[]> {
  return ask(async () => {
    for (let cursor = "0"; ; ) {
      const [next, keys] = await redis.scan(cursor, "MATCH", `${keyPrefix}:*`, "COUNT", keysAtOnce);
      if (keys.length > 0 || next === "0") return keys;
      cursor = next;
    }
  });
}
