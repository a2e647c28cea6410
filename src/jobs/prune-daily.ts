import type { BrainMeans } from "./brain-means.ts";

const dayMs = 86_400_000;
const seenKeptMs = 3 * dayMs;

/** Forgets what is older than its retention, once a day whichever process comes first. */
export async function pruneDaily(means: BrainMeans): Promise<void> {
  const nowMs = means.clock.nowMs();
  // A lease that nobody gives back: until it runs out, every other caller is refused, this process too.
  const lease = await means.store.lease("prune", `${means.holder}-${nowMs}`, dayMs);
  if (lease === null) return;
  const { retentionDays, latenessMsMax } = means.rules;
  const closedMs = nowMs - retentionDays * dayMs;
  await means.store.prune({
    seenNs: await rereadFromNs(means, nowMs - seenKeptMs - 2 * latenessMsMax),
    tracesMs: nowMs,
    countsMs: closedMs,
    auditMs: closedMs,
  });
  await means.forgetEvidence(closedMs);
}

/** An entry forgotten too early would be counted twice: after days without Loki, the next poll begins where the last one ended. */
async function rereadFromNs(means: BrainMeans, atMostMs: number): Promise<bigint> {
  let fromNs = BigInt(atMostMs) * 1_000_000n;
  for (const { environment, latenessMs } of means.polls) {
    const checkpoint = await means.store.latestCheckpoint(environment);
    const againNs = checkpoint === null ? fromNs : checkpoint.untilNs - BigInt(2 * latenessMs) * 1_000_000n;
    if (againNs < fromNs) fromNs = againNs;
  }
  return fromNs;
}
