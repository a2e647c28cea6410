import { ownValue } from "../domain/own-value.ts";
import type { Config } from "./config.ts";
import type { ProcessRole } from "./process-role.ts";
import { isUnprotected } from "./redis-url.ts";
import type { ServiceMap } from "./service-map-schema.ts";

/** Whole sentences about what is allowed but probably not meant. */
export function findWarnings(
  map: ServiceMap,
  config: Omit<Config, "digest" | "warnings">,
  role: ProcessRole,
): readonly string[] {
  const warnings: string[] = [];
  for (const [name, environment] of Object.entries(map.environments)) {
    const at = `environments.${name}`;
    const isWriter = role !== "hands";
    const mode = ownValue(config.environments, name)?.mode ?? "dry-run";
    if (isWriter && mode !== "dry-run" && config.github.auth === null) {
      warnings.push(
        `${at}.mode is \`${mode}\`, but there is no GitHub token, so no issue can be filed. Set GITHUB_TOKEN or GITHUB_TOKEN_FILE.`,
      );
    }
    if (environment.tempo === undefined) {
      warnings.push(`${at} has no \`tempo\`, so its issues are written without a trace.`);
    }
  }
  for (const [name, service] of Object.entries(map.services ?? {})) {
    warnAboutSettings(`services.${name}.sandbox`, service.sandbox, warnings);
    warnAboutUnused(`services.${name}`, service, ["owner"], warnings);
  }
  if (role !== "hands" && config.telegram !== null && config.telegram.token === null) {
    warnings.push(
      "there is a section `telegram`, but no token of a bot, so no chat is read or told. Set TELEGRAM_BOT_TOKEN or TELEGRAM_BOT_TOKEN_FILE.",
    );
  }
  if (role === "hands" && config.model === null && map.model?.name !== "none") {
    warnings.push(
      "these hands have no key for the model, so what they investigate is told without a root cause. Set ANTHROPIC_API_KEY or ANTHROPIC_API_KEY_FILE.",
    );
  }
  if (config.redisUrl !== null && isUnprotected(config.redisUrl)) {
    warnings.push(
      "REDIS_URL leads to a public address without TLS, and orders hold log text. Use `rediss://`, or a private network.",
    );
  }
  const { incidentUsd, dayUsd } = config.budget;
  if (config.model !== null && incidentUsd > dayUsd) {
    warnings.push(
      `budget.incident (${incidentUsd}) is above budget.day (${dayUsd}), so no incident ever gets a model. Lower the first or raise the second.`,
    );
  }
  return warnings;
}

/** Whole folders of build tools, beside whose caches are settings with passwords in them. */
const withSettings: readonly (readonly [form: RegExp, file: string, instead: string])[] = [
  [/(?:^|\/)\.gradle\/?$/, "gradle.properties", "`.gradle/caches/modules-2` and `.gradle/wrapper`"],
  [/(?:^|\/)\.m2\/?$/, "settings.xml", "`.m2/repository`"],
];

function warnAboutSettings(
  at: string,
  sandbox: NonNullable<ServiceMap["services"]>[string]["sandbox"],
  warnings: string[],
): void {
  for (const path of [...(sandbox?.readOnly ?? []), ...(sandbox?.writableCopies ?? [])]) {
    for (const [form, file, instead] of withSettings) {
      if (form.test(path))
        warnings.push(
          `${at} shows tests \`${path}\`, and with it ${file}, where passwords may stand. Name ${instead}.`,
        );
    }
  }
}

function warnAboutUnused(at: string, holder: object, keys: readonly string[], warnings: string[]): void {
  for (const key of keys.filter((one) => Object.hasOwn(holder, one))) {
    warnings.push(`${at}.${key} is not used by this version.`);
  }
}
