/** `error-autopilot run` with nothing new, as cron calls it, against an empty Node. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Figure, median } from "./figure.ts";
import { startLoki } from "./loki-process.ts";

const rounds = 21;
const bin = join(import.meta.dirname, "..", "bin", "error-autopilot.mjs");

const folder = mkdtempSync(join(tmpdir(), "error-autopilot-bench-"));
const loki = await startLoki({ seed: 1, minutes: 0, onlyErrors: false, isPrepared: false });
try {
  const config = join(folder, "service-map.yaml");
  writeFileSync(
    config,
    `environments:
  dev:
    mode: issue
    loki:
      url: ${loki.url}
      query: '{deployment_environment="dev"}'
    tempo:
      url: ${loki.url}
services:
  checkout:
    repository: acme/checkout
    path: ${folder}
    own: [com.acme]
  storefront:
    repository: acme/storefront
    path: ${folder}
`,
  );
  const run = [bin, "run", "--json", "--config", config, "--state", join(folder, "state")];
  // The first makes the state folder and fills the compile cache, as yesterday's runs have done.
  for (let warmUp = 0; warmUp < 3; warmUp++) await timeOf(run);
  const emptyMs: number[] = [];
  const runMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    emptyMs.push(await timeOf(["-e", "0"]));
    runMs.push(await timeOf(run));
  }
  const figure: Figure = {
    name: "run with nothing new : node -e 0",
    value: median(runMs) / median(emptyMs),
    unit: "×",
    target: { kind: "at most", value: 8 },
    because: `medians of ${rounds}: ${median(runMs).toFixed(0)} ms, ${median(emptyMs).toFixed(0)} ms; fastest ${Math.min(...runMs).toFixed(0)} ms, ${Math.min(...emptyMs).toFixed(0)} ms`,
  };
  process.send?.(figure);
} finally {
  loki.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function timeOf(args: readonly string[]): Promise<number> {
  const { GITHUB_TOKEN: _token, ANTHROPIC_API_KEY: _key, ...env } = process.env;
  const begun = performance.now();
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...env, GITHUB_TOKEN: "bench", ANTHROPIC_API_KEY: "bench" },
  });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`node ${args.join(" ")} ended with ${code}.`);
  return performance.now() - begun;
}
