/**
 * `node bench/redact.ts`: MB/s of the gate on log lines against a plain copy of the same text in the same run, on text full of secrets, and on the
 * slowest of the megabytes made to be slow.
 */
import { redact } from "../src/domain/redact.ts";
import { secretCases } from "../test/fixtures/redaction/corpus.ts";
import { slowUnits } from "../test/fixtures/redaction/slow-units.ts";
import { type Figure, figureLine, median } from "./figure.ts";
import { createWorkload } from "./workload.ts";

const rounds = 5;
const megabyte = 1_000_000;

const tell = (figure: Figure): void => {
  process.stdout.write(`${figureLine(figure)}\n`);
};

/** What one run over all lines takes, the median of some. */
function tookMs(lines: readonly string[], read: (line: string) => unknown): number {
  const durations = Array.from({ length: rounds }, () => {
    const begun = performance.now();
    for (const line of lines) read(line);
    return performance.now() - begun;
  });
  return median(durations);
}

/** A string of its own, character by character: what any rewriting has to do at least. */
const copy = (line: string): string => Buffer.from(line, "utf8").toString("utf8");

function compare(name: string, lines: readonly string[]): void {
  const size = lines.reduce((sum, line) => sum + line.length, 0) / megabyte;
  const copyMs = tookMs(lines, copy);
  const redactMs = tookMs(lines, (line) => redact(line));
  const rate = (ms: number): number => size / (ms / 1_000);
  tell({
    name,
    value: rate(redactMs),
    unit: "MB/s",
    target: null,
    because: `${size.toFixed(1)} MB in ${lines.length.toLocaleString("en")} lines; a plain copy makes ${Math.round(rate(copyMs))} MB/s`,
  });
}

const workload = createWorkload({ seed: 5, minutes: 4, onlyErrors: false });
compare(
  "redact, ordinary log lines",
  workload.entries({ first: 0, end: 20_000 }).map(({ line }) => line),
);
compare(
  "redact, a secret in every line",
  secretCases("seen").map(({ text }) => text),
);

const slowest = slowUnits
  .map((unit) => {
    const text = unit.repeat(Math.ceil(megabyte / unit.length));
    const begun = performance.now();
    redact(text);
    return { unit, ms: performance.now() - begun };
  })
  .sort((one, other) => other.ms - one.ms);
const [worst] = slowest;
if (worst === undefined) throw new Error("There is no unit to repeat.");
tell({
  name: "redact, slowest megabyte made to be slow",
  value: worst.ms,
  unit: "ms",
  target: null,
  because: `of ${slowest.length}; it repeats ${JSON.stringify(worst.unit)}`,
});
