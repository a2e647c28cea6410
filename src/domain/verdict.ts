import type { Mode } from "./mode.ts";
import type { Redacted } from "./text.ts";

/** One rule and its value. `holds: false` on any rule forbids; no rule can allow what another forbids. */
export interface RuleResult {
  readonly rule: string;
  readonly holds: boolean;
  readonly path: string | null;
  readonly detail: Redacted;
}

/** One verdict, many views: issue and audit log all show this. `mode` is the most that may happen. */
export interface Verdict {
  readonly allowed: boolean;
  readonly mode: Mode;
  readonly rules: readonly RuleResult[];
}
