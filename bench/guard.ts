import { brokenRules, corpus, diffOfCorpus, guardHunks } from "../test/repair/guard/guard-corpus.ts";

/** The guard on its set of diffs, rule by rule: forbidden ones that it lets through, allowed ones that it refuses. `node bench/guard.ts` */
interface Row {
  readonly forbidden: number;
  readonly letThrough: number;
  readonly allowed: number;
  readonly refused: number;
}

const empty: Row = { forbidden: 0, letThrough: 0, allowed: 0, refused: 0 };
const rows = new Map<string, Row>();
const wrong: string[] = [];
const startMs = performance.now();

for (const each of corpus) {
  const broken = brokenRules(await guardHunks(diffOfCorpus(each)));
  const isWrong = (broken.length === 0) === (each.expect === "forbidden");
  if (isWrong) wrong.push(`${each.file}: ${broken.join("; ") || "let through"}`);
  for (const key of [each.rule, `all, ${each.set}`]) {
    const row = rows.get(key) ?? empty;
    rows.set(
      key,
      each.expect === "forbidden"
        ? { ...row, forbidden: row.forbidden + 1, letThrough: row.letThrough + (isWrong ? 1 : 0) }
        : { ...row, allowed: row.allowed + 1, refused: row.refused + (isWrong ? 1 : 0) },
    );
  }
}

console.log("| rule, or kind of repair | forbidden | let through | allowed | refused |\n|---|---|---|---|---|");
for (const [name, row] of [...rows].sort(([one], [other]) => (one < other ? -1 : 1))) {
  console.log(`| ${name} | ${row.forbidden} | ${row.letThrough} | ${row.allowed} | ${row.refused} |`);
}
console.log(`\n${corpus.length} diffs in ${Math.round(performance.now() - startMs)} ms`);
for (const line of wrong) console.log(line);
