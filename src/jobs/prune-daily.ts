import type { BrainMeans } from "./brain-means.ts";

const dayMs = 86_400_000;
/** Longer than any window is read again: an entry forgotten too early would be counted twice. */
const seenKeptMs = 3 * dayMs;

/** Forgets what is older than its retention, once a day whichever process comes first. */
export async function pruneDaily(means: BrainMeans): Promise<void> {
  const nowMs = means.clock.nowMs();
  // A lease that nobody gives back: until it runs out, every other caller is refused, this process too.
  const lease = await means.store.lease("prune", `${means.holder}-${nowMs}`, dayMs);
  if (lease === null) return;
  const closedMs = nowMs - means.rules.retentionDays * dayMs;
  await means.store.prune({
    seenNs: BigInt(nowMs - Math.max(seenKeptMs, 2 * means.rules.latenessMsMax)) * 1_000_000n,
    tracesMs: nowMs,
    countsMs: closedMs,
    auditMs: closedMs,
  });
  await means.forgetEvidence(closedMs);
}
