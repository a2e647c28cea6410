import type { Shown } from "./sandbox.ts";
import type { Redacted } from "./text.ts";
import type { Workplace } from "./workplace.ts";

/** How the whole suite went once, remembered for the commit, the commands and the lock files it was seen with. */
export interface SuiteResult {
  /** In the order of the commands; each ran, whatever the one before it said. */
  readonly exitCodes: readonly number[];
  /** Tests that were seen to fail, as far as the output names them. */
  readonly failing: readonly Redacted[];
}

export interface SuiteMemory {
  find(key: string): Promise<SuiteResult | null>;
  keep(key: string, result: SuiteResult): Promise<void>;
}

/** Dependencies that were brought once, by what they depend on. */
export interface PreparedFolders {
  /** Null: not yet. */
  find(key: string): Promise<readonly Shown[] | null>;
  /** An empty home folder for the commands that bring them. */
  begin(): Promise<Preparation>;
}

export interface Preparation {
  readonly home: string;
  /** Keeps the home and what was added to the workplace, which is of no other use any more. */
  keep(key: string, workplace: Workplace): Promise<readonly Shown[]>;
  abandon(): Promise<void>;
}

/** What a test is to show. */
export interface ExpectedFailure {
  /** The exception and its causes, as they were logged; empty: none was thrown. */
  readonly exceptionTypes: readonly string[];
  /** Their messages; where none was thrown, the wrong values that were observed. */
  readonly messages: readonly string[];
}
