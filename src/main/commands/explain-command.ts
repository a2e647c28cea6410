import { existsSync } from "node:fs";
import { defaultServiceLabels } from "../../config/build-config.ts";
import type { Config } from "../../config/config.ts";
import { type ReadingConfig, readingRulesOf } from "../../config/reading-rules-of.ts";
import type { ErrorEntry } from "../../domain/error-entry.ts";
import type { RepositoryHit } from "../../domain/json.ts";
import { ownValue } from "../../domain/own-value.ts";
import { exitCodes, type Io } from "../io.ts";
import { type CommonOptions, loadSettings } from "../setting.ts";
import { systemClock } from "../system-clock.ts";
import { runExplain } from "./explain.ts";

/** As if an empty service map were there. */
const withoutServiceMap: ReadingConfig = {
  environments: {},
  services: {},
  serviceLabels: defaultServiceLabels,
  ignore: [],
  formats: [],
};
const forms = ["loki", "entries", "lines", "auto"] as const;

/** `explain`: with the service map where there is one; it needs none. */
export async function explainCommand(
  options: CommonOptions & { readonly input: string; readonly isConfigNamed: boolean },
  io: Io,
): Promise<number> {
  if (options.input === "alert") return explainAlertCommand(options, io);
  const input = forms.find((form) => form === options.input);
  if (input === undefined) {
    io.stderr(`--input "${options.input}" is no form of input; use one of ${forms.join(", ")}, alert.\n`);
    return exitCodes.wrongUsage;
  }
  const config: ReadingConfig =
    options.isConfigNamed || existsSync(options.config) ? await loadSettings(options) : withoutServiceMap;
  // Raw lines have no time, so what has ended is left out by today's date.
  const ignore = config.ignore.filter(({ untilMs }) => untilMs > systemClock.nowMs());
  const rules = readingRulesOf({ ...config, ignore }, null);
  return runExplain({ json: options.json, input }, rules, (entry) => repositoryHit(entry, config.services), io);
}

async function explainAlertCommand(
  options: CommonOptions & { readonly isConfigNamed: boolean },
  io: Io,
): Promise<number> {
  const config = options.isConfigNamed || existsSync(options.config) ? await loadSettings(options) : null;
  const [{ explainAlert }, { alertRulesOf }] = await Promise.all([
    import("./explain-alert.ts"),
    import("../alert-rules.ts"),
  ]);
  const rules = alertRulesOf(config ?? withoutServiceMap, config?.telegram?.patterns ?? []);
  return explainAlert(options.json, rules, systemClock.nowMs(), io);
}

/** The repository of the entry's service, and the innermost own frame as the entry names it. */
function repositoryHit(entry: ErrorEntry, services: Config["services"]): RepositoryHit | null {
  const its = entry.service === null ? undefined : ownValue(services, entry.service);
  if (its === undefined) return null;
  const frame = entry.exceptions
    .toReversed()
    .flatMap((exception) => exception.frames)
    .find((each) => each.isOwn);
  return { name: its.repository, file: frame?.file ?? null, line: frame?.line ?? null };
}
