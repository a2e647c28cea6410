import { z } from "zod";
import { serviceMapSchema } from "./service-map-schema.ts";

/** service-map.schema.json: what editors know of the service map. `npm run schema` writes it. */
export function editorSchemaText(): string {
  const schema = z.toJSONSchema(serviceMapSchema, { target: "draft-7", io: "input" });
  return `${JSON.stringify(schema, null, 2)}\n`;
}
