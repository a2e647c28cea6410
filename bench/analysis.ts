/**
 * `node bench/analysis.ts`: tokens and money of one analysis with the scripted model, over the cases that come with the product. The stand-in computes usage from
 * the bytes of each request against earlier prefixes that ended in a cache mark. Twice: one case right after another, so that what all of them begin with is still
 * in the cache, and each alone, so long after the one before it that nothing is. What it says of right and wrong is of the script, not of any model.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { knownPrices } from "../src/config/prices.ts";
import { detect } from "../src/demo/model/detective.ts";
import { startModel } from "../src/demo/model/server.ts";
import { evalCommand } from "../src/main/commands/eval-command.ts";

/** Between two calls of a conversation, as a model that thinks would take. */
const answerMs = 20_000;
const hourMs = 3_600_000;

const folder = mkdtempSync(join(tmpdir(), "error-autopilot-analysis-"));
const cases = join(folder, "cases");
let nowMs = Date.UTC(2026, 0, 10);
const server = await startModel({
  clock: { nowMs: () => nowMs },
  script(request) {
    nowMs += answerMs;
    return detect(request);
  },
});
process.env["ANTHROPIC_API_KEY"] = "key-of-the-stand-in";
process.env["ANTHROPIC_BASE_URL"] = server.url;
try {
  await ask("", { isMaking: true, betweenMs: 0 });
  await ask("One right after another", { isMaking: false, betweenMs: 0 });
  await ask("Each alone", { isMaking: false, betweenMs: hourMs + 1 });
  for (const [name, { input, output, cacheRead, cacheWrite }] of Object.entries(knownPrices)) {
    process.stdout.write(
      `${name}: $${input} in, $${output} out, $${cacheRead} read, $${cacheWrite} written (per million)\n`,
    );
  }
} finally {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}

/** @param given.betweenMs after a case until the next one begins */
async function ask(title: string, given: { readonly isMaking: boolean; readonly betweenMs: number }): Promise<void> {
  nowMs += hourMs + 1;
  const code = await evalCommand(
    cases,
    {
      ...{
        config: "",
        state: join(folder, `state ${title}`),
        json: false,
        isMaking: given.isMaking,
        isConfigNamed: false,
      },
      ...{ models: ["claude-sonnet-5-5", "claude-opus-5-5"], prompts: [], budgetUsd: 9 },
      ...{ record: null, conversation: null },
      results: join(folder, `${title}.ndjson`),
    },
    {
      stdin: process.stdin,
      stdout: (text) => void process.stdout.write(given.isMaking ? "" : `${title}: ${text}`),
      // It tells of each case when that is done.
      stderr: () => {
        nowMs += given.betweenMs;
      },
    },
  );
  if (code !== 0) throw new Error(`eval ended with ${code}.`);
}
