import type { Environment, ServiceName } from "../domain/names.ts";
import type { ReadingRules } from "../domain/reading-rules.ts";
import type { Config } from "./config.ts";

/** How log entries and traces of an environment are read; of none, as in `explain` on standard input, with null. */
export function readingRulesOf(
  config: Pick<Config, "services" | "serviceLabels">,
  environment: Environment | null,
): ReadingRules {
  // Without a prototype, because names from log text are looked up here and one of them may be "constructor".
  const aliases: Record<string, ServiceName> = Object.create(null);
  const own: Record<ServiceName, readonly string[]> = Object.create(null);
  for (const [service, its] of Object.entries(config.services)) {
    for (const name of [service, ...its.aliases]) aliases[name.toLowerCase()] = service;
    own[service] = its.own;
  }
  return { environment, serviceLabels: config.serviceLabels, aliases, own };
}
