import type { Environment } from "../domain/names.ts";
import type { AuditReport } from "./audit.ts";
import type { BrainMeans } from "./brain-means.ts";

export interface DueAudits {
  readonly reports: readonly AuditReport[];
  /** What broke one off that is no matter of its Loki. */
  readonly failures: readonly { readonly environment: Environment; readonly error: Error }[];
}

/**
 * Counts again what is due in these environments, one after the other, within the limits of each. It comes after all else in a tick: what waits for it is an hour old or a day.
 * A Loki that does not answer costs one timeout and keeps no other environment from its turn.
 */
export async function auditDue(
  means: Pick<BrainMeans, "store" | "clock" | "holder" | "polls" | "onProgress">,
  environments: ReadonlySet<Environment>,
  signal: AbortSignal,
): Promise<DueAudits> {
  const reports: AuditReport[] = [];
  const failures: { environment: Environment; error: Error }[] = [];
  for (const poll of means.polls) {
    const { environment } = poll;
    if (!environments.has(environment) || poll.auditHorizonMs === 0) continue;
    try {
      if ((await means.store.dueForRecount(environment, means.clock.nowMs(), 1)).length === 0) continue;
      const { auditEnvironment, limitsBesidePoll } = await import("./audit.ts");
      const report = await auditEnvironment(poll, means, { which: "due", limits: limitsBesidePoll }, signal);
      reports.push(report);
      means.onProgress({ kind: "counted-again", report });
    } catch (error) {
      if (signal.aborted || !(error instanceof Error)) throw error;
      failures.push({ environment, error });
    }
  }
  return { reports, failures };
}
