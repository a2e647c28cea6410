import type { Mode } from "./mode.ts";

/** What a person set at run time; read immediately before each effect. A runtime mode can only lower what the service map says. */
export interface Handles {
  readonly pausedBy: string | null;
  readonly modeCeiling: Mode | null;
}
