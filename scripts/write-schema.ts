import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { editorSchemaText } from "../src/config/editor-schema.ts";

const path = fileURLToPath(new URL("../service-map.schema.json", import.meta.url));
writeFileSync(path, editorSchemaText());
console.log(`wrote ${path}`);
