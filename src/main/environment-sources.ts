import { createLogSource } from "../adapters/loki/log-source.ts";
import { createTraceSource } from "../adapters/tempo/trace-source.ts";
import type { Config } from "../config/config.ts";
import { readingRulesOf } from "../config/reading-rules-of.ts";
import { createEntryReader } from "../detect/entries/read-entries.ts";
import type { Environment } from "../domain/names.ts";
import type { EnvironmentSources } from "../jobs/hands-means.ts";

/** What each configured environment is read with. */
export function environmentSources(config: Config): ReadonlyMap<Environment, EnvironmentSources> {
  return new Map(
    Object.entries(config.environments).map(([environment, its]): [Environment, EnvironmentSources] => {
      const rules = readingRulesOf(config, environment);
      return [
        environment,
        {
          logs: createLogSource(its.loki),
          query: its.loki.query,
          traces: its.tempo === null ? null : createTraceSource(its.tempo),
          traceWaitMs: its.tempo?.waitMs ?? 0,
          reader: createEntryReader(rules),
          serviceOf: (seen) => rules.aliases[seen.toLowerCase()] ?? seen,
        },
      ];
    }),
  );
}
