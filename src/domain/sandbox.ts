import type { Redacted } from "./text.ts";

/** What runs inside, and what of this machine it sees. */
export interface SandboxRun {
  /** From the service map, never from a model. */
  readonly argv: readonly string[];
  /** Copied to `/work`, which is writable and gone after the run; the folder itself is only read. */
  readonly folder: string;
  /** Where in it the command starts; "" for its top. */
  readonly under: string;
  readonly readOnly: readonly string[];
  /** Copied for each run, so that what is written there is gone with it. */
  readonly writableCopies: readonly string[];
  /** What `prepare` left: read only, at the place where it was made. */
  readonly prepared: readonly Shown[];
  readonly env: Readonly<Record<string, string>>;
  readonly limits: SandboxLimits;
}

/** Something of this machine, at another path inside. */
export interface Shown {
  readonly from: string;
  readonly at: string;
}

export interface SandboxLimits {
  readonly durationMs: number;
  /** Of all processes together. */
  readonly memoryMb: number;
  /** Each of `/work`, `/tmp`, `/dev/shm` and of the writable copies. They lie in memory, beside `memoryMb`. */
  readonly tmpMb: number;
  /** Processes and threads. */
  readonly processesMax: number;
  readonly outputBytesMax: number;
}

/** The one run that has the network, before any patch is there: it brings the dependencies of the base commit. */
export interface SandboxPreparation {
  readonly argv: readonly string[];
  /** Is `/work` itself: what is written there stays. */
  readonly folder: string;
  readonly under: string;
  /** Is the home folder inside; what is written there stays. */
  readonly home: string;
  readonly readOnly: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly limits: SandboxLimits;
}

export type SandboxResult =
  | { readonly kind: "ended"; readonly exitCode: number; readonly output: string; readonly durationMs: number }
  | {
      readonly kind: "killed";
      readonly because: "time" | "memory" | "processes" | "output" | "disk" | "stopped";
      readonly output: string;
      readonly durationMs: number;
    };

/** Commands of strangers, without network, secrets, or a way out. Nothing runs where a probe does not hold. */
export interface Sandbox {
  /** Null: all six probes hold. Else why nothing may run here, and what to install. */
  whyNot(signal: AbortSignal): Promise<Redacted | null>;
  /** @throws SandboxError when the sandbox cannot be set up, or a probe does not hold */
  run(run: SandboxRun, signal: AbortSignal): Promise<SandboxResult>;
  /** As `run`, with the network. @throws SandboxError */
  prepare(run: SandboxPreparation, signal: AbortSignal): Promise<SandboxResult>;
}

/** Where the home folder is inside. */
export const sandboxHome = "/tmp/home";

/** The command was not started. `reason` is a clause without paths that may stand in an issue. */
export class SandboxError extends Error {
  override readonly name = "SandboxError";
  readonly isRetryable = false;
  readonly reason: string;
  constructor(what: { readonly reason: string; readonly detail: string }, options?: ErrorOptions) {
    super(`Nothing was run: ${what.reason}. ${what.detail}`, options);
    this.reason = what.reason;
  }
}
