import type { Environment, ServiceName } from "../domain/names.ts";
import { ownValue } from "../domain/own-value.ts";
import type { Config, Tuning } from "./config.ts";

/** What the service map says about incidents of a service that are seen in an environment: the service's word before the environment's. */
export function tuningOf(
  config: Pick<Config, "environments" | "services">,
  environment: Environment,
  service: ServiceName | null,
): Tuning {
  const its = service === null ? undefined : ownValue(config.services, service)?.tuning;
  const there = ownValue(config.environments, environment)?.tuning;
  return {
    level: its?.level ?? there?.level ?? null,
    threshold: its?.threshold ?? there?.threshold ?? null,
    cooldownMs: its?.cooldownMs ?? there?.cooldownMs ?? null,
  };
}
