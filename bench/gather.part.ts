/** Evidence from a repository of 50,000 files and 30,000 commits, first by a process that knows nothing of it, then again; and from a trace of 20 MB. */
import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figure } from "./figure.ts";
import { median } from "./figure.ts";
import { failingFile, failingLine, makeLargeRepository } from "./large-repository.ts";

const size = { files: 50_000, commits: 30_000 };
const folder = mkdtempSync(join(tmpdir(), "error-autopilot-bench-"));
const path = join(folder, "shop.git");

export interface Gathered {
  readonly coldMs: number;
  readonly warmMs: number;
  readonly traceMs: number;
  readonly mostMb: number;
  readonly found: boolean;
}

try {
  await makeLargeRepository(path, size);
  const timed = (args: readonly string[]): number => {
    const begun = performance.now();
    execFileSync("git", [`--git-dir=${path}`, ...args], { stdio: ["ignore", "ignore", "inherit"], maxBuffer: 1e9 });
    return performance.now() - begun;
  };
  const child = fork(join(import.meta.dirname, "gather.child.ts"), [path, join(folder, "state")], {
    execArgv: ["--max-semi-space-size=8", "--heap-growing-percent=50"],
  });
  const ended = once(child, "exit").then(([code]) =>
    Promise.reject(new Error(`The measured process ended with ${code}.`)),
  );
  const [gathered] = (await Promise.race([once(child, "message"), ended])) as [Gathered];
  if (!gathered.found) throw new Error("The failing line was not found.");
  const grepMs = median([1, 2, 3].map(() => timed(["grep", "-c", "OrderTotals", "main"])));
  const blameMs = median(
    [1, 2, 3].map(() => timed(["blame", "-L", `${failingLine},${failingLine}`, "main", "--", failingFile])),
  );
  const made = `${size.files.toLocaleString("en")} files, ${size.commits.toLocaleString("en")} commits`;
  const figures: readonly Figure[] = [
    {
      name: "evidence of a large repository, cold",
      value: gathered.coldMs,
      unit: "ms",
      target: { kind: "at most", value: 2_000 },
      because: made,
    },
    {
      name: "the same again",
      value: gathered.warmMs,
      unit: "ms",
      target: { kind: "at most", value: 500 },
      because: "another failure in the same file",
    },
    {
      name: "its peak memory",
      value: gathered.mostMb,
      unit: "MB",
      target: { kind: "at most", value: 300 },
      because: "with the trace below",
    },
    {
      name: "evidence, cold : git grep of one word",
      value: gathered.coldMs / grepMs,
      unit: "×",
      target: null,
      because: `git grep ${grepMs.toFixed(0)} ms`,
    },
    {
      name: "evidence, cold : git blame of one line",
      value: gathered.coldMs / blameMs,
      unit: "×",
      target: null,
      because: `git blame ${blameMs.toFixed(0)} ms`,
    },
    {
      name: "evidence with a trace of 20 MB",
      value: gathered.traceMs,
      unit: "ms",
      target: null,
      because: "40,000 spans, without reading them from Tempo",
    },
  ];
  for (const figure of figures) process.send?.(figure);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
