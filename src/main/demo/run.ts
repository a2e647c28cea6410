import type { RunJson } from "../run-json.ts";

/** What a run of the demo came to. */
export interface DemoRun {
  readonly failures: readonly string[];
  /** Issues and comments written. */
  readonly effects: number;
  readonly modelCalls: number;
  readonly costUsd: number;
}

export function demoRunOf({ failures, effects, modelCalls, costUsd }: RunJson): DemoRun {
  return { failures, effects: effects.length, modelCalls, costUsd };
}
