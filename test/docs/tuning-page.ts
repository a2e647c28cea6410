import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";

export const tuningFolder = resolve(import.meta.dirname, "..", "..", "docs", "tuning");

/** One adjustment of docs/tuning.md. */
export interface Adjustment {
  readonly title: string;
  /** File of the entries, in docs/tuning/. */
  readonly input: string;
  /** What is added to the service map. */
  readonly yaml: string;
  /** What the page says that `explain` prints before. */
  readonly before: string;
  /** What of it changes, with `-` and `+` in front. */
  readonly change: string;
}

/** The page's sections with a number. */
export function adjustmentsOf(page: string): readonly Adjustment[] {
  return page
    .split(/\n(?=## \d)/)
    .slice(1)
    .map((section) => {
      const block = (language: string) =>
        new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\n\`\`\``).exec(section)?.[1] ?? `no ${language} block`;
      return {
        title: section.split("\n", 1)[0]?.slice(3) ?? "",
        input: /< docs\/tuning\/(\S+)/.exec(section)?.[1] ?? "no input",
        yaml: block("yaml"),
        before: block("text"),
        change: block("diff"),
      };
    });
}

/** The service map of before, with an adjustment. */
export function adjustedMap(yaml: string): string {
  const before = parse(readFileSync(join(tuningFolder, "service-map.yaml"), "utf8")) as unknown;
  return stringify(merged(before, parse(yaml)));
}

function merged(one: unknown, other: unknown): unknown {
  if (!isMapping(one) || !isMapping(other)) return other;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries(
    [...keys].map((key) => [key, Object.hasOwn(other, key) ? merged(one[key], other[key]) : one[key]]),
  );
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Lines that only one of two texts has, in their order. */
export function lineChanges(before: string, after: string): string {
  const one = before.trimEnd().split("\n");
  const other = after.trimEnd().split("\n");
  const lengths = one.map(() => other.map(() => 0));
  const at = (row: number, column: number): number => lengths[row]?.[column] ?? 0;
  for (let row = one.length - 1; row >= 0; row--) {
    for (let column = other.length - 1; column >= 0; column--) {
      const list = lengths[row];
      if (list === undefined) continue;
      list[column] =
        one[row] === other[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const changes: string[] = [];
  let row = 0;
  let column = 0;
  while (row < one.length || column < other.length) {
    if (row < one.length && one[row] === other[column]) {
      row++;
      column++;
    } else if (row < one.length && (column >= other.length || at(row + 1, column) >= at(row, column + 1))) {
      changes.push(`-${one[row++]}`);
    } else changes.push(`+${other[column++]}`);
  }
  return changes.join("\n");
}
