import type { Roles } from "../analyse/roles.ts";
import type { Clock } from "../domain/clock.ts";
import type { Language } from "../domain/language.ts";
import type { Model } from "../domain/model.ts";
import type { Environment, ServiceName } from "../domain/names.ts";
import type { EntryReader } from "../domain/reading-rules.ts";
import type { CountableLogSource, ServiceCode, TraceSource } from "../domain/sources.ts";
import type { SyntaxReader } from "../domain/syntax.ts";
import type { HandsRepairMeans } from "./repair-means.ts";

/** Everything the hands work with: they read and think, and hold nothing with which they could write. */
export interface HandsMeans {
  readonly clock: Clock;
  readonly configDigest: string;
  /** The brain reads the same service map: an order from before it was edited is worked on by what it says now. */
  readonly isBesideBrain: boolean;
  /** From this attempt on, a model that does not answer is an answer: the issue is filed without it. */
  readonly attemptsMax: number;
  readonly sourcesOf: (environment: Environment) => EnvironmentSources | null;
  readonly codeOf: (service: ServiceName) => ServiceCode | null;
  readonly syntax: SyntaxReader;
  /** Null without a key: the analyser is `evidence`. */
  readonly model: { readonly model: Model; readonly name: string; readonly roles: Roles } | null;
  readonly language: Language;
  readonly limits: {
    readonly stepsMax: number;
    readonly durationMsMax: number;
    readonly inputTokensMax: number;
    readonly outputTokensMax: number;
    readonly toolAnswerBytesMax: number;
  };
  readonly repair: HandsRepairMeans;
}

export interface EnvironmentSources {
  readonly logs: CountableLogSource;
  readonly query: string;
  readonly traces: TraceSource | null;
  /** A trace that is not there is looked for again until its newest entry is this old. */
  readonly traceWaitMs: number;
  readonly reader: EntryReader;
  readonly serviceOf: (seenName: string) => ServiceName;
}
