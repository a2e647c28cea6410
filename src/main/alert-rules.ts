import { type ReadingConfig, readingRulesOf } from "../config/reading-rules-of.ts";
import type { AlertPattern, AlertRules } from "../forward/read-alert.ts";

/** What a forwarded alert is read with: the names that the service map knows, and its patterns. */
export function alertRulesOf(config: ReadingConfig, patterns: readonly AlertPattern[]): AlertRules {
  const { aliases } = readingRulesOf(config, null);
  return {
    patterns,
    services: { ...aliases, ...Object.fromEntries(Object.keys(config.services).map((name) => [name, name])) },
    environments: Object.keys(config.environments),
  };
}
