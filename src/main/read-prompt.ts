import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Our own words, beside the code. */
export function readPrompt(name: string): string {
  return readFileSync(join(import.meta.dirname, "..", "..", "prompts", name), "utf8");
}
