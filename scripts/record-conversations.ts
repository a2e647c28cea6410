/**
 * Writes `test/fixtures/conversations/*.ndjson`: what the loop says to the scripted model of `src/demo/model`, and what that answers. Run it when a tool, a schema
 * or our words in a conversation changed, and read the difference. No real model is asked.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { openRecorder, recordModel } from "../src/adapters/anthropic/record-model.ts";
import { analysed, caseIn, recordedCases } from "../test/analyse/recorded-cases.ts";
import { openWorld } from "../test/analyse/world.ts";

const folder = join(import.meta.dirname, "..", "test", "fixtures", "conversations");
/** The same again gives the same files. */
const atMs = Date.UTC(2026, 2, 1, 3);

for (const each of recordedCases) {
  const file = join(folder, `${each.name}.ndjson`);
  rmSync(file, { force: true });
  const world = await openWorld({ script: each.script, faults: each.faults });
  world.server.faults.always = each.always;
  try {
    const recorder = openRecorder(file, "the scripted model of src/demo/model, no real one", () => atMs);
    const lost = (sentence: string) => {
      throw new Error(sentence);
    };
    const model = recordModel(world.model, recorder, () => atMs, lost);
    const { attempts } = await analysed(world, each, { ...(await caseIn(world)), model });
    console.log(`${each.name}: ${world.server.requests.length} requests, ${attempts} attempts`);
  } finally {
    await world.close();
  }
}
