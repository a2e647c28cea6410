/**
 * `npm run bench`: what it costs, as ratios against a baseline of the same run, so that figures of different machines can be compared. Each part runs in
 * a process of its own, one after the other. The exit code is 0 also where a target is missed: a slow machine is no mistake.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { join } from "node:path";
import { type Figure, figureLine } from "./figure.ts";

const partMsMax = 240_000;
interface Part {
  readonly name: string;
  readonly flags: readonly string[];
}

const parts: readonly Part[] = [
  { name: "start", flags: [] },
  { name: "poll", flags: [] },
  { name: "flood", flags: [] },
  // V8 gives new objects up to 128 MB where the machine has memory enough; docs/benchmarks.md tells how to ask it for less.
  { name: "flood", flags: ["--max-semi-space-size=8", "--heap-growing-percent=50"] },
  { name: "grouping", flags: [] },
  { name: "explain", flags: [] },
  { name: "queue", flags: [] },
  { name: "gather", flags: [] },
  { name: "forward", flags: [] },
  { name: "sandbox", flags: [] },
];
const asked = process.argv.slice(2);

process.stdout.write(
  `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}\n`,
);
for (const { name, flags } of parts.filter((part) => asked.length === 0 || asked.includes(part.name))) {
  const child = fork(join(import.meta.dirname, `${name}.part.ts`), [], { execArgv: [...flags], timeout: partMsMax });
  child.on("message", (figure) => process.stdout.write(`${figureLine(figure as Figure)}\n`));
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  if (code !== 0) process.stdout.write(`${name.padEnd(52)} not measured: it ended with ${signal ?? code}\n`);
}
