import { basename } from "node:path";
import type { Config } from "../config/config.ts";
import type { Setting } from "../jobs/handles/answer-means.ts";

/** What a person asks for first: what holds, and who says so. Without secrets. */
export function toldSettings(config: Config): readonly Setting[] {
  const { budget, flood, concurrency, everyMs, language, model, telegram, said } = config;
  const map = basename(config.path);
  const from = (path: string) => (said.has(path) ? map : "default");
  const environments = Object.entries(config.environments).flatMap(([name, its]) => [
    { name: `${name}: mode`, value: its.mode, from: from(`environments.${name}.mode`) },
    { name: `${name}: query`, value: its.loki.query, from: map },
  ]);
  return [
    ...environments,
    { name: "budget.incident", value: `$${budget.incidentUsd.toFixed(2)}`, from: from("budget.incident") },
    { name: "budget.day", value: `$${budget.dayUsd.toFixed(2)}`, from: from("budget.day") },
    { name: "flood.issuesPerRun", value: String(flood.issuesPerRun), from: from("flood.issuesPerRun") },
    { name: "flood.issuesPerDay", value: String(flood.issuesPerDay), from: from("flood.issuesPerDay") },
    { name: "every", value: `${Math.round(everyMs / 1000)} s`, from: from("every") },
    { name: "concurrency", value: String(concurrency), from: from("concurrency") },
    { name: "language", value: language, from: from("language") },
    model === null
      ? { name: "model", value: "none", from: "no key of the model is set" }
      : { name: "model.name", value: model.name, from: from("model.name") },
    ...(telegram === null
      ? []
      : [{ name: "telegram.urgent", value: `${telegram.urgentMsMax / 60_000} min`, from: from("telegram.urgent") }]),
    config.redisUrl === null
      ? { name: "queue", value: "embedded", from: "REDIS_URL is not set" }
      : { name: "queue", value: "Redis", from: "REDIS_URL" },
    { name: "digest", value: config.digest.slice(0, 12), from: map },
  ];
}
