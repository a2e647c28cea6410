/**
 * `node bench/analysis.ts`: tokens and money of one analysis with the scripted model, over the cases that come with the product. The stand-in computes usage from
 * the bytes of each request against earlier prefixes that ended in a cache mark. What it says of right and wrong is of the script, not of any model.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { knownPrices } from "../src/config/prices.ts";
import { startModel } from "../src/demo/model/server.ts";
import { main } from "../src/main/cli.ts";

const folder = mkdtempSync(join(tmpdir(), "error-autopilot-analysis-"));
const cases = join(folder, "cases");
const server = await startModel();
process.env["ANTHROPIC_API_KEY"] = "key-of-the-stand-in";
process.env["ANTHROPIC_BASE_URL"] = server.url;
try {
  await main(["eval", cases, "--make"]);
  process.exitCode = await main([
    ...["eval", cases, "--state", join(folder, "state")],
    ...["--model", "claude-sonnet-5-5", "claude-opus-5-5", "--budget", "4"],
  ]);
  for (const [name, { input, output, cacheRead, cacheWrite }] of Object.entries(knownPrices)) {
    process.stdout.write(
      `${name}: $${input} in, $${output} out, $${cacheRead} read, $${cacheWrite} written (per million)\n`,
    );
  }
} finally {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}
