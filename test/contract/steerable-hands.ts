import { vi } from "vitest";
import type { Attempt, Hands, HandsResult } from "../../src/domain/job-queue.ts";
import { sampleFindings } from "../support/domain-samples.ts";

/** How long a test waits for what another turn of the event loop, or of another process, brings. */
export const soon = { timeout: 10_000, interval: 2 };

/** Hands that hold each order until the test lets go of it or, unless they are deaf, until they are told to stop. */
export function steerableHands({ areDeaf = false } = {}) {
  const held: { readonly attempt: Attempt; finish(over: { costUsd?: number }): void }[] = [];
  let mostAtOnce = 0;
  const take: Hands = async (attempt) => {
    const { promise, resolve, reject } = Promise.withResolvers<HandsResult>();
    const findings = (over: { costUsd?: number }) => sampleFindings(attempt.order.id, over);
    const entry = {
      attempt,
      finish: (over: { costUsd?: number }) => resolve({ kind: "found", findings: findings(over) }),
    };
    held.push(entry);
    mostAtOnce = Math.max(mostAtOnce, held.length);
    if (!areDeaf) attempt.signal.addEventListener("abort", () => reject(attempt.signal.reason));
    try {
      return await promise;
    } finally {
      held.splice(held.indexOf(entry), 1);
    }
  };
  const newest = (id: string) => held.findLast(({ attempt }) => attempt.order.id === id);
  return {
    take,
    atWork: () => held.map(({ attempt }) => attempt.order.id).toSorted(),
    mostAtOnce: () => mostAtOnce,
    finish: (id: string, over: { costUsd?: number } = {}) => newest(id)?.finish(over),
    finishAll: () => {
      for (const entry of [...held]) entry.finish({});
    },
    has: (id: string) =>
      vi.waitFor(() => {
        const entry = newest(id);
        if (entry === undefined) throw new Error(`${id} is not at work`);
        return entry.attempt;
      }, soon),
  };
}
