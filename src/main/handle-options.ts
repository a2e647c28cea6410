import type { CommonOptions } from "./setting.ts";

/** What only a terminal adds to a command: how it is done and shown, never what is asked for. */
export interface HandleOptions extends CommonOptions {
  readonly dryRun: boolean;
  readonly maxMinutes: number;
  readonly record?: string;
  readonly stateIs: readonly string[];
  readonly days?: number;
  readonly environment?: string;
  readonly since?: number;
}
