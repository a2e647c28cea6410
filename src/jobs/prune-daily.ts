import type { BrainMeans } from "./brain-means.ts";

const dayMs = 86_400_000;
/** Beside the audit horizon: an audit that comes late, after a weekend without Loki, can still tell what was counted. */
const seenKeptBesideMs = 2 * dayMs;

/** Twice the longest `lateness`, and more than time stays open. */
const keptBackNsMax = 2n * 86_400_000_000_000n + 3_600_000_000_000n;

interface PruningMeans extends Pick<BrainMeans, "store" | "clock" | "holder" | "polls" | "forgetEvidence"> {
  readonly rules: Pick<BrainMeans["rules"], "retentionDays" | "latenessMsMax">;
}

/** Forgets what is older than its retention, once a day whichever process comes first. */
export async function pruneDaily(means: PruningMeans): Promise<void> {
  const nowMs = means.clock.nowMs();
  // A lease that nobody gives back: until it runs out, every other caller is refused, this process too.
  const lease = await means.store.lease("prune", `${means.holder}-${nowMs}`, dayMs);
  if (lease === null) return;
  const { retentionDays, latenessMsMax } = means.rules;
  const closedMs = nowMs - retentionDays * dayMs;
  const horizonMs = Math.max(dayMs, ...means.polls.map(({ auditHorizonMs }) => auditHorizonMs));
  await means.store.prune({
    seenNs: await rereadFromNs(means, nowMs - horizonMs - seenKeptBesideMs - 2 * latenessMsMax, closedMs),
    tracesMs: nowMs,
    countsMs: closedMs,
    auditMs: closedMs,
  });
  await means.forgetEvidence(closedMs);
}

/**
 * An entry forgotten too early would be counted twice: after days without Loki, the next poll begins where the last one ended. An environment that is not
 * configured now may be again tomorrow; one that is gone for longer than the retention keeps nothing back.
 */
async function rereadFromNs(means: PruningMeans, atMostMs: number, closedMs: number): Promise<bigint> {
  const { latenessMsMax } = means.rules;
  const latenessMsOf = new Map(means.polls.map(({ environment, latenessMs }) => [environment, latenessMs]));
  let fromNs = BigInt(atMostMs) * 1_000_000n;
  for (const { scope, untilNs } of await means.store.latestCheckpoints()) {
    const latenessMs = latenessMsOf.get(scope.environment);
    if (latenessMs === undefined && untilNs < BigInt(closedMs) * 1_000_000n) continue;
    const againNs = untilNs - BigInt(2 * (latenessMs ?? latenessMsMax)) * 1_000_000n;
    const closedUntilNs = await means.store.closedUntilNs(scope.environment);
    // Where `lateness` was longer before, the next poll begins at what it left open.
    const beginNs = closedUntilNs !== null && closedUntilNs < againNs ? closedUntilNs : againNs;
    if (beginNs < fromNs && untilNs - beginNs < keptBackNsMax) fromNs = beginNs;
  }
  return fromNs;
}
