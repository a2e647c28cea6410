import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import type { AttackResult } from "../test/attacks/attack-result.ts";
import { type AttackName, attacks } from "../test/attacks/attacks.ts";
import { repeat, runAttack } from "../test/attacks/run-attack.ts";
import { failedSeeds } from "../test/attacks/seeds.ts";

/**
 * Every attack of `test/attacks/` with many seeds: `npm run soak -- --seeds 1000 [--only NAME] [--from N]`, or one of them again with
 * `--seed N --only NAME`. Seeds that failed once come first. `--progress N` prints the figures after each N seeds. Prints what was thrown and what was found; exits with 1 when something was.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    from: { type: "string", default: "0" },
    seed: { type: "string" },
    only: { type: "string" },
    /** Figures so far after each so many seeds. */
    progress: { type: "string", default: "100" },
    /** Set for the child processes that share the work: no figures, one line of JSON a seed to the parent. */
    job: { type: "boolean", default: false },
  },
});

interface Job {
  readonly name: AttackName;
  readonly seed: number;
}

if (values.job) {
  process.on("message", (job: Job) => {
    runAttack(job.name, job.seed).then((result) => process.connected && process.send?.(result));
  });
  // Whoever asked is gone, and nobody wants the rest.
  process.on("disconnect", () => process.exit());
} else {
  process.exitCode = await soak(jobsOf(chosenNames()));
}

function chosenNames(): readonly AttackName[] {
  const names = Object.keys(attacks) as AttackName[];
  if (values.only === undefined) return names;
  const only = names.filter((name) => name === values.only);
  if (only.length === 0) throw new Error(`There is no attack "${values.only}"; there are: ${names.join(", ")}.`);
  return only;
}

function jobsOf(names: readonly AttackName[]): readonly Job[] {
  const from = wholeNumber(values.seed ?? values.from);
  const count = values.seed === undefined ? wholeNumber(values.seeds) : 1;
  const failed = values.seed === undefined ? failedSeeds : null;
  return names.flatMap((name) => {
    const seeds = new Set([...(failed?.[name] ?? []), ...Array.from({ length: count }, (_, index) => from + index)]);
    return [...seeds].map((seed) => ({ name, seed }));
  });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`"${text}" is no whole number of seeds.`);
  return value;
}

/** @returns the exit code */
async function soak(jobs: readonly Job[]): Promise<number> {
  const startedAtMs = performance.now();
  const waiting = [...jobs];
  const progress = wholeNumber(values.progress);
  const results: (Job & AttackResult)[] = [];

  /** A process of its own takes one job after the other, so that one that dies takes no other with it. */
  async function work(): Promise<void> {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      const child = fork(import.meta.filename, ["--job"], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
      while (job !== undefined) {
        const result = await answerOf(child, job);
        results.push({ ...job, ...result });
        for (const finding of result.findings) console.log(`FOUND ${job.name} ${job.seed}: ${finding}`);
        if (result.findings.length > 0) console.log(`  again: ${repeat(job.name, job.seed)}`);
        if (results.length % progress === 0 && results.length < jobs.length)
          report(results, performance.now() - startedAtMs);
        if (!child.connected) break;
        job = waiting.shift();
      }
      child.kill();
    }
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      report(results, performance.now() - startedAtMs);
      const done = new Set(results.map(nameOf));
      const next = jobs.find((job) => !done.has(nameOf(job)));
      if (next !== undefined) console.log(`stopped; go on with --only ${next.name} --from ${next.seed}`);
      process.exit(1);
    });
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), jobs.length) }, work));
  report(results, performance.now() - startedAtMs);
  return results.some(({ findings }) => findings.length > 0) ? 1 : 0;
}

function nameOf({ name, seed }: Job): string {
  return `${name} ${seed}`;
}

function answerOf(child: ReturnType<typeof fork>, job: Job): Promise<AttackResult> {
  return new Promise((resolve) => {
    const onExit = (code: number | null, signal: string | null): void =>
      resolve({ findings: [`the process ended with ${code ?? signal}`], figures: {} });
    child.once("exit", onExit);
    child.once("message", (result) => {
      child.off("exit", onExit);
      resolve(result as AttackResult);
    });
    child.send(job);
  });
}

function report(results: readonly (Job & AttackResult)[], tookMs: number): void {
  for (const [name, its] of Map.groupBy(results, (result) => result.name)) {
    const sums = new Map<string, number>();
    for (const [figure, value] of its.flatMap(({ figures }) => Object.entries(figures))) {
      sums.set(figure, (sums.get(figure) ?? 0) + value);
    }
    const figures = [...sums].map(([figure, sum]) => `${sum} ${figure}`);
    const failed = its.filter(({ findings }) => findings.length > 0).map(({ seed }) => seed);
    const end = failed.length === 0 ? "0 findings" : `findings in ${failed.length} seeds: ${failed.join(", ")}`;
    console.log([`${name}: ${its.length} seeds`, ...figures, end].join(", "));
  }
  console.log(`${(tookMs / 1_000).toFixed(0)} s`);
}
