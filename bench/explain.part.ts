/** How much `explain --json` reads in a second, from standard input to the last line. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figure } from "./figure.ts";
import { createWorkload, lokiAnswer } from "./workload.ts";

const entries = 20_000;
const bin = join(import.meta.dirname, "..", "bin", "error-autopilot.mjs");

const workload = createWorkload({ seed: 3, minutes: 4, onlyErrors: false });
const answer = lokiAnswer(workload.entries({ first: 0, end: entries }));
const begun = performance.now();
const child = spawn(process.execPath, [bin, "explain", "--json", "--input", "loki"], {
  stdio: ["pipe", "pipe", "inherit"],
  // Away from any service map.
  cwd: tmpdir(),
});
child.stdin.end(answer);
let lines = 0;
child.stdout.on("data", (chunk: Buffer) => {
  for (const byte of chunk) if (byte === 10) lines++;
});
await once(child, "close");
const tookMs = performance.now() - begun;
if (lines !== entries) throw new Error(`explain printed ${lines} lines for ${entries} entries.`);
const figure: Figure = {
  name: "explain --json",
  value: (entries / tookMs) * 1_000,
  unit: "entries/s",
  target: null,
  because: `${entries.toLocaleString("en")} entries of ${(answer.length / 1e6).toFixed(1)} MB in ${(tookMs / 1_000).toFixed(1)} s, the start of the process included`,
};
process.send?.(figure);
