import type { CommitId, IncidentId, RepositoryName } from "./names.ts";
import type { Redacted } from "./text.ts";

/** What the model proposes; `search` must occur exactly once in the file at `base`. `search` empty: a new file. */
export interface Edit {
  readonly path: string;
  readonly search: string;
  readonly replace: string;
}

/** What our code made of the edits: whole files, so that nothing has to be applied a second time. Mode is always 100644, on both sides. */
export interface FileChange {
  readonly path: string;
  /** Null: the file is new. */
  readonly before: Uint8Array | null;
  readonly after: Uint8Array;
  readonly isTest: boolean;
}

export interface Patch {
  readonly incident: IncidentId;
  readonly repository: RepositoryName;
  readonly base: CommitId;
  /** At most one that is not a test, at most one that is. */
  readonly files: readonly FileChange[];
  /** Unified, made by our code of `files`. */
  readonly diff: string;
}

/** What the tests said. The exit code of the service's own argv decides, never text. */
export type Verification =
  | {
      readonly kind:
        | "red-to-green"
        | "green-to-green"
        | "red-to-red"
        | "green-to-red"
        | "flickers"
        | "wrong-reason"
        | "suite-worse";
      /** The service's own commands that were run. */
      readonly commands: readonly (readonly string[])[];
      /** Of the new test on base: why it failed there. */
      readonly redOutput: Redacted;
      readonly greenOutput: Redacted;
      /** Tests that did not give the same result twice. */
      readonly flickering: readonly Redacted[];
      readonly durationMs: number;
    }
  | { readonly kind: "cannot-run"; readonly because: Redacted };

/** A fresh conversation tried to refute the patch. */
export interface Review {
  readonly refuted: boolean;
  readonly because: Redacted;
  readonly model: string;
}

/** A patch that came through every gate of the hands. */
export interface Proposal {
  readonly patch: Patch;
  /** Why it is right, in the words of the model that made it: for its reviewer, and never for a title, a commit or the body of a pull request. */
  readonly rationale: Redacted;
  readonly verification: Verification | null;
  readonly review: Review | null;
  /** Digest of the prompt that was used. */
  readonly promptVersion: string;
}
