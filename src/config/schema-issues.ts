import { stringify } from "yaml";
import type { z } from "zod";
import { ownValue } from "../domain/own-value.ts";
import { nearestName } from "./nearest-name.ts";
import { referencePattern } from "./reference.ts";
import { formerSettings } from "./repair-schema.ts";
import { exampleOf, isRequiredAt, keysAt } from "./schema-walk.ts";
import type { Path, Report } from "./yaml-source.ts";

/**
 * Tells what the schema found in our own words, one mistake for each key.
 * @param written the value as it stands in the file, references unresolved: what came from the environment is never shown
 */
export function reportIssues(
  issues: readonly z.core.$ZodIssue[],
  root: z.core.$ZodType,
  written: unknown,
  report: Report,
  reportUnknownKey: Report,
): void {
  for (const issue of issues) {
    const path = issue.path.filter((segment) => typeof segment !== "symbol");
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) {
        const at = [...path, key];
        const former = ownValue(formerSettings, at.join("."));
        reportUnknownKey(at, former ?? describeUnknownKey(key, keysAt(root, path)));
      }
    } else {
      report(path, describeIssue(issue, path, root, valueAt(written, path)));
    }
  }
}

function describeIssue(issue: z.core.$ZodIssue, path: Path, root: z.core.$ZodType, value: unknown): string {
  const key = path.at(-1);
  const example = exampleOf(root, path);
  const shown = example === undefined || key === undefined ? null : `\`${exampleLine(key, example)}\``;
  if (issue.code === "invalid_key") return `must be ${issue.issues[0]?.message ?? "another name"}. Rename it.`;
  if (value === undefined && path.length === 0) return "is empty. Start from the example service-map.yaml.";
  if (value === undefined) return shown === null ? "is missing." : `is missing. Add it, for example ${shown}.`;
  if (value === null && path.length === 0) return "is empty. Start from the example service-map.yaml.";
  if (value === null) {
    const otherwise = isRequiredAt(root, path) ? "" : ", or remove the line";
    return `is empty. Fill it in${shown === null ? "" : `, for example ${shown}`}${otherwise}.`;
  }
  if (key === "query" && typeof value === "object") {
    return "must be text, and without quotes YAML reads { … } as a mapping. Put the query in single quotes.";
  }
  const near =
    issue.code === "invalid_value" && typeof value === "string" ? nearestName(value, issue.values.map(String)) : null;
  const cure = near !== null ? ` Did you mean \`${near}\`?` : shown === null ? "" : ` For example ${shown}.`;
  return `must be ${expectationOf(issue)}, and is ${describeValue(value)}.${cure}`;
}

function expectationOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type" && issue.message.startsWith("Invalid input")) {
    return issue.expected === "object" || issue.expected === "record"
      ? "a mapping (`key: value` lines)"
      : `of type ${issue.expected}`;
  }
  return issue.message;
}

function describeValue(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  const text = String(value);
  const [reference] = referencePattern.exec(text) ?? [];
  // What a variable holds may be a secret.
  if (reference !== undefined) return `what \`${reference}\` holds`;
  return `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\``;
}

function describeUnknownKey(key: string, known: readonly string[]): string {
  const near = nearestName(key, known);
  return near === null
    ? `is not known here. Remove it; known are ${known.map((name) => `\`${name}\``).join(", ")}.`
    : `is not known here. Did you mean \`${near}\`?`;
}

function exampleLine(key: string | number, example: unknown): string {
  const value = stringify(example, { collectionStyle: "flow", lineWidth: 0 }).trim();
  return typeof key === "number" ? `- ${value}` : `${key}: ${value}`;
}

function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const segment of path) {
    if (typeof current !== "object" || current === null) return undefined;
    current = Object.entries(current).find(([key]) => key === String(segment))?.[1];
  }
  return current;
}
