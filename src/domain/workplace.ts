import type { CommitId } from "./names.ts";

/** A folder of ours with the tree of one commit, outside the clone: what commands are run on. */
export interface Workplace {
  /** Absolute. */
  readonly folder: string;
  /** Of the commit's files that were written. */
  readonly paths: readonly string[];
  /** What the tree is not, in clauses that may stand in an issue: submodules are left out, and such. */
  readonly cautions: readonly string[];
  /** Null: there is no such file. */
  read(path: string): Promise<Uint8Array | null>;
  /** Null removes the file. @throws CodeSourceError for a path that leads elsewhere */
  write(path: string, content: Uint8Array | null): Promise<void>;
  /** What stands there now that the commit does not have: folders and files, highest first; symbolic links are not told. */
  added(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

export interface Workplaces {
  /** @throws CodeSourceError when the clone cannot be read, or the tree not be written */
  open(commit: CommitId, signal: AbortSignal): Promise<Workplace>;
}
