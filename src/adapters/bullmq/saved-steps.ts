import { decode, encode } from "../../domain/codec.ts";
import type { OrderProgress } from "../../domain/job-queue.ts";
import type { SavedStep } from "../../domain/order.ts";
import type { Shelf } from "./shelf.ts";

/** What a step cost stands beside it, so that whoever waits need not read what may be megabytes. */
const costOf = "usd:";

/** Each value is `<number>:<step>`: a hash has no order of its own. */
const saveScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local number = redis.call('HINCRBY', KEYS[2], '#', 1)
redis.call('HSET', KEYS[2], ARGV[2], number .. ':' .. ARGV[3], '${costOf}' .. ARGV[2], ARGV[5])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return 1`;

const putBackScript = `
local number = redis.call('HINCRBY', KEYS[1], '#', 1)
redis.call('HSETNX', KEYS[1], ARGV[1], number .. ':' .. ARGV[2])
redis.call('HSETNX', KEYS[1], '${costOf}' .. ARGV[1], ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;

/** Saves a step for whoever holds the job's lock. @returns whether that is us */
export async function saveStep(shelf: Shelf, jobId: string, token: string, step: SavedStep): Promise<boolean> {
  const { redis, ask } = shelf.client;
  const saved = await ask(() =>
    redis.eval(
      saveScript,
      2,
      shelf.lockKey(jobId),
      shelf.stepsKey(jobId),
      token,
      fieldOf(step),
      encode(step),
      shelf.rememberMs,
      step.costUsd,
    ),
  );
  return saved === 1;
}

/**
 * Puts steps where the next attempt finds them, by whoever has them: after an outage in which a paid step could not be saved, or when Redis came back empty.
 * What is there already stays.
 */
export async function putStepsBack(shelf: Shelf, jobId: string, steps: Iterable<SavedStep>): Promise<void> {
  const { redis, ask } = shelf.client;
  for (const step of steps) {
    const args = [fieldOf(step), encode(step), shelf.rememberMs, step.costUsd];
    await ask(() => redis.eval(putBackScript, 1, shelf.stepsKey(jobId), ...args));
  }
}

/** In the order in which they were saved. What is no step is left out: its work is done again. */
export async function readSteps(shelf: Shelf, jobId: string): Promise<readonly SavedStep[]> {
  const { redis, ask } = shelf.client;
  return ask(async () => {
    const fields = await redis.hgetall(shelf.stepsKey(jobId));
    return Object.entries(fields)
      .filter(([name]) => name !== "#" && !name.startsWith(costOf))
      .map(([, value]) => {
        const end = value.indexOf(":");
        return { number: Number(value.slice(0, end)), step: decodeStep(value.slice(end + 1)) };
      })
      .sort((a, b) => a.number - b.number)
      .flatMap(({ step }) => (step === null ? [] : [step]));
  });
}

/** Null while nobody has the job's lock. Whatever is no amount counts nothing: it comes from elsewhere. */
export async function readProgress(shelf: Shelf, jobId: string): Promise<OrderProgress | null> {
  const { redis, ask } = shelf.client;
  return ask(async () => {
    if ((await redis.exists(shelf.lockKey(jobId))) === 0) return null;
    const names = (await redis.hkeys(shelf.stepsKey(jobId))).filter((name) => name.startsWith(costOf));
    const costs = names.length === 0 ? [] : await redis.hmget(shelf.stepsKey(jobId), ...names);
    return { saved: names.length, costUsd: costs.reduce((sum, cost) => sum + amountOf(cost), 0) };
  });
}

function amountOf(text: string | null): number {
  const amount = Number(text ?? 0);
  return Number.isFinite(amount) && amount > 0 ? amount : 0;
}

function decodeStep(json: string): SavedStep | null {
  try {
    const { step, ordinal, inputDigest, resultJson, costUsd, atMs } = decode<Partial<SavedStep>>(json);
    const isWhole =
      typeof step === "string" &&
      typeof inputDigest === "string" &&
      typeof resultJson === "string" &&
      [ordinal, costUsd, atMs].every(Number.isFinite);
    if (!isWhole) return null;
    // What it holds is read when it is used; here only whether it can be.
    JSON.parse(resultJson);
    return { step, ordinal: Number(ordinal), inputDigest, resultJson, costUsd: Number(costUsd), atMs: Number(atMs) };
  } catch {
    return null;
  }
}

export function fieldOf({ step, ordinal }: SavedStep): string {
  return `${step}:${ordinal}`;
}
