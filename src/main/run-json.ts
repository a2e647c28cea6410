import type { Coverage } from "../domain/coverage.ts";
import type { Effect, Outgoing } from "../domain/effect.ts";
import type { JobState } from "../domain/job-queue.ts";
import type { Json } from "../domain/json.ts";
import type { Mode } from "../domain/mode.ts";
import type { Environment, IncidentId, ServiceName } from "../domain/names.ts";

/** What `run --json` prints, one document; documented in docs/json.md. */
export interface RunJson {
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly engine: "embedded" | "distributed";
  readonly pausedBy: string | null;
  readonly polls: readonly Json<Coverage>[];
  /** Time that was read before and counted again in Loki, one entry for each environment in which something was due. */
  readonly audits: readonly {
    readonly environment: Environment;
    /** Windows of the ledger that were counted, the same number as before or not. */
    readonly windows: number;
    /** Of these: read again, for the numbers differed. */
    readonly readAgain: number;
    /** Errors that were found so. */
    readonly errors: number;
    /** Due, and left to the next run. */
    readonly waiting: number;
    /** Why counting was broken off, or is not possible, in words. */
    readonly problem: string | null;
  }[];
  readonly incidents: readonly {
    readonly id: IncidentId;
    readonly title: string;
    readonly service: ServiceName | null;
    readonly change: "new" | "grew" | "new-environment" | "ignored" | "symptom" | "held-back";
    readonly count: number;
    readonly mode: Mode;
  }[];
  readonly effects: readonly {
    readonly kind: Outgoing["kind"];
    readonly incident: IncidentId | null;
    readonly state: Effect["state"];
    readonly url: string | null;
  }[];
  /** Files written instead of effects in `dry-run`, relative to `--state`. */
  readonly reports: readonly string[];
  /** Null while the server of the queue is away. */
  readonly jobs: Readonly<Record<JobState, number>> | null;
  readonly modelCalls: number;
  readonly costUsd: number;
  /** In words; told by the exit code 3 only in the run in which they are new. */
  readonly needsHuman: readonly string[];
  /** What could not be read, Loki or the list of issues, in words. */
  readonly failures: readonly string[];
  readonly exitCode: 0 | 1 | 2 | 3 | 75;
}
