import { readFileSync, writeFileSync } from "node:fs";
import type { SmallWorld } from "./small-world.ts";

/** Edits the service map as its owner would. */
export function editServiceMap({ configFile }: SmallWorld, from: string, to: string): void {
  const text = readFileSync(configFile, "utf8");
  if (!text.includes(from)) throw new Error(`the service map does not hold ${from}`);
  writeFileSync(configFile, text.replace(from, to));
}
