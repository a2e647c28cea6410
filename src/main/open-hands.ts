import { createSyntaxReader } from "../adapters/syntax/syntax-reader.ts";
import type { Config } from "../config/config.ts";
import type { Clock } from "../domain/clock.ts";
import type { Hands } from "../domain/job-queue.ts";
import type { HandsMeans } from "../jobs/hands-means.ts";
import { createHands } from "../jobs/investigate.ts";
import { attemptsMax } from "./attempts.ts";
import type { WrapModel } from "./conversations.ts";
import { environmentSources } from "./environment-sources.ts";
import { modelOf, rolesOf } from "./model-roles.ts";
import { openRepair } from "./open-repair.ts";
import { serviceCodeOf } from "./service-code.ts";

export interface OpenHandsMeans {
  readonly clock: Clock;
  readonly fetch: typeof fetch | null;
  readonly stateDirectory: string;
  readonly onModelCall: () => void;
  readonly wrapModel?: WrapModel | undefined;
}

/** Everything the hands need, put together; `configuredHands` loads it with the first order. */
export function openHands(config: Config, means: OpenHandsMeans): Hands {
  return createHands(handsMeans(config, means));
}

export function handsMeans(config: Config, means: OpenHandsMeans): HandsMeans {
  const sources = environmentSources(config);
  return {
    clock: means.clock,
    configDigest: config.digest,
    isBesideBrain: config.redisUrl === null,
    attemptsMax,
    sourcesOf: (environment) => sources.get(environment) ?? null,
    codeOf: serviceCodeOf(config, means.stateDirectory),
    syntax: createSyntaxReader(),
    model:
      config.model === null
        ? null
        : {
            model: modelOf(config.model, config.repair, means.fetch, means.onModelCall, means.wrapModel),
            name: config.model.name,
            roles: rolesOf(config.model),
          },
    language: config.language,
    limits: config.analysis,
    repair: openRepair(config, means.stateDirectory),
  };
}
