import { createLogSource } from "../adapters/loki/log-source.ts";
import type { Config } from "../config/config.ts";
import { readingRulesOf } from "../config/reading-rules-of.ts";
import type { PollMeans } from "../jobs/poll.ts";

/** What reads each environment's Loki, as the service map says it. */
export function configuredPolls(config: Config): readonly PollMeans[] {
  return Object.entries(config.environments).map(([environment, { loki }]) => ({
    ...loki,
    environment,
    rules: readingRulesOf(config, environment),
    source: createLogSource(loki),
  }));
}
