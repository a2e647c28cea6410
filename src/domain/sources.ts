import type { Window } from "./coverage.ts";
import type { LogEntry } from "./log-entry.ts";
import type { CommitId, RepositoryName, ServiceName, TraceId } from "./names.ts";
import { systemCodeOf } from "./system-error.ts";
import type { Trace } from "./trace.ts";

/** What a failed read of a source tells the step that asked, which knows no adapter. `LogSourceError` and `TraceSourceError` are such. */
export interface SourceFailure extends Error {
  readonly isRetryable: boolean;
  /** The same window may well be answered with a smaller limit: the answer was too large, or did not come in time. */
  readonly suggestsSmallerPage: boolean;
  /** How long the server asks to be left alone; null where it does not say. */
  readonly retryAfterMs: number | null;
}

export function isSourceFailure(error: unknown): error is SourceFailure {
  return error instanceof Error && "isRetryable" in error && "suggestsSmallerPage" in error;
}

/**
 * Whether a source, a clone or this machine failed a read: what was to be read is missing then, and that is said. Anything else is a mistake of ours, or the end
 * of the work, and goes on to whoever called.
 */
export function isReadFailure(error: unknown): error is Error {
  return isSourceFailure(error) || error instanceof CodeSourceError || systemCodeOf(error) !== null;
}

/** What a failed read of Loki tells besides. */
export interface LogSourceFailure extends SourceFailure {
  /** The most log entries that it gives out at once, where it named that limit; null where it did not. */
  readonly entriesMax: number | null;
  /** It answers no question about so long a time. */
  readonly suggestsShorterWindow: boolean;
}

export function isLogSourceFailure(error: unknown): error is LogSourceFailure {
  return isSourceFailure(error) && "entriesMax" in error && "suggestsShorterWindow" in error;
}

/** One environment's Loki. */
export interface LogSource {
  /**
   * Log entries of `query` with `fromNs` ≤ timestamp < `toNs`, oldest first over all streams, at most `limit`; a full page may not be the last.
   * @throws LogSourceError when Loki refuses, fails or answers something else
   * @see Loki HTTP API, GET /loki/api/v1/query_range
   */
  entriesBetween(query: string, window: Window, limit: number, signal: AbortSignal): Promise<LogPage>;
}

/** The same Loki for who must lose nothing: it tells how much there is, and in which streams. */
export interface CountableLogSource extends LogSource {
  /**
   * How many log entries `query` finds with `fromNs` ≤ timestamp < `toNs`; borders in whole milliseconds.
   * @param query no parser stage in it: the count would fail with the first line that does not parse
   * @throws LogSourceError
   * @see Loki HTTP API, GET /loki/api/v1/query
   */
  countBetween(query: string, window: Window, signal: AbortSignal): Promise<number>;
  /**
   * Labels of the streams of a selector that have entries in the window, and perhaps of others that have them nearby.
   * @throws LogSourceError
   * @see Loki HTTP API, GET /loki/api/v1/series
   */
  streamsBetween(selector: string, window: Window, signal: AbortSignal): Promise<readonly StreamLabels[]>;
}

export type StreamLabels = Readonly<Record<string, string>>;

export interface LogPage {
  readonly entries: readonly LogEntry[];
  /** The server's clock as its `Date` header tells it; null where it sends none. */
  readonly serverTimeMs: number | null;
}

/** One environment's Tempo. */
export interface TraceSource {
  /**
   * The trace as far as Tempo has it; null when it is not there (yet).
   * @throws TraceSourceError when Tempo refuses, fails or answers something else
   * @see Tempo HTTP API, GET /api/v2/traces/{id}, GET /api/traces/{id}
   */
  trace(traceId: TraceId, signal: AbortSignal): Promise<Trace<string> | null>;
  /**
   * Ids of traces in which a span of that service and name went well, at most `limit`, in no particular order.
   * @throws TraceSourceError as above
   * @see Tempo HTTP API, GET /api/search, TraceQL
   */
  tracesThatWentWell(
    operation: { readonly service: string; readonly name: string },
    window: Window,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly TraceId[]>;
}

export interface CommitSummary {
  readonly commit: CommitId;
  readonly authoredAtMs: number;
  readonly author: string;
  readonly subject: string;
  readonly paths: readonly string[];
}

/** A commit as part of a history. */
export interface CommitLink {
  readonly commit: CommitId;
  /** The first is the branch that it was made on. */
  readonly parents: readonly CommitId[];
  readonly subject: string;
}

/** Who last changed a line. */
export interface BlamedLine {
  readonly line: number;
  readonly commit: CommitId;
  /** What it was called, and where the line stood, in that commit. */
  readonly path: string;
  readonly lineThere: number;
  readonly authoredAtMs: number;
  readonly author: string;
  readonly subject: string;
  /** The history is cut here, so an older commit may have written it. */
  readonly isBoundary: boolean;
}

/** What a commit changed against its first parent; files that may not be read are left out. */
export interface CommitPatch {
  readonly files: readonly { readonly path: string; readonly change: "added" | "deleted" | "modified" }[];
  /** Unified, three lines of context. */
  readonly diff: string;
  readonly isCut: boolean;
}

export interface FileLines {
  readonly path: string;
  readonly firstLine: number;
  readonly lines: readonly string[];
  /** How many the whole file has. */
  readonly lineCount: number;
}

export interface FoundLine {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** A file that is in a commit and cannot be read. */
export interface UnreadFile {
  readonly path: string;
  readonly because: "symlink" | "submodule" | "lfs-pointer" | "too-large" | "binary" | "refused-name" | "odd-path";
}

/** A local clone, read as git objects at full commit ids only: no working tree, no untracked file, no symlink, no program. */
export interface CodeSource {
  readonly repository: RepositoryName;
  /** The commit a ref names now, or null when there is none of that name. */
  resolve(ref: string, signal: AbortSignal): Promise<CommitId | null>;
  /** The head of the branch that pull requests go to, as the clone knows it: `origin/HEAD`, else `HEAD`. */
  head(signal: AbortSignal): Promise<CommitId>;
  /** Paths below `under` ("" for all) in order, at most `limit`. */
  files(
    commit: CommitId,
    under: string,
    limit: number,
    signal: AbortSignal,
  ): Promise<{ readonly paths: readonly string[]; readonly total: number }>;
  /** Null when there is no such readable text file: missing, refused by name (`.env`, keys), binary, a symlink, too large. */
  lines(
    commit: CommitId,
    path: string,
    firstLine: number,
    lastLine: number,
    signal: AbortSignal,
  ): Promise<FileLines | null>;
  /** The bytes of a regular file of mode 100644 and the id of its blob; null when there is none that may be read, as above. */
  file(
    commit: CommitId,
    path: string,
    signal: AbortSignal,
  ): Promise<{ readonly blob: string; readonly bytes: Uint8Array } | null>;
  /**
   * Files of that name that `lines` answers with null, and submodules that it lies in, each with the reason; none where no such file is there.
   * @param wanted as a frame names it: a path, perhaps of another machine
   */
  unread(commit: CommitId, wanted: string, signal: AbortSignal): Promise<readonly UnreadFile[]>;
  /** Lines that contain the fixed string, at most `limit`. */
  search(
    commit: CommitId,
    text: string,
    under: string,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly FoundLine[]>;
  /**
   * The same for several strings in one pass over the files, at most `limit` lines for each.
   * @param within a folder, "" for all, or the files themselves
   */
  searchAll(
    commit: CommitId,
    texts: readonly string[],
    within: string | readonly string[],
    limit: number,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly FoundLine[]>>;
  /** Newest first; `path` null: of the whole tree; several: commits that touched one of them, with those of them that they touched. */
  log(
    commit: CommitId,
    path: string | readonly string[] | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly CommitSummary[]>;
  /** All that led to a commit, newest first, at most `limit`. */
  history(commit: CommitId, limit: number, signal: AbortSignal): Promise<readonly CommitLink[]>;
  /** Commits whose changes of a file hold a text on either side, newest first. */
  changesOf(
    commit: CommitId,
    path: string,
    text: string,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly CommitSummary[]>;
  /** Null when there is no such readable text file. */
  blame(
    commit: CommitId,
    path: string,
    firstLine: number,
    lastLine: number,
    signal: AbortSignal,
  ): Promise<readonly BlamedLine[] | null>;
  /** `path` null: of all files. At most `bytesMax` of diff. */
  patch(commit: CommitId, path: string | null, bytesMax: number, signal: AbortSignal): Promise<CommitPatch>;
  /** Why what this clone tells is incomplete (a shallow history …), in words; null when it is not. */
  readonly caution: string | null;
}

/** How a version becomes a commit, where it is none itself. */
export interface VersionRule {
  /** `release-{version}`; null: as versions are usually tagged. */
  readonly tag: string | null;
  /** Holds the version, from the root of the repository; null: none. */
  readonly file: string | null;
  /** What is deployed where nothing says a version. */
  readonly otherwise: "unknown" | "head";
}

/** Where the code of a service is, as the service map says it. */
export interface ServiceCode {
  readonly service: ServiceName;
  readonly repository: RepositoryName;
  /** Folder of the service inside the repository; "" for the whole of it. */
  readonly under: string;
  /** Labels, metadata or resource attributes that carry the deployed commit, best first. */
  readonly deployedLabels: readonly string[];
  readonly version: VersionRule;
  readonly open: () => Promise<CodeSource>;
  /** The source map of a bundle that a frame names, from the folder of the service's build; null where there is none. */
  readonly sourceMapOf: (file: string) => Promise<string | null>;
}

/** A clone cannot be read. `reason` is a clause without paths that may stand in an issue; the message adds where, and the cure. */
export class CodeSourceError extends Error {
  override readonly name = "CodeSourceError";
  readonly reason: string;
  readonly isRetryable: boolean;
  constructor(
    what: { readonly reason: string; readonly detail: string },
    options: ErrorOptions & { readonly isRetryable: boolean },
  ) {
    super(`The code cannot be read: ${what.reason}. ${what.detail}`, options);
    this.reason = what.reason;
    this.isRetryable = options.isRetryable;
  }
}
