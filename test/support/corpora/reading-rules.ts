import type { ReadingRules } from "../../../src/domain/reading-rules.ts";

/** As a service map with the defaults reads, or one that says which frames of the service `app` are ours. */
export function createReadingRules(own: readonly string[]): ReadingRules {
  return {
    environment: null,
    serviceLabels: ["service_name", "service.name", "service", "app", "container", "job"],
    aliases: own.length === 0 ? {} : { app: "app" },
    own: own.length === 0 ? {} : { app: own },
    levers: null,
  };
}
