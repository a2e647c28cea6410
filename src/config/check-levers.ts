import { formatGroups } from "../domain/levers.ts";
import { parseLineMatcher, patternsOf } from "../domain/line-matcher.ts";
import { endOf } from "./build-levers.ts";
import { findPatternMistake, patternUses } from "./check-patterns.ts";
import { nearestName } from "./nearest-name.ts";
import type { ServiceMap } from "./service-map-schema.ts";
import type { Path, Report } from "./yaml-source.ts";

/** Reports what a form alone does not show: days that there are not, matchers that cannot be read, expressions that could become slow, thresholds that say nothing. */
export function checkLevers(map: ServiceMap, report: Report): void {
  for (const [index, { until, match }] of (map.ignore ?? []).entries()) {
    const path = ["ignore", index];
    if (endOf(until) === null) report([...path, "until"], "is a day that there is not. Write one of the calendar.");
    const mistake = match === undefined ? null : findMatcherMistake(match);
    if (mistake !== null) report([...path, "match"], mistake);
  }
  for (const [index, pattern] of (map.formats ?? []).entries()) {
    const mistake = findFormatMistake(pattern);
    if (mistake !== null) report(["formats", index], mistake);
  }
  for (const [kind, holders] of [
    ["environments", map.environments],
    ["services", map.services ?? {}],
  ] as const) {
    for (const [name, { threshold }] of Object.entries(holders)) checkThreshold(threshold, [kind, name], report);
  }
}

function findMatcherMistake(match: string): string | null {
  const matcher = parseLineMatcher(match);
  if (typeof matcher === "string") return matcher;
  for (const pattern of patternsOf(matcher)) {
    const mistake = findPatternMistake(pattern.replace(/^\(\?[imsU-]+\)/, ""), patternUses.filter);
    if (mistake !== null) return `holds an expression (\`${pattern}\`) that ${mistake}`;
  }
  return null;
}

function findFormatMistake(pattern: string): string | null {
  const known: readonly string[] = formatGroups;
  const named = [...pattern.matchAll(/\(\?<([A-Za-z_$][\w$]*)>/g)].map(([, name = ""]) => name);
  const unknown = named.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const near = nearestName(unknown, known);
    return `names a group \`${unknown}\`, which means nothing here. ${near === null ? "" : `Did you mean \`${near}\`? `}Known are ${known.map((one) => `\`${one}\``).join(", ")}.`;
  }
  if (!named.includes("message"))
    return "names no group `message`, so nobody would know what a line says. Add `(?<message>.*)`.";
  return findPatternMistake(pattern, patternUses.format);
}

function checkThreshold(
  threshold: ServiceMap["environments"][string]["threshold"],
  holder: Path,
  report: Report,
): void {
  if (threshold === undefined) return;
  const path = [...holder, "threshold"];
  if (threshold.entries === undefined && threshold.age === undefined) {
    report(path, "says neither how many `entries` nor what `age`, so nothing would wait. Add one, or remove it.");
  }
  if (threshold.within !== undefined && threshold.entries === undefined) {
    report([...path, "within"], "has no `entries` to count. Add `entries`, or remove it.");
  }
}
