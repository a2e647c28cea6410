type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * OpenAPI 3.0 schemas as JSON Schema: `nullable` becomes "this, or null" (in GitHub's description it also stands where there is no `type`), and references
 * point into the document `base`. With `closed`, an object may only have the properties that are described: GitHub ignores others, but whoever sends
 * one believes that it does something.
 */
export function toJsonSchema(node: Json, base: string, closed: boolean): Json {
  if (Array.isArray(node)) return node.map((inner: Json) => toJsonSchema(inner, base, closed));
  if (node === null || typeof node !== "object") return node;
  const converted: Record<string, Json> = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === "nullable" && typeof value === "boolean") continue;
    if (key === "$ref" && typeof value === "string") {
      converted["$ref"] = value.replace("#/components/schemas/", `${base}#/definitions/`);
    } else if (key === "properties" && value !== null && typeof value === "object" && !Array.isArray(value)) {
      converted["properties"] = Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [name, toJsonSchema(inner, base, closed)]),
      );
    } else if (key === "enum") {
      converted["enum"] = value;
    } else {
      converted[key] = toJsonSchema(value, base, closed);
    }
  }
  if (closed && "properties" in converted && !("additionalProperties" in converted)) {
    converted["additionalProperties"] = false;
  }
  return "nullable" in node && node["nullable"] === true ? { anyOf: [converted, { type: "null" }] } : converted;
}

export type { Json };
