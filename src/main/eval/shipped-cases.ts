import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { knownAnswer } from "./eval-case.ts";

const shippedProgram = z.strictObject({
  /** Prefixes of its own frames. */
  own: z.array(z.string()),
  cases: z.record(
    z.string(),
    z.strictObject({
      /** The commit that was deployed when it failed. */
      at: z.string(),
      seenAt: z.iso.datetime(),
      /** Log entries of one error, as they were shipped. */
      entries: z.array(
        z.strictObject({ timestampNs: z.string(), labels: z.record(z.string(), z.string()), line: z.string() }),
      ),
      answer: knownAnswer,
    }),
  ),
});

/** A program of ours whose failures were recorded: what it wrote, the right answers, and its repository as `git fast-import` reads it. */
export type ShippedProgram = z.output<typeof shippedProgram> & { readonly name: string; readonly history: string };

const shippedFolder = join(import.meta.dirname, "..", "..", "..", "cases");

/** What comes with the product, by name. */
export function readShippedCases(folder = shippedFolder): readonly ShippedProgram[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => {
      const name = file.slice(0, -".json".length);
      const read = (ending: string) => readFileSync(join(folder, `${name}${ending}`), "utf8");
      return { name, history: read(".history"), ...shippedProgram.parse(JSON.parse(read(".json"))) };
    });
}
