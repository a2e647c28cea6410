import { Redis } from "ioredis";
import { QueueUnavailableError } from "../../domain/job-queue.ts";
import { redact } from "../../domain/redact.ts";
import { parseRedisAddress } from "./redis-address.ts";

const connectTimeoutMs = 3_000;
const reconnectEveryMsMax = 1_000;
const messageLengthMax = 300;

/** One connection, with everything it says about faults in one form. */
export interface RedisClient {
  readonly redis: Redis;
  /** Where it is, without user and password. */
  readonly shown: string;
  /** Runs `work`; whatever Redis or its client throws comes out as QueueUnavailableError. */
  ask<Result>(work: () => Promise<Result>): Promise<Result>;
  close(): void;
}

/**
 * Connects within seconds or says why not. Afterwards a lost connection is made again without end, while each command sent meanwhile fails at once: nothing
 * may wait in a line here and be carried out an hour later.
 * @param answerTimeoutMs a command without an answer for so long will not get one: the connection is stale, or the server hangs
 * @throws QueueUnavailableError
 */
export async function connectRedis(url: string, answerTimeoutMs = 3_000): Promise<RedisClient> {
  const { options, shown } = parseRedisAddress(url);
  const redis = new Redis({
    ...options,
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    commandTimeout: answerTimeoutMs,
    socketTimeout: answerTimeoutMs,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(times * 100, reconnectEveryMsMax),
    connectionName: "error-autopilot",
  });
  let lastFault: unknown = null;
  redis.on("error", (fault: unknown) => {
    lastFault = fault;
  });
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    throw unavailable(shown, lastFault ?? error);
  }
  return {
    redis,
    shown,
    async ask(work) {
      try {
        return await work();
      } catch (error) {
        throw unavailable(shown, redis.status === "ready" ? error : (lastFault ?? error));
      }
    },
    close: () => redis.disconnect(),
  };
}

/** Without the fault as its cause: a refused login carries the command, and with it the password. */
function unavailable(shown: string, fault: unknown): QueueUnavailableError {
  if (fault instanceof QueueUnavailableError) return fault;
  const said = redact(wordsOf(fault).slice(0, messageLengthMax));
  const isLogin = /^(?:NOAUTH|WRONGPASS|NOPERM|ERR AUTH)/.test(said) || /invalid (?:username|password)/i.test(said);
  const cure = isLogin
    ? "Put its user and password into REDIS_URL."
    : said.startsWith("OOM")
      ? "Its memory is full: raise its maxmemory. Orders are kept until then."
      : "Is it running there, and does REDIS_URL name it? Orders are kept and taken over when it answers again.";
  return new QueueUnavailableError(redact(`Redis at ${shown} does not serve us: ${said}. ${cure}`), !isLogin);
}

/** The client's own words for a lost connection speak of its options. */
function wordsOf(fault: unknown): string {
  const message = fault instanceof Error ? fault.message : String(fault);
  const isLost = /max retries per request|isn't writeable|Connection is closed/i.test(message);
  return isLost ? "the connection was lost" : message;
}

/** What Redis must be for us. @returns null when it is so, or a sentence with the cure */
export async function findUnfit({ redis, shown, ask }: RedisClient): Promise<string | null> {
  const info = await ask(() => redis.info("memory"));
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? "noeviction";
  if (policy === "noeviction") return null;
  return `Redis at ${shown} has maxmemory-policy ${policy}, by which it throws orders away when its memory is full. Set maxmemory-policy noeviction.`;
}
