import type { Ceilings } from "../domain/budget.ts";
import type { Language } from "../domain/language.ts";
import type { ErrorFloor, IgnoreRule, PrivateFormat, Threshold } from "../domain/levers.ts";
import type { Mode } from "../domain/mode.ts";
import type { Environment, RepositoryName, ServiceName } from "../domain/names.ts";
import type { OwnRedaction } from "../domain/redaction/own-redaction.ts";
import type { RepairLimits } from "../domain/repair-limits.ts";
import type { ServiceCommands } from "../domain/service-commands.ts";
import type { VersionRule } from "../domain/sources.ts";
import type { TelegramConfig } from "./build-telegram.ts";

/** Everything that people configure, parsed and complete: defaults are filled in, secrets resolved, paths absolute. */
export interface Config {
  /** Of the service map's meaning, without secrets: stored with each result. */
  readonly digest: string;
  /** Paths that the service map itself says, `budget.day`, `environments.prod.mode`; what is not among them is a default. */
  readonly said: ReadonlySet<string>;
  /** The file it came from. */
  readonly path: string;
  readonly environments: Readonly<Record<Environment, EnvironmentConfig>>;
  readonly services: Readonly<Record<ServiceName, ServiceConfig>>;
  /** Label, metadata and attribute names that may carry the service, best first. */
  readonly serviceLabels: readonly string[];
  /** Where incidents of services that are in no `services` entry are filed; null: they are told as needing a human. */
  readonly fallbackRepository: RepositoryName | null;
  readonly github: GitHubConfig;
  /** Null: no key in this process, so its analyser is `evidence`. */
  readonly model: ModelConfig | null;
  /** Whether orders may count on a model: a key here or, for a brain whose hands are elsewhere, a model that the service map does not refuse. */
  readonly hasModel: boolean;
  /** Where orders go, with its password: never to be printed. Null: the engine is embedded. */
  readonly redisUrl: string | null;
  /** Null: no chat. */
  readonly telegram: TelegramConfig | null;
  readonly budget: Ceilings;
  readonly flood: { readonly issuesPerRun: number; readonly issuesPerDay: number };
  readonly analysis: AnalysisLimits;
  readonly repair: RepairConfig;
  readonly repositories: RepositoriesConfig;
  readonly language: Language;
  /** How often `start` polls. */
  readonly everyMs: number;
  /** At once, in one process. */
  readonly concurrency: number;
  /** Errors that are counted and not told. */
  readonly ignore: readonly IgnoreRule[];
  /** Log formats of our users' own. */
  readonly formats: readonly PrivateFormat[];
  /** What the gate hides and lets pass besides its own table. */
  readonly redaction: OwnRedaction;
  /** Days that closed things are remembered. */
  readonly retentionDays: number;
  /** Whole sentences about what is allowed but probably not meant; `doctor` and `run` print them. */
  readonly warnings: readonly string[];
}

export interface EnvironmentConfig {
  readonly mode: Mode;
  readonly loki: LokiConfig;
  /** Null: no traces there, so `issue` is the most that may happen. */
  readonly tempo: TempoConfig | null;
  readonly budgetDayUsd: number | null;
  /** Of services that have none of their own. */
  readonly tuning: Tuning;
}

/** Which errors are told, and when; null where nobody said. */
export interface Tuning {
  readonly level: ErrorFloor | null;
  readonly threshold: Threshold | null;
  readonly cooldownMs: number | null;
}

export interface HttpSourceConfig {
  readonly url: string;
  readonly tenant: string | null;
  readonly auth:
    | { readonly kind: "basic"; readonly user: string; readonly password: string }
    | { readonly kind: "bearer"; readonly token: string }
    | null;
  readonly timeoutMs: number;
}

export interface LokiConfig extends HttpSourceConfig {
  readonly query: string;
  /** Entries per page; Loki's own default limit is 5,000. */
  readonly limit: number;
  /** How far back the first run looks. */
  readonly sinceMs: number;
  /** The newest part of time, left for the next poll because shippers send in batches. */
  readonly settleMs: number;
  /** How far back each poll reads again for late entries. */
  readonly latenessMs: number;
  /** Until what age closed time is counted again in Loki; 0: never. */
  readonly auditHorizonMs: number;
  /** Longest window of one query; longer ones are sliced. */
  readonly sliceMs: number;
}

export interface TempoConfig extends HttpSourceConfig {
  /** A trace that is not there is looked for again until its newest entry is this old. */
  readonly waitMs: number;
}

export interface ServiceConfig {
  readonly repository: RepositoryName;
  /** The local clone, absolute. */
  readonly path: string;
  /** Folder of the service in the repository; "" for all of it. */
  readonly under: string;
  readonly own: readonly string[];
  /** Prefixes whose frames are not ours, whatever `own` says. */
  readonly notOwn: readonly string[];
  readonly aliases: readonly string[];
  /** Labels, metadata or resource attributes that carry the deployed commit, best first. */
  readonly deployed: readonly string[];
  /** How the version that they tell becomes a commit. */
  readonly version: VersionRule;
  /** Folder with the source maps of its deployed bundles, absolute; null: none but those that are committed. */
  readonly sourceMaps: string | null;
  /** Lowers what the environment allows; null: the environment's mode. */
  readonly mode: Mode | null;
  readonly tuning: Tuning;
  /** How its tests are run; null: nobody said, so nothing can be verified. */
  readonly commands: ServiceCommands | null;
}

export interface RepositoriesConfig {
  readonly fetch: "never" | "before-gather";
  /** Reads; null: what everybody may read. */
  readonly token: string | null;
}

export interface GitHubConfig {
  /** `https://api.github.com`, or a GitHub Enterprise address. */
  readonly apiUrl: string;
  /** Where people look at it: `https://github.com`. */
  readonly webUrl: string;
  readonly auth:
    | { readonly kind: "token"; readonly token: string }
    | { readonly kind: "app"; readonly appId: string; readonly privateKey: string; readonly installationId: number }
    | null;
  /** Least time between two writes; GitHub asks for one second. */
  readonly writeIntervalMs: number;
}

export interface ModelConfig {
  readonly apiKey: string;
  readonly baseUrl: string | null;
  /** The one that investigates. */
  readonly name: string;
  readonly price: Price;
  /** Asked once more where the first is unsure and it matters; null: none. */
  readonly strong: string | null;
  /** Says what is worth an investigation, where no rule does; null: none. */
  readonly small: string | null;
  /** Of each of them. */
  readonly prices: Readonly<Record<string, Price>>;
  /** Those that can be told how hard to work and whether to think. */
  readonly steerable: readonly string[];
}

/** US dollars for a million tokens. */
export interface Rates {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

interface Price extends Rates {
  /** All of a call with more input tokens than that. */
  readonly long?: Rates & { readonly overTokens: number };
}

export interface AnalysisLimits {
  readonly stepsMax: number;
  readonly durationMsMax: number;
  readonly inputTokensMax: number;
  readonly outputTokensMax: number;
  /** Bytes of one tool answer. */
  readonly toolAnswerBytesMax: number;
}

/** What `repair` of the service map says: which faults get a patch, and what it may touch. */
export interface RepairConfig extends RepairLimits {
  /** Changed lines of a patch, its test included. */
  readonly linesMax: number;
  /** Patterns of paths that no patch may touch, besides those that are protected anyway. */
  readonly protectedPaths: readonly string[];
  /** Patterns of files in which a wrong setting may be corrected. */
  readonly configFiles: readonly string[];
  readonly draftsMax: number;
  readonly cooldownMs: number;
  readonly head: "fork" | "same-repository";
  /** Logins of bots whose reviews of drafts count. */
  readonly reviewBots: readonly string[];
  /** Null: the model that made the patch, in a fresh conversation. */
  readonly reviewModel: (Pick<ModelConfig, "name" | "price"> & { readonly isSteerable: boolean }) | null;
  /** Patches that are proposed for one order: what the tests said to the first goes into the second. */
  readonly proposalsMax: number;
  /** Patches that one draft may get in all, when reviews ask for changes. */
  readonly patchesPerDraftMax: number;
}
