import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Programs whose failure shows far from its fault, or in another service: each with its histories, and what it really wrote. */
export interface FaultProgram {
  readonly name: string;
  readonly kind: "far" | "across";
  /** The service that requests come to. */
  readonly entrance: string;
  readonly services: Readonly<Record<string, FaultService>>;
  readonly faults: Readonly<Record<string, Fault>>;
}

interface FaultService {
  readonly language: string;
  /** Prefixes of its own frames; none: the reader's own judgement. */
  readonly own: readonly string[];
  /** A shell command in the program's folder; null where nothing is to be built. */
  readonly prepare: string | null;
  readonly run: readonly string[];
  /** What of other people is installed from a day on, by path. */
  readonly libraries: readonly { readonly fromDay: number; readonly files: Readonly<Record<string, string>> }[];
}

interface Fault {
  /** Method, path and body; null where the program is run with the fault's name. */
  readonly request: readonly [string, string, string] | null;
  /** `service path function`, any of which a fix may change; without a function where the file has none. */
  readonly places: readonly string[];
  /** `service subject` of the commit that brought it. */
  readonly culprit: string;
  readonly seenOnDay: number;
  /** Not looked at while the ranking was worked on. */
  readonly isHeldOut: boolean;
}

/** What was written when a fault showed, as it was shipped. */
export interface RecordedFault {
  /** The service, nanoseconds since 1970, the text. */
  readonly entries: readonly (readonly [string, string, string])[];
  /** OTLP; null where the program writes no spans. */
  readonly trace: { readonly resourceSpans: readonly object[] } | null;
}

export const faultsFolder = join(import.meta.dirname, "..", "..", "fixtures", "faults");
const firstDayMs = Date.UTC(2026, 0, 1, 12);

export function loadFaultPrograms(): readonly FaultProgram[] {
  return readdirSync(faultsFolder)
    .filter((name) => existsSync(join(faultsFolder, name, "program.json")))
    .sort()
    .map((name) => ({ name, ...(readJson(name, "program.json") as Omit<FaultProgram, "name">) }));
}

export function loadRecordedFaults(program: FaultProgram): Readonly<Record<string, RecordedFault>> {
  return readJson(program.name, "recorded.json") as Readonly<Record<string, RecordedFault>>;
}

/** Six hours after the noon at which a day's commits are made. */
export function seenAtMs({ seenOnDay }: Fault): number {
  return firstDayMs + seenOnDay * 86_400_000 + 6 * 3_600_000;
}

/** A service's repository with its whole history, bare. */
export function restoreRepository(program: FaultProgram, service: string, path: string): void {
  mkdirSync(path, { recursive: true });
  gitAt(path, ["init", "-q", "--bare"]);
  gitAt(path, ["fast-import", "--quiet"], readFileSync(join(faultsFolder, program.name, `${service}.history`)));
}

/** The last commit before an instant: what was deployed then. */
export function deployedAt(repository: string, atMs: number): string {
  const before = `--before=${Math.floor(atMs / 1_000)} +0000`;
  return gitAt(repository, ["rev-list", "-1", before, "main"]).trim();
}

export function gitAt(path: string, args: readonly string[], input?: Buffer): string {
  return execFileSync("git", ["-c", "init.defaultBranch=main", ...args], {
    cwd: path,
    env: { PATH: process.env["PATH"] ?? "", GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
    encoding: "utf8",
    stdio: ["pipe", "pipe", "pipe"],
    ...(input === undefined ? {} : { input }),
  });
}

function readJson(...path: readonly string[]): unknown {
  return JSON.parse(readFileSync(join(faultsFolder, ...path), "utf8"));
}
