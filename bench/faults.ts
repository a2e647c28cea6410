/**
 * `node bench/faults.ts [--misses] [--only NAME]`: how often evidence without a model names the place of the fix and the commit that brought it, against own
 * frames in their order. Two sets: errors that real programs wrote (`test/fixtures/corpora`), the functions to mend in `test/fixtures/faults/faults.json`, where
 * each program gets a history in which one commit a day changes one function; and programs with a history of their own whose failure shows far from its fault,
 * or in another service (`test/fixtures/faults/<program>`), which were run at the commit that was deployed. Misses of faults that are held out are not shown.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createSyntaxReader } from "../src/adapters/syntax/syntax-reader.ts";
import { loadCorpora } from "../test/support/corpora/load-corpora.ts";
import { faultsFolder, loadFaultPrograms } from "../test/support/faults/fault-programs.ts";
import { heading, type Outcome, shares } from "./faults/outcome.ts";
import { type FaultSet, measurePlanted } from "./faults/planted.ts";
import { measureRecorded } from "./faults/recorded.ts";

const { values: asked } = parseArgs({ options: { misses: { type: "boolean" }, only: { type: "string" } } });
const syntax = createSyntaxReader();
const folder = mkdtempSync(join(tmpdir(), "error-autopilot-faults-"));
const sets = JSON.parse(readFileSync(join(faultsFolder, "faults.json"), "utf8")) as readonly FaultSet[];
const isAsked = (name: string) => asked.only === undefined || name.includes(asked.only);
const all: Outcome[] = [];

process.stdout.write(heading);
try {
  const planted = sets.filter(({ corpus }) => isAsked(corpus));
  const corpora = new Map(planted.length === 0 ? [] : loadCorpora().map((corpus) => [corpus.name, corpus]));
  for (const set of planted) {
    const corpus = corpora.get(set.corpus);
    if (corpus === undefined) throw new Error(`There is no corpus ${set.corpus}.`);
    tell(set.corpus, await measurePlanted(set, corpus, syntax, folder));
  }
  for (const program of loadFaultPrograms().filter(({ name }) => isAsked(name))) {
    tell(program.name, await measureRecorded(program, syntax, folder));
  }
  process.stdout.write("\n");
  for (const [name, of] of Object.entries(Object.groupBy(all, ({ language }) => language))) tellShares(name, of ?? []);
  process.stdout.write("\n");
  for (const [name, of] of Object.entries(Object.groupBy(all, ({ kind }) => kind))) tellShares(name, of ?? []);
  const hard = all.filter(({ kind }) => kind !== "single");
  tellShares("far and across", hard);
  tellShares(
    "  of them worked with",
    hard.filter(({ isHeldOut }) => !isHeldOut),
  );
  tellShares(
    "  of them held out",
    hard.filter(({ isHeldOut }) => isHeldOut),
  );
  tellShares("all", all);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function tell(name: string, outcomes: readonly Outcome[]): void {
  all.push(...outcomes);
  tellShares(name, outcomes);
  if (asked.misses !== true) return;
  for (const each of outcomes.filter((one) => !one.isHeldOut && (one.at > 1 || one.culpritAt > 1))) {
    process.stdout.write(`    ${each.bug}: function ${each.at}, commit ${each.culpritAt}; ${each.named}\n`);
  }
}

function tellShares(name: string, outcomes: readonly Outcome[]): void {
  if (outcomes.length > 0) process.stdout.write(shares(name, outcomes));
}
