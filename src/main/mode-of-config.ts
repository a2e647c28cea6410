import type { Config } from "../config/config.ts";
import { lowestMode, mostOf } from "../domain/mode.ts";
import { ownValue } from "../domain/own-value.ts";
import type { BrainRules } from "../jobs/brain-means.ts";

/** What the service map allows: the most permissive of the environments, lowered by the service. */
export function modeOfConfig(config: Config): BrainRules["modeOf"] {
  return (names, service) =>
    lowestMode(
      mostOf(names.flatMap((name) => ownValue(config.environments, name)?.mode ?? [])),
      service === null ? null : (ownValue(config.services, service)?.mode ?? null),
    );
}
