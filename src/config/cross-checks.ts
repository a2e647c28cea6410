import { namesOf, priceOf } from "./build-model.ts";
import { checkTelegram } from "./build-telegram.ts";
import { parseDuration } from "./duration.ts";
import { findQueryMistake } from "./log-query.ts";
import { nearestName } from "./nearest-name.ts";
import { knownPrices } from "./prices.ts";
import { referencePattern } from "./reference.ts";
import type { ServiceMap } from "./service-map-schema.ts";
import type { Path, Report } from "./yaml-source.ts";

/** Less would leave out what Loki itself takes in: services log late, and storage shows it later. */
const auditHorizonMsMin = 86_400_000;

/** What can only be judged from several values together, or needs more than a pattern. */
export function crossCheck(map: ServiceMap, report: Report): void {
  for (const [name, environment] of Object.entries(map.environments)) {
    const below = ["environments", name];
    checkServer(environment.loki.url, [...below, "loki", "url"], "/loki/", report);
    checkLogin(environment.loki.auth, [...below, "loki", "auth"], report);
    const query = environment.loki.query;
    const mistake = query === undefined ? null : findQueryMistake(query);
    if (mistake !== null) report([...below, "loki", "query"], mistake);
    const horizonMs = parseDuration(environment.loki.auditHorizon ?? "") ?? 0;
    if (horizonMs > 0 && horizonMs < auditHorizonMsMin) {
      report([...below, "loki", "auditHorizon"], "must be `24h` or more, or `0s` to count nothing again.");
    }
    if (environment.tempo === undefined) continue;
    checkServer(environment.tempo.url, [...below, "tempo", "url"], "/api/", report);
    checkLogin(environment.tempo.auth, [...below, "tempo", "auth"], report);
  }
  checkNames(map, report);
  for (const [name, service] of Object.entries(map.services ?? {})) {
    if (service.under?.split("/").includes("..")) {
      report(["services", name, "under"], "must stay inside the repository. Write the folder without `..`.");
    }
  }
  if (map.github?.apiUrl !== undefined) checkServer(map.github.apiUrl, ["github", "apiUrl"], null, report);
  if (map.github?.token !== undefined && map.github.app !== undefined) {
    report(["github", "app"], "stands beside `token`, and only one of them can be used. Remove the other.");
  }
  const key = map.github?.app?.privateKey;
  if (key !== undefined && !key.includes("-----BEGIN ") && !referencePattern.test(key)) {
    report(
      ["github", "app", "privateKey"],
      "is not a PEM file. Give the whole file that GitHub made, with its BEGIN and END lines.",
    );
  }
  if (map.telegram?.apiUrl !== undefined) checkServer(map.telegram.apiUrl, ["telegram", "apiUrl"], null, report);
  checkTelegram(map, report);
  checkModel(map, report);
  checkRepair(map, report);
}

function checkServer(url: string, path: Path, ownPath: string | null, report: Report): void {
  if (!URL.canParse(url)) return;
  const { username, pathname } = new URL(url);
  if (username !== "")
    report(path, "holds a login, which error messages would print. Move it to `auth: { user, password }`.");
  if (ownPath !== null && `${pathname}/`.includes(ownPath)) {
    report(path, `must be the server's address alone. Remove the path from \`${ownPath.replace(/\/$/, "")}\` on.`);
  }
}

function checkLogin(
  auth:
    | {
        readonly user?: string | undefined;
        readonly password?: string | undefined;
        readonly token?: string | undefined;
      }
    | undefined,
  path: Path,
  report: Report,
): void {
  if (auth === undefined) return;
  const isBasic = auth.user !== undefined && auth.password !== undefined && auth.token === undefined;
  const isBearer = auth.token !== undefined && auth.user === undefined && auth.password === undefined;
  if (!isBasic && !isBearer) report(path, "must have either `user` and `password`, or `token` alone.");
}

/** Every name under which a service is seen must lead to one service; letters' case does not count when names are looked up. */
function checkNames(map: ServiceMap, report: Report): void {
  const takenBy = new Map<string, string>();
  for (const name of Object.keys(map.services ?? {})) {
    const other = takenBy.get(name.toLowerCase());
    if (other !== undefined)
      report(["services", name], `is the same name as \`${other}\` but for its case. Keep one of the two.`);
    takenBy.set(name.toLowerCase(), name);
  }
  const aliasOf = new Map<string, string>();
  for (const [name, service] of Object.entries(map.services ?? {})) {
    for (const [index, alias] of (service.aliases ?? []).entries()) {
      const path = ["services", name, "aliases", index];
      const owner = takenBy.get(alias.toLowerCase());
      const earlier = aliasOf.get(alias.toLowerCase());
      if (owner === name) report(path, `\`${alias}\` is the service's own name. Remove it here.`);
      else if (owner !== undefined)
        report(path, `\`${alias}\` is a service of its own. Remove the alias, or the service.`);
      else if (earlier !== undefined)
        report(path, `\`${alias}\` is already an alias of \`${earlier}\`. Keep it at one service.`);
      else aliasOf.set(alias.toLowerCase(), name);
    }
  }
}

function checkModel(map: ServiceMap, report: Report): void {
  const names = namesOf(map.model);
  for (const role of ["name", "strong", "small"] as const) {
    const name = names[role];
    if (name === null || map.model?.[role] === undefined) continue;
    const cure = `; for another one say what it costs in \`model.${role === "name" ? "price" : "prices"}\``;
    checkPrice(name, map.model, ["model", role], cure, report);
  }
  const reviewer = map.repair?.reviewModel;
  if (reviewer === undefined) return;
  const cure = "; for another one say what it costs in `model.prices`";
  checkPrice(reviewer, map.model, ["repair", "reviewModel"], cure, report);
}

function checkPrice(name: string, model: ServiceMap["model"], path: Path, cure: string, report: Report): void {
  if (priceOf(name, model) !== null) return;
  const known = Object.keys(knownPrices);
  const near = nearestName(name, known);
  report(
    path,
    `\`${name}\` has no known price, so no budget could hold. ${near === null ? "" : `Did you mean \`${near}\`? `}Known are ${known
      .map((one) => `\`${one}\``)
      .join(", ")}${cure}.`,
  );
}

/** A name in an exclusion that means nothing excludes nothing. */
function checkRepair(map: ServiceMap, report: Report): void {
  const services = Object.keys(map.services ?? {});
  for (const [index, name] of (map.repair?.exclude?.services ?? []).entries()) {
    if (services.includes(name)) continue;
    const near = nearestName(name, services);
    report(
      ["repair", "exclude", "services", index],
      `\`${name}\` is no service of this map, so nothing would be excluded. ${near === null ? "Write a name of `services`." : `Did you mean \`${near}\`?`}`,
    );
  }
}
