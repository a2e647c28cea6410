import { z } from "zod";
import type { Path } from "./yaml-source.ts";

/** The schema's own example of what stands at a path; undefined where it has none. */
export function exampleOf(root: z.core.$ZodType, path: Path): unknown {
  const schema = schemaAt(root, path);
  const examples: unknown = schema === null ? undefined : z.globalRegistry.get(schema)?.examples;
  return Array.isArray(examples) ? examples[0] : undefined;
}

/** The keys that a mapping at a path may have; none where people choose them. */
export function keysAt(root: z.core.$ZodType, path: Path): readonly string[] {
  const schema = schemaAt(root, path);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** Whether the mapping around it must have this key. */
export function isRequiredAt(root: z.core.$ZodType, path: Path): boolean {
  const around = schemaAt(root, path.slice(0, -1));
  const inner = around instanceof z.ZodObject ? around.shape[String(path.at(-1))] : undefined;
  return inner !== undefined && !(inner instanceof z.ZodOptional);
}

/** Null where the schema does not go that far. */
function schemaAt(root: z.core.$ZodType, path: Path): z.core.$ZodType | null {
  let schema: z.core.$ZodType = unwrap(root);
  for (const segment of path) {
    let below: z.core.$ZodType | undefined;
    if (schema instanceof z.ZodObject) below = schema.shape[String(segment)];
    else if (schema instanceof z.ZodRecord) below = schema.valueType;
    else if (schema instanceof z.ZodArray) below = schema.element;
    if (below === undefined) return null;
    schema = unwrap(below);
  }
  return schema;
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;
}
