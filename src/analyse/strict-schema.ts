import { z } from "zod";

/** JSON Schema as structured outputs take it: every property required, no others, "or null" as `anyOf`. Bounds on numbers and lengths must not be in it; we check those ourselves. */
export function strictSchema(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    override({ jsonSchema }) {
      // What may be left out of an answer is for who reads it; the model always says it.
      delete jsonSchema.default;
      const { type } = jsonSchema as { type?: unknown };
      if (!Array.isArray(type)) return;
      delete jsonSchema.type;
      jsonSchema.anyOf = type.map((one) => ({ type: one as "string" | "null" }));
    },
  });
  return json;
}
