import type { z } from "zod";
import { exampleOf, isRequiredAt } from "./schema-walk.ts";
import type { Path } from "./yaml-source.ts";

const roundsMax = 20;

/**
 * What is left when everything the schema refused is taken out, or replaced by the schema's example where it is required: so the rest can be looked at
 * too, and all mistakes come together. Null when nothing is left. Only for looking at: what was replaced is nobody's wish.
 */
export function parseWithoutMistakes<T extends z.ZodType>(schema: T, value: unknown): z.output<T> | null {
  const rest = structuredClone(value);
  for (let round = 0; round < roundsMax; round += 1) {
    const parsed = schema.safeParse(rest);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      const path = issue.path.filter((segment) => typeof segment !== "symbol");
      if (issue.code === "unrecognized_keys") for (const key of issue.keys) setAt(rest, [...path, key], undefined);
      else setAt(rest, path, isRequiredAt(schema, path) ? exampleOf(schema, path) : undefined);
    }
  }
  return null;
}

/** Removes where the value is undefined; does nothing where there is no such place any more. */
function setAt(root: unknown, path: Path, value: unknown): void {
  let holder: unknown = root;
  for (const segment of path.slice(0, -1)) holder = isKeyed(holder) ? holder[String(segment)] : undefined;
  if (!isKeyed(holder)) return;
  const key = String(path.at(-1));
  if (value !== undefined) holder[key] = value;
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

function isKeyed(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
