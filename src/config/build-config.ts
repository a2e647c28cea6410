import { dirname, resolve } from "node:path";
import type { Environment, RepositoryName, ServiceName } from "../domain/names.ts";
import type { OwnRedaction } from "../domain/redaction/own-redaction.ts";
import { buildIgnoreRules, buildTuning } from "./build-levers.ts";
import { buildModel, modelsOf } from "./build-model.ts";
import { buildRepair } from "./build-repair.ts";
import { buildTelegram } from "./build-telegram.ts";
import { buildCommands } from "./build-verify.ts";
import { parseByteSize } from "./byte-size.ts";
import type { Config, EnvironmentConfig, GitHubConfig, HttpSourceConfig, ServiceConfig } from "./config.ts";
import { parseDuration } from "./duration.ts";
import type { ServiceMap } from "./service-map-schema.ts";

export const defaultServiceLabels: readonly string[] = [
  "service_name",
  "service.name",
  "service",
  "app",
  "app_kubernetes_io_name",
  "application",
  "container",
  "job",
];
const defaultDeployedLabels: readonly string[] = [
  "deployed_commit",
  "git_commit",
  "commit",
  "service.version",
  "service_version",
  "vcs.ref.head.revision",
];

/** What comes from beside the service map. */
export interface Surroundings {
  /** Absolute path of the service map. */
  readonly path: string;
  readonly homeDirectory: string;
  readonly githubToken: string | null;
  readonly anthropicApiKey: string | null;
  readonly anthropicBaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly telegramToken: string | null;
  /** Its hands, with their key, are elsewhere. */
  readonly isBrainOnly: boolean;
}

/** Fills in the defaults and converts what people write into what the code counts in. */
export function buildConfig(map: ServiceMap, from: Surroundings): Omit<Config, "digest" | "warnings"> {
  const github = buildGitHub(map.github, from.githubToken);
  const model = buildModel(map.model, from);
  return {
    path: from.path,
    said: new Set(pathsSaid(map)),
    environments: withoutPrototype(
      Object.entries(map.environments).map(([name, its]) => [name, buildEnvironment(name, its)]),
    ),
    services: withoutPrototype(
      Object.entries(map.services ?? {}).map(([name, its]) => [name, buildService(its, from)]),
    ),
    serviceLabels: map.serviceLabels ?? defaultServiceLabels,
    fallbackRepository: map.fallbackRepository === undefined ? null : repositoryName(map.fallbackRepository),
    github,
    model,
    hasModel: model !== null || (from.isBrainOnly && modelsOf(map.model) !== null),
    redisUrl: from.redisUrl,
    telegram: buildTelegram(map, from.telegramToken),
    budget: { incidentUsd: map.budget?.incident ?? 0.5, dayUsd: map.budget?.day ?? 5, environmentDayUsd: null },
    flood: { issuesPerRun: map.flood?.issuesPerRun ?? 5, issuesPerDay: map.flood?.issuesPerDay ?? 20 },
    analysis: {
      stepsMax: map.analysis?.steps ?? 20,
      durationMsMax: milliseconds(map.analysis?.duration, "5m"),
      inputTokensMax: map.analysis?.inputTokens ?? 400_000,
      outputTokensMax: map.analysis?.outputTokens ?? 16_000,
      toolAnswerBytesMax: parseByteSize(map.analysis?.toolAnswer ?? "16kB") ?? 16_000,
    },
    repair: buildRepair(map.repair, map.model),
    repositories: { fetch: map.repositories?.fetch ?? "never", token: map.repositories?.token ?? null },
    language: map.language ?? "en",
    everyMs: milliseconds(map.every, "5m"),
    concurrency: map.concurrency ?? 2,
    redaction: redactionOf(map.redaction),
    ignore: buildIgnoreRules(map.ignore),
    formats: (map.formats ?? []).map((pattern, index) => ({ name: `formats[${index}]`, pattern })),
    retentionDays: Math.max(1, Math.round(milliseconds(map.retention, "90d") / 86_400_000)),
  };
}

export function redactionOf(its: ServiceMap["redaction"]): OwnRedaction {
  return { patterns: its?.patterns ?? [], allow: its?.allow ?? [] };
}

function buildEnvironment(name: Environment, its: ServiceMap["environments"][string]): EnvironmentConfig {
  return {
    mode: its.mode ?? "dry-run",
    loki: {
      ...buildSource(its.loki),
      // A selector alone, because a filter on the word "error" loses errors: docs/configuration.md.
      query: its.loki.query?.trim() ?? `{deployment_environment=${JSON.stringify(name)}}`,
      limit: its.loki.limit ?? 1000,
      sinceMs: milliseconds(its.loki.since, "1h"),
      settleMs: milliseconds(its.loki.settle, "30s"),
      latenessMs: milliseconds(its.loki.lateness, "10m"),
      auditHorizonMs: milliseconds(its.loki.auditHorizon, "24h"),
      sliceMs: milliseconds(its.loki.slice, "1h"),
    },
    tempo: its.tempo === undefined ? null : { ...buildSource(its.tempo), waitMs: milliseconds(its.tempo.wait, "10m") },
    budgetDayUsd: its.budget?.day ?? null,
    tuning: buildTuning(its),
  };
}

function buildSource(its: ServiceMap["environments"][string]["loki"]): HttpSourceConfig {
  return {
    url: withoutTrailingSlash(its.url),
    tenant: its.tenant ?? null,
    auth: buildLogin(its.auth ?? {}),
    timeoutMs: milliseconds(its.timeout, "30s"),
  };
}

function buildLogin(auth: {
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
}): HttpSourceConfig["auth"] {
  if (auth.token !== undefined) return { kind: "bearer", token: auth.token };
  if (auth.user !== undefined && auth.password !== undefined) {
    return { kind: "basic", user: auth.user, password: auth.password };
  }
  return null;
}

function buildService(its: NonNullable<ServiceMap["services"]>[string], from: Surroundings): ServiceConfig {
  // From the file's own folder and not from the working directory, which cron chooses.
  const absolute = (path: string) =>
    resolve(
      dirname(from.path),
      path.replace(/^~(?=\/|$)/, () => from.homeDirectory),
    );
  const under = (its.under ?? "")
    .replace(/^(\.\/)+/, "")
    .replace(/\/+$/, "")
    .replace(/^\.$/, "");
  return {
    repository: repositoryName(its.repository),
    path: absolute(its.path),
    under,
    own: its.own ?? [],
    notOwn: its.notOwn ?? [],
    aliases: its.aliases ?? [],
    deployed: its.deployed ?? defaultDeployedLabels,
    version: {
      tag: its.version?.tag ?? null,
      file: its.version?.file?.replace(/^(\.\/)+/, "") ?? null,
      otherwise: its.version?.otherwise ?? "unknown",
    },
    sourceMaps: its.sourceMaps === undefined ? null : absolute(its.sourceMaps),
    mode: its.mode ?? null,
    tuning: buildTuning(its),
    commands: buildCommands(its, under, absolute),
  };
}

function buildGitHub(its: ServiceMap["github"], tokenFromEnvironment: string | null): GitHubConfig {
  const apiUrl = withoutTrailingSlash(its?.apiUrl ?? "https://api.github.com");
  const token = its?.token ?? tokenFromEnvironment;
  return {
    apiUrl,
    webUrl: withoutTrailingSlash(its?.webUrl ?? webUrlOf(apiUrl)),
    auth:
      its?.app !== undefined
        ? {
            kind: "app",
            appId: String(its.app.id),
            // A variable in a .env file often has its line breaks written out.
            privateKey: its.app.privateKey.replaceAll("\\n", "\n"),
            installationId: Number(its.app.installation),
          }
        : token === null
          ? null
          : { kind: "token", token },
    writeIntervalMs: milliseconds(its?.writeInterval, "1s"),
  };
}

/** Two levels deep, and three for environments. */
function pathsSaid(map: ServiceMap): readonly string[] {
  const within = (path: string, value: unknown): readonly string[] =>
    typeof value !== "object" || value === null || Array.isArray(value)
      ? []
      : Object.entries(value).flatMap(([name, its]: [string, unknown]) =>
          its === undefined ? [] : [`${path}${name}`],
        );
  return [
    ...within("", map),
    ...Object.entries(map).flatMap(([name, value]) => within(`${name}.`, value)),
    ...Object.entries(map.environments).flatMap(([name, its]) => within(`environments.${name}.`, its)),
  ];
}

/** `https://github.com` for GitHub's own API; a GitHub Enterprise server answers both on one host. */
function webUrlOf(apiUrl: string): string {
  const { protocol, host } = new URL(apiUrl);
  return `${protocol}//${host === "api.github.com" ? "github.com" : host}`;
}

function milliseconds(text: string | undefined, otherwise: string): number {
  return parseDuration(text ?? otherwise) ?? 0;
}

function withoutTrailingSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

function repositoryName(text: string): RepositoryName {
  const [owner = "", name = ""] = text.split("/");
  return `${owner}/${name}`;
}

/** Names from log text are looked up in it, and one of them may be "constructor". */
function withoutPrototype<T>(
  entries: readonly (readonly [ServiceName | Environment, T])[],
): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}
