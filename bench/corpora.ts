/**
 * `node bench/corpora.ts [--only TEXT] [--misses]`: how well stored log entries of many languages and loggers are read: a row per corpus, then the groups
 * of each language. `--only` takes corpora whose name has the text; `--misses` prints each difference.
 */
import { parseArgs } from "node:util";
import { loadCorpora } from "../test/support/corpora/load-corpora.ts";
import { framesF1, type Score, scoreCorpus } from "../test/support/corpora/score-corpus.ts";
import { scoreGroups } from "../test/support/corpora/score-groups.ts";

const { values: asked } = parseArgs({ options: { only: { type: "string" }, misses: { type: "boolean" } } });
const scores = loadCorpora()
  .filter(({ name }) => asked.only === undefined || name.includes(asked.only))
  .map(scoreCorpus);

const columns = [34, 11, 8, 8, 8, 8, 14];
row("corpus", "origin", "entries", "fields", "right", "F1", "at first");
for (const score of scores) {
  const { corpus } = score;
  const first = corpus.firstRun;
  row(
    corpus.name,
    corpus.heldOut ? `${corpus.origin}*` : corpus.origin,
    String(corpus.entries.length),
    String(score.fields),
    share(score.fieldsRight, score.fields),
    framesF1(score).toFixed(3),
    first === null ? "" : `${first.fields.toFixed(3)} ${first.framesF1.toFixed(3)}`,
  );
  if (asked.misses) for (const miss of score.misses) process.stdout.write(`    ${JSON.stringify(miss)}\n`);
}
process.stdout.write("* made before the code that reads it, and read for the first time at the end\n\n");
row("language", "entries", "bugs", "g/bug", "bug/g", "", "");
for (const [language, these] of Map.groupBy(scores, ({ corpus }) => corpus.language)) {
  const groups = scoreGroups(these);
  row(
    language,
    String(entriesOf(these)),
    String(groups.bugs),
    groups.groupsPerBug.toFixed(3),
    groups.bugsPerGroup.toFixed(3),
    "",
    "",
  );
  if (asked.misses) for (const mistake of groups.mistakes) process.stdout.write(`    ${mistake}\n`);
}

function entriesOf(these: readonly Score[]): number {
  return these.reduce((sum, { corpus }) => sum + corpus.entries.length, 0);
}

function share(part: number, whole: number): string {
  return whole === 0 ? "-" : (part / whole).toFixed(3);
}

function row(...cells: readonly string[]): void {
  process.stdout.write(`${cells.map((cell, index) => cell.padEnd(columns[index] ?? 8)).join("  ")}\n`.trimEnd() + "\n");
}
