import { expect, it, vi } from "vitest";
import { sampleOrder } from "../support/domain-samples.ts";
import { found, offer, type QueueUnderTest, work, workOff } from "./queue-under-test.ts";
import { soon, steerableHands } from "./steerable-hands.ts";

/** How hands stop: told to, paused, or because nothing is due. */
export function stoppingContract(setUp: () => Promise<QueueUnderTest>): void {
  it("hands back what is at work when it is told to stop, and counts no failure for it", async () => {
    const { queue } = await setUp();
    await offer(queue, "a", "b");
    const abort = new AbortController();
    const hands = steerableHands();
    const working = work(queue, hands.take, { until: "aborted", signal: abort.signal });
    await hands.has("a");
    abort.abort();
    await working;
    expect(await queue.counts()).toMatchObject({ waiting: 2, active: 0, failed: 0 });
    const numbers: number[] = [];
    await workOff(queue, async (attempt) => {
      numbers.push(attempt.number);
      return found(attempt);
    });
    expect(numbers).toEqual([1, 1]);
  });

  it("begins nothing when it is told to stop before it starts", async () => {
    const { queue } = await setUp();
    await offer(queue, "a");
    await work(queue, async () => expect.unreachable(), { until: "aborted", signal: AbortSignal.abort() });
    expect(await queue.counts()).toMatchObject({ waiting: 1 });
  });

  it("keeps findings that arrive although hands were told to stop", async () => {
    const { queue } = await setUp();
    await offer(queue, "a");
    const abort = new AbortController();
    await work(
      queue,
      async (attempt) => {
        abort.abort();
        return found(attempt);
      },
      { until: "aborted", signal: abort.signal },
    );
    expect(await queue.findings(10)).toHaveLength(1);
  });

  for (const who of ["the same process", "another one"]) {
    it(`stops what is at work when ${who} pauses, and goes on after resume`, async () => {
      const { queue, second } = await setUp();
      const other = who === "another one" ? await second() : queue;
      await offer(queue, "a", "b");
      const abort = new AbortController();
      const hands = steerableHands();
      const working = work(queue, hands.take, { until: "aborted", signal: abort.signal });
      const attempt = await hands.has("a");
      await other.pause();
      await vi.waitFor(() => expect(attempt.signal.aborted).toBe(true), soon);
      await vi.waitFor(async () => expect(await queue.counts()).toMatchObject({ waiting: 2, active: 0 }), soon);
      await workOff(other, async () => expect.unreachable());
      expect(hands.atWork()).toEqual([]);
      await other.resume();
      expect((await hands.has("a")).number).toBe(1);
      hands.finish("a");
      await hands.has("b");
      hands.finish("b");
      await vi.waitFor(async () => expect((await queue.counts()).done).toBe(2), soon);
      abort.abort();
      await working;
    });
  }

  it("waits for orders until it is told to stop, also for those that others offer", async () => {
    const { queue, second } = await setUp();
    const abort = new AbortController();
    const hands = steerableHands();
    const working = work(queue, hands.take, { until: "aborted", signal: abort.signal });
    await offer(queue, "mine");
    await hands.has("mine");
    hands.finish("mine");
    await offer(await second(), "theirs");
    await hands.has("theirs");
    hands.finish("theirs");
    await vi.waitFor(async () => expect((await queue.counts()).done).toBe(2), soon);
    abort.abort();
    await working;
  });

  it("ends when nothing is due, after what it has at work, and leaves what is not due", async () => {
    const { queue, clock } = await setUp();
    await queue.offer(sampleOrder({ id: "later", notBeforeMs: clock.nowMs() + 1_000_000 }));
    await offer(queue, "a");
    await workOff(queue, async (attempt) => {
      if (attempt.order.id === "a") await offer(queue, "b");
      return found(attempt);
    });
    expect(await queue.counts()).toEqual({ waiting: 0, delayed: 1, active: 0, failed: 0, done: 2 });
  });
}
