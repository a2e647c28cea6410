import { createModel } from "../adapters/anthropic/model.ts";
import { createSyntaxReader } from "../adapters/syntax/syntax-reader.ts";
import type { Config } from "../config/config.ts";
import type { Clock } from "../domain/clock.ts";
import type { Hands } from "../domain/job-queue.ts";
import type { Model } from "../domain/model.ts";
import { createHands } from "../jobs/investigate.ts";
import { attemptsMax } from "./attempts.ts";
import { environmentSources } from "./environment-sources.ts";
import { openRepair } from "./open-repair.ts";
import { promptOf } from "./prompt-of.ts";
import { serviceCodeOf } from "./service-code.ts";

const callTimeoutMs = 300_000;

export interface OpenHandsMeans {
  readonly clock: Clock;
  readonly fetch: typeof fetch | null;
  readonly stateDirectory: string;
  readonly onModelCall: () => void;
}

/** Everything the hands need, put together; `configuredHands` loads it with the first order. */
export function openHands(config: Config, means: OpenHandsMeans): Hands {
  const sources = environmentSources(config);
  return createHands({
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
        : { model: countedModel(config.model, config.repair, means), name: config.model.name },
    prompt: promptOf("analyse.md"),
    language: config.language,
    limits: config.analysis,
    repair: openRepair(config),
  });
}

function countedModel(
  config: NonNullable<Config["model"]>,
  { reviewModel }: Config["repair"],
  means: OpenHandsMeans,
): Model {
  const prices = reviewModel === null ? config.prices : { ...config.prices, [reviewModel.name]: reviewModel.price };
  const model = createModel({ ...config, prices, timeoutMs: callTimeoutMs, fetch: means.fetch });
  return {
    costUsdMax: (request) => model.costUsdMax(request),
    ask(request, signal) {
      means.onModelCall();
      return model.ask(request, signal);
    },
  };
}
