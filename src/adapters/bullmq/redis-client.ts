import { Redis } from "ioredis";
import { QueueUnavailableError } from "../../domain/job-queue.ts";
import { redact } from "../../domain/redact.ts";
import { secretsIn, withoutSecrets } from "../own-secrets.ts";
import { parseRedisAddress } from "./redis-address.ts";
import { ReplyGate } from "./reply-gate.ts";

const connectTimeoutMs = 3_000;
const reconnectEveryMsMax = 1_000;
const askAgainAfterMs = 1_000;
const messageLengthMax = 300;

/** One connection, with everything it says about faults in one form. */
export interface RedisClient {
  readonly redis: Redis;
  /** Where it is, without user and password. */
  readonly shown: string;
  /** Why it cannot serve, with the cure; null when it can. @throws QueueUnavailableError */
  findUnfit(): Promise<string | null>;
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
  const secrets = secretsIn({ authorization: null, apiKey: options.password ?? null });
  const unavailable = (fault: unknown) => unavailableError(shown, fault, secrets);
  let lastFault: unknown = null;
  redis.on("error", (fault: unknown) => {
    lastFault = fault;
  });
  redis.on("connect", () => guardReplies(redis));
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    throw unavailable(lastFault ?? error);
  }
  const fitness = watchFitness(redis, shown);
  return {
    redis,
    shown,
    findUnfit: () => findUnfit(redis, shown).catch((error: unknown) => Promise.reject(unavailable(error))),
    async ask(work) {
      const unfit = await fitness();
      if (unfit !== null) throw new QueueUnavailableError(redact(unfit), true);
      try {
        return await work();
      } catch (error) {
        // An answer that comes byte by byte keeps a connection alive, and is never done.
        if (wordsOf(error) === timedOut && redis.status === "ready") redis.stream.destroy(new Error(timedOut));
        throw unavailable(redis.status === "ready" ? error : (lastFault ?? error));
      }
    },
    close: () => redis.disconnect(),
  };
}

const timedOut = "Command timed out";

/** What the gate refuses never reaches the client, and ends the connection. */
function guardReplies(redis: Redis): void {
  const { stream } = redis;
  const gate = new ReplyGate(() => redis.commandQueue.length);
  const push = stream.push.bind(stream);
  stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
    const wrong = Buffer.isBuffer(chunk) ? gate.look(chunk) : null;
    if (wrong === null) return push(chunk, encoding);
    stream.destroy(new Error(wrong));
    return false;
  };
}

/**
 * A server that was started again may have other settings: asked for after each reconnection and, while they are wrong, again and again.
 * @returns why it cannot serve, null when it can, or when nobody knows
 */
function watchFitness(redis: Redis, shown: string): () => Promise<string | null> {
  let unfit: string | null = null;
  let askedAtMs = 0;
  const ask = async (): Promise<void> => {
    askedAtMs = performance.now();
    unfit = await findUnfit(redis, shown).catch(() => null);
  };
  redis.on("ready", () => void ask());
  return async () => {
    if (unfit !== null && performance.now() - askedAtMs > askAgainAfterMs) await ask();
    return unfit;
  };
}

/** Without the fault as its cause: a refused login carries the command, and with it the password. */
function unavailableError(shown: string, fault: unknown, secrets: readonly string[]): QueueUnavailableError {
  if (fault instanceof QueueUnavailableError) return fault;
  const said = redact(withoutSecrets(wordsOf(fault), secrets).slice(0, messageLengthMax));
  const isLogin = /^(?:NOAUTH|WRONGPASS|NOPERM|ERR AUTH)/.test(said) || /invalid (?:username|password)/i.test(said);
  const cure = isLogin
    ? "Put its user and password into REDIS_URL."
    : /certificate|self[- ]signed/i.test(said)
      ? "Let NODE_EXTRA_CA_CERTS name the file of the authority that signed its certificate, and REDIS_URL the host that this was made for."
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
async function findUnfit(redis: Redis, shown: string): Promise<string | null> {
  const info = await redis.info("memory");
  if (!/^used_memory:\d/m.test(info)) {
    return `What answers as Redis at ${shown} is none: it does not say what each says of its memory. Let REDIS_URL name one.`;
  }
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? "noeviction";
  if (policy === "noeviction") return null;
  return `Redis at ${shown} has maxmemory-policy ${policy}, by which it throws orders away when its memory is full. Set maxmemory-policy noeviction.`;
}
