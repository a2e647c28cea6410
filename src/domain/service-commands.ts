import type { SandboxLimits } from "./sandbox.ts";

/** How the tests of a service are run, as its operator wrote it down. */
export interface ServiceCommands {
  /** The whole suite, at least one command. */
  readonly verify: readonly Argv[];
  /** One test file, with placeholders; null: the whole suite is run for it. */
  readonly verifyTest: Argv | null;
  /** What brings the dependencies; empty: nothing has to. */
  readonly prepare: readonly Argv[];
  /** What tells a wrong setting from a right one; empty: a test has to. */
  readonly checkSettings: readonly Argv[];
  /** Where the service's folder is in its repository; "" for all of it. */
  readonly under: string;
  /** Absolute. */
  readonly readOnly: readonly string[];
  /** Absolute. */
  readonly writableCopies: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly limits: SandboxLimits;
}

export type Argv = readonly string[];
