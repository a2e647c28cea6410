import type { BullJobQueueOptions } from "../../src/adapters/bullmq/job-queue.ts";

/** What `hands.child.ts` is told. */
export interface HandsGiven {
  readonly configFile: string;
  readonly stateDirectory: string;
  /** The point at which it is killed, 0 for the first; by default at none. */
  readonly crashAt?: number | null;
  /** How far its clock is ahead of the machine's. */
  readonly clockAheadMs?: number;
  readonly times?: Pick<BullJobQueueOptions, "answerTimeoutMs" | "silenceMsMax">;
}
