import { resolve } from "node:path";
import { buildConfig } from "./build-config.ts";
import { modelsOf } from "./build-model.ts";
import type { Config } from "./config.ts";
import { configDigest } from "./config-digest.ts";
import type { ConfigSource } from "./config-source.ts";
import { environmentValue } from "./environment-values.ts";
import type { ProcessRole } from "./process-role.ts";
import { redisUrlFrom } from "./redis-url.ts";
import type { ServiceMap } from "./service-map-schema.ts";
import { findWarnings } from "./warnings.ts";

/** Who asks for the configuration, and by which Redis it works with others. */
export interface Place {
  readonly role: ProcessRole;
  readonly redisUrl: string | null;
}

export function placeOf(from: ConfigSource, report: (sentence: string) => void): Place {
  const redisUrl = redisUrlFrom(from, report);
  const role = from.role === "run" ? (redisUrl === null ? "all" : "brain") : (from.role ?? "all");
  return { role, redisUrl };
}

/** What is read from the environment without being named in the service map. */
export function secretsFromEnvironment(
  map: ServiceMap | null,
  role: ProcessRole,
  from: ConfigSource,
  report: (sentence: string) => void,
) {
  const anthropicBaseUrl = environmentValue("ANTHROPIC_BASE_URL", from, report);
  if (anthropicBaseUrl !== null && !/^https?:\/\/[^\s/@]+(\/\S*)?$/.test(anthropicBaseUrl)) {
    report("ANTHROPIC_BASE_URL must be an address such as `https://api.anthropic.com`.");
  }
  const isTokenNeeded = role !== "hands" && map?.github?.token === undefined && map?.github?.app === undefined;
  const isKeyNeeded = role !== "brain" && map?.model?.apiKey === undefined;
  return {
    githubToken: isTokenNeeded ? environmentValue("GITHUB_TOKEN", from, report) : null,
    anthropicApiKey: isKeyNeeded ? environmentValue("ANTHROPIC_API_KEY", from, report) : null,
    anthropicBaseUrl,
    telegramToken:
      role !== "hands" && map?.telegram !== undefined && map.telegram.token === undefined
        ? environmentValue("TELEGRAM_BOT_TOKEN", from, report)
        : null,
  };
}

/** @param map in which nothing is wrong, its references resolved */
export function completeConfig(
  map: ServiceMap,
  from: ConfigSource,
  { role, redisUrl }: Place,
  secrets: ReturnType<typeof secretsFromEnvironment>,
): Config {
  const path = resolve(from.workingDirectory, from.path);
  const isBrainOnly = role === "brain";
  const config = buildConfig(map, { path, homeDirectory: from.homeDirectory, redisUrl, isBrainOnly, ...secrets });
  return { ...config, digest: configDigest(config, modelsOf(map.model)), warnings: findWarnings(map, config, role) };
}
