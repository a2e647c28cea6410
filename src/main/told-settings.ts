import type { Config } from "../config/config.ts";
import type { Setting } from "../jobs/handles/answer-means.ts";

const map = "service-map.yaml";

/** What a person asks for first, without secrets. */
export function toldSettings(config: Config): readonly Setting[] {
  const { budget, flood, concurrency, everyMs, language } = config;
  const environments = Object.entries(config.environments).flatMap(([name, its]) => [
    { name: `${name}: mode`, value: its.mode, from: its.mode === "dry-run" ? `${map}, or the default` : map },
    { name: `${name}: query`, value: its.loki.query, from: map },
  ]);
  return [
    ...environments,
    {
      name: "budget",
      value: `$${budget.incidentUsd} an incident, $${budget.dayUsd} a day`,
      from: `${map}, or the default`,
    },
    {
      name: "flood",
      value: `${flood.issuesPerRun} a run, ${flood.issuesPerDay} a day`,
      from: `${map}, or the default`,
    },
    { name: "every", value: `${Math.round(everyMs / 1000)} s`, from: `${map}, or the default` },
    { name: "concurrency", value: String(concurrency), from: `${map}, or the default` },
    { name: "language", value: language, from: `${map}, or the default` },
    {
      name: "model",
      value: config.model?.name ?? "none",
      from: config.model === null ? "no key" : `${map}, or the default`,
    },
    { name: "queue", value: config.redisUrl === null ? "embedded" : "Redis", from: "REDIS_URL" },
    { name: "digest", value: config.digest.slice(0, 12), from: config.path.split("/").at(-1) ?? map },
  ];
}
