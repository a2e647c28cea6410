import type { CommitId } from "../../domain/names.ts";
import type { CodeSource } from "../../domain/sources.ts";

/** The code of a service at one commit, for who looks for names in it. */
export interface SearchedCode {
  readonly source: Pick<CodeSource, "searchAll">;
  readonly commit: CommitId;
  readonly under: string;
  /** All files of the service. */
  readonly paths: readonly string[];
}
