/**
 * What an order costs on each engine, and what eight hands do that one does not. The work is a model's: waiting. Needs redis-server for the figures of Redis.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBullJobQueue } from "../src/adapters/bullmq/job-queue.ts";
import { openJobQueue } from "../src/adapters/sqlite/job-queue.ts";
import type { JobQueue } from "../src/domain/job-queue.ts";
import { systemClock } from "../src/main/system-clock.ts";
import { sampleFindings, sampleOrder } from "../test/support/domain-samples.ts";
import { type RedisServer, startRedis } from "../test/support/redis-server.ts";
import type { Figure } from "./figure.ts";

const orders = 300;
const ordersPerHand = 6;
/** A call of a model takes longer still. */
const workMs = 1_000;
const handsMax = 8;

const folder = mkdtempSync(join(tmpdir(), "error-autopilot-bench-"));
try {
  const embedded = await openJobQueue({ path: join(folder, "state.sqlite"), clock: systemClock, holder: "bench" });
  tell(await costOfOrder("embedded", embedded));
  tell(await scalingHere(embedded));
  await embedded.close();
  const redis = await startRedis({ appendOnly: true });
  try {
    const distributed = await openBullJobQueue({ url: redis.url(0), clock: systemClock, holder: "bench" });
    tell(await costOfOrder("Redis", distributed));
    await distributed.close();
    tell(await scalingElsewhere(redis));
  } finally {
    await redis.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function tell(figure: Figure): void {
  process.send?.(figure);
}

/** Offered, given out, brought back, read and acknowledged, with nothing between. */
async function costOfOrder(engine: string, queue: JobQueue): Promise<Figure> {
  const startedMs = performance.now();
  for (let number = 0; number < orders; number++) await queue.offer(sampleOrder({ id: `cost-${number}` }));
  await queue.work(async ({ order }) => ({ kind: "found", findings: sampleFindings(order.id) }), {
    concurrency: 1,
    urgentSlots: 0,
    until: "empty",
    signal: new AbortController().signal,
  });
  for (;;) {
    const returned = await queue.findings(50);
    if (returned.length === 0) break;
    await queue.acknowledge(returned.map(({ orderId }) => orderId));
  }
  const value = (performance.now() - startedMs) / orders;
  return { name: `one order on ${engine}`, value, unit: "ms", target: null, because: `${orders} orders, one by one` };
}

/** Embedded hands share a process. */
async function scalingHere(queue: JobQueue): Promise<Figure> {
  const timeOf = async (hands: number): Promise<number> => {
    for (let number = 0; number < hands * ordersPerHand; number++) {
      await queue.offer(sampleOrder({ id: `scale-${hands}-${number}` }));
    }
    const startedMs = performance.now();
    await queue.work(
      async ({ order }) => {
        await new Promise((resolve) => setTimeout(resolve, workMs));
        return { kind: "found", findings: sampleFindings(order.id) };
      },
      { concurrency: hands, urgentSlots: 0, until: "empty", signal: new AbortController().signal },
    );
    return performance.now() - startedMs;
  };
  return scaling("embedded, in one process", await timeOf(1), await timeOf(handsMax));
}

/** Hands on Redis are processes of their own. */
async function scalingElsewhere(redis: RedisServer): Promise<Figure> {
  const timeOf = async (hands: number, database: number): Promise<number> => {
    const url = redis.url(database);
    const processes = await Promise.all(Array.from({ length: hands }, () => startHands(url)));
    const queue = await openBullJobQueue({ url, clock: systemClock, holder: "brain" });
    const startedMs = performance.now();
    for (let number = 0; number < hands * ordersPerHand; number++) {
      await queue.offer(sampleOrder({ id: `scale-${number}` }));
    }
    while ((await queue.counts()).done < hands * ordersPerHand) await new Promise((resolve) => setTimeout(resolve, 10));
    const tookMs = performance.now() - startedMs;
    await queue.close();
    for (const each of processes) each.kill();
    return tookMs;
  };
  return scaling("Redis, processes of their own", await timeOf(1, 1), await timeOf(handsMax, 2));
}

async function startHands(url: string): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, "queue-hands.child.ts"), [url, String(workMs)]);
  await once(child, "message");
  return child;
}

/** The same work for each hand: of a linear growth, how much is there. */
function scaling(where: string, oneMs: number, manyMs: number): Figure {
  return {
    name: `1 to ${handsMax} hands, ${where}`,
    value: (oneMs / manyMs) * 100,
    unit: "%",
    target: { kind: "at least", value: 85 },
    because: `${ordersPerHand} orders of ${workMs} ms for each hand: ${Math.round(oneMs)} ms, ${Math.round(manyMs)} ms`,
  };
}
