import { afterEach, describe, expect, it, vi } from "vitest";
import { type Hands, type HandsResult, JobLostError } from "../../src/domain/job-queue.ts";
import type { Order, SavedStep } from "../../src/domain/order.ts";
import { redact } from "../../src/domain/redact.ts";
import { sampleFindings, sampleOrder } from "../support/domain-samples.ts";
import { stoppingContract } from "./job-queue-stopping-contract.ts";
import { type ContractOptions, found, offer, type QueueUnderTest, work, workOff } from "./queue-under-test.ts";
import { soon, steerableHands } from "./steerable-hands.ts";

class SourceDownError extends Error {
  override readonly name = "SourceDownError";
  readonly isRetryable = true;
}

/** What every engine promises about orders, hands and findings. */
export function jobQueueContract(name: string, open: (options: ContractOptions) => Promise<QueueUnderTest>): void {
  describe(`job queue contract: ${name}`, () => {
    let opened: QueueUnderTest[] = [];

    async function setUp(): Promise<QueueUnderTest> {
      const underTest = await open({ attemptsMax: 3, backoffMs: (attempt) => attempt * 60_000 });
      opened.push(underTest);
      return underTest;
    }

    afterEach(async () => {
      for (const each of opened) await each.close();
      opened = [];
    });

    it("carries an order to hands and their findings back until they are acknowledged", async () => {
      const { queue } = await setUp();
      const order = sampleOrder();
      await queue.offer(order);
      const seen: Order[] = [];
      await workOff(queue, async (attempt) => {
        seen.push(attempt.order);
        expect(attempt.number).toBe(1);
        return found(attempt);
      });
      expect(seen).toEqual([order]);
      expect(await queue.findings(10)).toEqual([{ orderId: order.id, findings: sampleFindings(order.id) }]);
      expect(await queue.findings(10)).toHaveLength(1);
      await queue.acknowledge([order.id]);
      expect(await queue.findings(10)).toEqual([]);
    });

    it("gives findings oldest first, at most as many as asked for", async () => {
      const { queue } = await setUp();
      await offer(queue, "a", "b", "c");
      await workOff(queue, async (attempt) => found(attempt));
      const ids = async (limit: number) => (await queue.findings(limit)).map(({ orderId }) => orderId);
      expect(await ids(2)).toEqual(["a", "b"]);
      await queue.acknowledge(["a"]);
      expect(await ids(5)).toEqual(["b", "c"]);
    });

    it("changes nothing when the same order is offered again, whatever became of it", async () => {
      const { queue } = await setUp();
      const worked: string[] = [];
      const hands: Hands = async (attempt) => {
        worked.push(attempt.order.id);
        await offer(queue, "good", "bad");
        if (attempt.order.id === "bad") throw new Error("cannot");
        return found(attempt);
      };
      await offer(queue, "good", "bad", "good", "bad");
      await workOff(queue, hands);
      await offer(queue, "good", "bad");
      await workOff(queue, hands);
      await queue.acknowledge(["good"]);
      await offer(queue, "good", "bad");
      await workOff(queue, hands);
      expect(worked).toEqual(["good", "bad"]);
      expect(await queue.findings(10)).toEqual([]);
      expect(await queue.failed(10)).toHaveLength(1);
    });

    it("begins urgent orders first, also those that became urgent while they waited", async () => {
      const { queue } = await setUp();
      await offer(queue, "a", "b", "c");
      await queue.offer(sampleOrder({ id: "d", urgency: "urgent" }));
      await queue.offer(sampleOrder({ id: "c", urgency: "urgent" }));
      await queue.offer(sampleOrder({ id: "d", urgency: "normal" }));
      const worked: string[] = [];
      await workOff(queue, async (attempt) => {
        worked.push(`${attempt.order.id} ${attempt.order.urgency}`);
        return found(attempt);
      });
      expect(new Set(worked.slice(0, 2))).toEqual(new Set(["c urgent", "d urgent"]));
      expect(worked.slice(2)).toEqual(["a normal", "b normal"]);
    });

    it("keeps slots free for urgent orders", async () => {
      const { queue } = await setUp();
      await offer(queue, "a", "b");
      const hands = steerableHands();
      const working = workOff(queue, hands.take, { concurrency: 2, urgentSlots: 1 });
      await hands.has("a");
      await queue.offer(sampleOrder({ id: "u", urgency: "urgent" }));
      await hands.has("u");
      expect(hands.atWork()).toEqual(["a", "u"]);
      hands.finish("u");
      hands.finish("a");
      await hands.has("b");
      hands.finish("b");
      await working;
      expect(hands.mostAtOnce()).toBe(2);
    });

    it("works on as many orders at once as there are slots", async () => {
      const { queue } = await setUp();
      await offer(queue, "a", "b", "c", "d", "e");
      const hands = steerableHands();
      const working = workOff(queue, hands.take, { concurrency: 3 });
      for (const id of ["a", "b", "c"]) await hands.has(id);
      for (const id of ["a", "b", "c", "d", "e"]) {
        await hands.has(id);
        hands.finish(id);
      }
      await working;
      expect(hands.mostAtOnce()).toBe(3);
    });

    it("gives an order to one pair of hands only", async () => {
      const { queue, second } = await setUp();
      const other = await second();
      const ids = Array.from({ length: 30 }, (_, index) => `order-${index}`);
      await offer(queue, ...ids);
      const worked: string[] = [];
      const hands: Hands = async (attempt) => {
        worked.push(attempt.order.id);
        await new Promise((resolve) => setImmediate(resolve));
        return found(attempt);
      };
      await Promise.all([workOff(queue, hands, { concurrency: 3 }), workOff(other, hands, { concurrency: 3 })]);
      expect(worked.toSorted()).toEqual(ids.toSorted());
      expect(await queue.findings(100)).toHaveLength(30);
    });

    it("begins no order before its time", async () => {
      const { queue, clock } = await setUp();
      const dueMs = clock.nowMs() + 60_000;
      await queue.offer(sampleOrder({ notBeforeMs: dueMs }));
      await workOff(queue, async () => expect.unreachable());
      expect(await queue.counts()).toMatchObject({ waiting: 0, delayed: 1 });
      expect(await queue.nextDueMs()).toBe(dueMs);
      await clock.advance(60_000);
      await workOff(queue, async (attempt) => found(attempt));
      expect(await queue.findings(1)).toHaveLength(1);
      expect(await queue.nextDueMs()).toBeNull();
    });

    it("asks again when hands say so, and counts no failure for it", async () => {
      const { queue, clock } = await setUp();
      await offer(queue, "a");
      const numbers: number[] = [];
      for (let round = 0; round < 5; round++) {
        await workOff(queue, async (attempt): Promise<HandsResult> => {
          numbers.push(attempt.number);
          return { kind: "again", notBeforeMs: clock.nowMs() + 60_000, because: redact("no trace yet") };
        });
        expect(await queue.counts()).toMatchObject({ delayed: 1, failed: 0 });
        await clock.advance(60_000);
      }
      await workOff(queue, async (attempt) => found(attempt));
      expect(numbers).toEqual([1, 1, 1, 1, 1]);
      expect(await queue.findings(10)).toHaveLength(1);
    });

    it("does not go round in a circle with hands that say again at once", async () => {
      const { queue } = await setUp();
      await offer(queue, "a");
      let times = 0;
      await workOff(queue, async () => {
        times++;
        return { kind: "again", notBeforeMs: 0, because: redact("not yet") };
      });
      expect(times).toBe(1);
    });

    it("makes another attempt after a retryable error, later each time, and fails after the last", async () => {
      const { queue, clock } = await setUp();
      await offer(queue, "a");
      const numbers: number[] = [];
      const hands: Hands = async (attempt) => {
        numbers.push(attempt.number);
        throw new SourceDownError(`down ${attempt.number}`);
      };
      await workOff(queue, hands);
      await workOff(queue, hands);
      expect(numbers).toEqual([1]);
      await clock.advance(60_000);
      await workOff(queue, hands);
      await clock.advance(60_000);
      await workOff(queue, hands);
      expect(numbers).toEqual([1, 2]);
      await clock.advance(60_000);
      await workOff(queue, hands);
      expect(numbers).toEqual([1, 2, 3]);
      expect(await queue.failed(10)).toEqual([{ orderId: "a", attempts: 3, lastError: "down 3" }]);
      expect(await queue.counts()).toEqual({ waiting: 0, delayed: 0, active: 0, failed: 1, done: 0 });
    });

    it("waits as long as a server asked to be left alone, where that is longer than its backoff, and never for hours", async () => {
      const { queue, clock } = await setUp();
      await offer(queue, "a");
      const askedMs = [5_000, 7_200_000];
      const numbers: number[] = [];
      const hands: Hands = async (attempt) => {
        numbers.push(attempt.number);
        throw Object.assign(new SourceDownError("busy"), { retryAfterMs: askedMs[attempt.number - 1] ?? null });
      };
      const attemptsAfter = async (ms: number) => {
        await clock.advance(ms);
        await workOff(queue, hands);
        return numbers.length;
      };
      expect(await attemptsAfter(0)).toBe(1);
      // The backoff is longer than what was asked for.
      expect(await attemptsAfter(59_000)).toBe(1);
      expect(await attemptsAfter(1_000)).toBe(2);
      // Two hours were asked for; a quarter of one is what it gets.
      expect(await attemptsAfter(899_000)).toBe(2);
      expect(await attemptsAfter(1_000)).toBe(3);
    });

    it("fails at once after an error that another attempt cannot help", async () => {
      const { queue } = await setUp();
      await offer(queue, "a");
      await workOff(queue, async () => {
        throw new TypeError("a mistake");
      });
      expect(await queue.failed(10)).toMatchObject([{ attempts: 1, lastError: "a mistake" }]);
    });

    it("hands what an attempt saved to the next one, on other hands too", async () => {
      const { queue, clock, second } = await setUp();
      await offer(queue, "a", "b");
      await workOff(queue, async (attempt) => {
        if (attempt.order.id === "b") return found(attempt);
        expect(await attempt.saved()).toEqual([]);
        await attempt.save(step("gather", 0, "draft"));
        await attempt.save(step("analyse", 0, "turn 0"));
        await attempt.save(step("gather", 0, "final"));
        throw new SourceDownError("down");
      });
      await clock.advance(60_000);
      let saved: readonly SavedStep[] = [];
      await workOff(await second(), async (attempt) => {
        saved = await attempt.saved();
        return found(attempt);
      });
      expect(saved).toEqual([step("analyse", 0, "turn 0"), step("gather", 0, "final")]);
    });

    it("says how far hands are with an order while they are at it, to whoever asks from elsewhere", async () => {
      const { queue, clock, second } = await setUp();
      const other = await second();
      await offer(queue, "a");
      expect(await other.progress("a")).toBeNull();
      const seen: unknown[] = [];
      const look = async () => seen.push(await other.progress("a"));
      await workOff(queue, async (attempt) => {
        await look();
        await attempt.save({ ...step("gather", 0, "bundle"), costUsd: 0 });
        await look();
        await attempt.save({ ...step("analyse", 0, "asked"), costUsd: 0 });
        await attempt.save({ ...step("analyse", 0, "answered"), costUsd: 0.25 });
        await attempt.save({ ...step("analyse", 1, "answered"), costUsd: 0.5 });
        await look();
        throw new SourceDownError("down");
      });
      await look();
      await clock.advance(60_000);
      await workOff(other, async (attempt) => {
        await look();
        return found(attempt);
      });
      await look();
      expect(seen).toEqual([
        { saved: 0, costUsd: 0 },
        { saved: 1, costUsd: 0 },
        { saved: 3, costUsd: 0.75 },
        null,
        { saved: 3, costUsd: 0.75 },
        null,
      ]);
      expect(await other.progress("nothing")).toBeNull();
    });

    it("gives an order out again when its hands fall silent, and lets them do nothing more for it", async () => {
      const { queue, second, fallSilent } = await setUp();
      await offer(queue, "a");
      const abort = new AbortController();
      const silent = steerableHands({ areDeaf: true });
      const working = work(queue, silent.take, { until: "aborted", signal: abort.signal });
      const lost = await silent.has("a");
      await lost.save(step("gather", 0, "by the first"));
      await workOff(await second(), async () => expect.unreachable());
      await fallSilent();
      const numbers: number[] = [];
      await workOff(await second(), async (attempt) => {
        numbers.push(attempt.number);
        expect(await attempt.saved()).toEqual([step("gather", 0, "by the first")]);
        await expect(lost.heartbeat()).rejects.toThrow(JobLostError);
        await expect(lost.save(step("gather", 0, "too late"))).rejects.toThrow(JobLostError);
        expect(lost.signal.aborted).toBe(true);
        silent.finish("a", { costUsd: 99 });
        await vi.waitFor(() => expect(silent.atWork()).toEqual([]), soon);
        await attempt.heartbeat();
        return found(attempt);
      });
      abort.abort();
      await working;
      expect(numbers).toEqual([2]);
      expect(await queue.findings(10)).toMatchObject([{ findings: { costUsd: 0 } }]);
    });

    it("fails an order whose hands fall silent in every attempt", async () => {
      const { queue, second, fallSilent } = await setUp();
      await offer(queue, "a");
      const abort = new AbortController();
      const hands = steerableHands({ areDeaf: true });
      const working: Promise<void>[] = [];
      for (const number of [1, 2, 3]) {
        const next = number === 1 ? queue : await second();
        working.push(work(next, hands.take, { until: "aborted", signal: abort.signal }));
        await vi.waitFor(async () => expect((await hands.has("a")).number).toBe(number), soon);
        await fallSilent();
      }
      const last = await second();
      await workOff(last, async () => expect.unreachable());
      expect(await last.failed(10)).toMatchObject([{ orderId: "a", attempts: 3 }]);
      abort.abort();
      hands.finishAll();
      await Promise.all(working);
      expect(await queue.findings(10)).toEqual([]);
    });

    stoppingContract(setUp);
  });
}

function step(name: SavedStep["step"], ordinal: number, result: string): SavedStep {
  return { step: name, ordinal, inputDigest: "digest", resultJson: JSON.stringify(result), costUsd: 0.25, atMs: 7 };
}
