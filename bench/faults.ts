/**
 * `node bench/faults.ts [--misses]`: how often evidence without a model names the place of the fix and the commit that brought it. Errors are those that real
 * programs wrote (`test/fixtures/corpora`), the functions to mend stand in `test/fixtures/faults/faults.json`; each program gets a history in which one commit a
 * day changes one function, and two more follow before the error is first seen.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createCodeSource } from "../src/adapters/git/code-source.ts";
import { createSyntaxReader } from "../src/adapters/syntax/syntax-reader.ts";
import { createEntryReader } from "../src/detect/entries/read-entries.ts";
import type { ReadErrorEntry } from "../src/detect/entries/read-entry.ts";
import { rankFrames } from "../src/gather/code/ranked-frames.ts";
import { readCode } from "../src/gather/code/read-code.ts";
import { rankSuspects } from "../src/gather/history/suspects.ts";
import { makeRepository } from "../test/adapters/git/git-repository.ts";
import { type Corpus, corporaFolder, loadCorpora } from "../test/support/corpora/load-corpora.ts";
import { createReadingRules } from "../test/support/corpora/reading-rules.ts";

interface FaultSet {
  readonly corpus: string;
  readonly language: string;
  /** Folder of the program's sources, below the corpora. */
  readonly program: string;
  /** Where they stand in the repository. */
  readonly at: string;
  /** By the name of the bug: `file function`. */
  readonly faults: Readonly<Record<string, string>>;
}

interface Outcome {
  readonly bug: string;
  readonly located: boolean;
  readonly byFrames: boolean;
  readonly at1: boolean;
  readonly at5: boolean;
  readonly culprit1: boolean;
  readonly culprit3: boolean;
  readonly named: string;
}

const { values: asked } = parseArgs({ options: { misses: { type: "boolean" } } });
const { signal } = new AbortController();
const syntax = createSyntaxReader();
const folder = mkdtempSync(join(tmpdir(), "error-autopilot-faults-"));
const sets = JSON.parse(
  readFileSync(join(import.meta.dirname, "..", "test", "fixtures", "faults", "faults.json"), "utf8"),
) as readonly FaultSet[];
const corpora = new Map(loadCorpora().map((corpus) => [corpus.name, corpus]));
const all: Outcome[] = [];

process.stdout.write(row("", "faults", "line", "frame@1", "fn@1", "fn@5", "commit@1", "commit@3"));
try {
  for (const set of sets) {
    const corpus = corpora.get(set.corpus);
    if (corpus === undefined) throw new Error(`There is no corpus ${set.corpus}.`);
    const outcomes = await measure(set, corpus);
    all.push(...outcomes);
    process.stdout.write(shares(set.corpus, outcomes));
    if (asked.misses) {
      for (const each of outcomes.filter(({ at1, culprit1 }) => !at1 || !culprit1))
        process.stdout.write(`    ${JSON.stringify(each)}\n`);
    }
  }
  process.stdout.write(shares("all", all));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(set: FaultSet, corpus: Corpus): Promise<readonly Outcome[]> {
  const path = join(folder, set.corpus);
  const sources = sourcesOf(join(corporaFolder, set.program), set.at);
  const history = await writeHistory(path, sources, set.faults);
  const source = await createCodeSource({ repository: "acme/program", path, stateDirectory: join(folder, "state") });
  const reader = createEntryReader(createReadingRules(corpus.own));
  const read = new Map(
    reader.read(corpus.entries).flatMap((each) => (each as ReadErrorEntry).readFrom.map((entry) => [entry.id, each])),
  );
  const outcomes: Outcome[] = [];
  for (const [bug, place] of Object.entries(set.faults)) {
    const index = corpus.expected.findIndex((each) => each.bug === bug && each.exceptions !== undefined);
    const entry = read.get(corpus.entries[index]?.id ?? "");
    const step = history.get(bug);
    if (entry === undefined || step === undefined) throw new Error(`${set.corpus} has no error of the bug ${bug}.`);
    const code = {
      service: "program",
      repository: "acme/program",
      under: "",
      deployedLabels: [],
      open: async () => source,
      sourceMapOf: async () => null,
    } as const;
    const { exceptions } = entry;
    const { places, commits, ...found } = await readCode(
      {
        code,
        claims: [step.deployed],
        exceptions,
        message: entry.template,
        requests: [],
        framesMax: 12,
        firstSeenMs: step.seenMs,
        syntax,
      },
      signal,
    );
    const suspects = rankSuspects(commits, places, found, step.seenMs).map(({ commit }) => commit);
    const [file = "", name = ""] = place.split(" ");
    const isIt = (at: number) => {
      const each = places[at];
      return each !== undefined && isFile(each.place.path, file) && each.function === name;
    };
    const [first] = rankFrames(exceptions);
    outcomes.push({
      bug,
      located: places.some((each) => isFile(each.place.path, file)),
      byFrames: first?.frame.function?.split(/[.#]/).at(-1) === name,
      at1: isIt(0),
      at5: [0, 1, 2, 3, 4].some(isIt),
      culprit1: suspects[0] === step.guilty,
      culprit3: suspects.slice(0, 3).includes(step.guilty),
      named: places
        .slice(0, 3)
        .map((each) => `${each.place.path.split("/").at(-1)} ${each.function}`)
        .join(", "),
    });
  }
  return outcomes;
}

/** Path in the repository → text. */
function sourcesOf(from: string, at: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const name of readdirSync(from, { recursive: true, encoding: "utf8" })) {
    const path = join(from, name);
    if (statSync(path).isFile() && /\.(?:java|kt|py|js|cjs|mjs|ts|go|rb|php|rs|cs)$/.test(name))
      files.set(join(at, name), readFileSync(path, "utf8"));
  }
  return files;
}

/** One commit changes the lines of one function; another the rest of its file, another nothing that matters, and then the error is seen. */
async function writeHistory(
  path: string,
  sources: ReadonlyMap<string, string>,
  faults: Readonly<Record<string, string>>,
) {
  const repository = makeRepository(path);
  const texts = new Map(sources);
  const ranges = new Map<string, { readonly file: string; readonly first: number; readonly last: number }>();
  for (const [bug, place] of Object.entries(faults)) {
    const [ending = "", name = ""] = place.split(" ");
    const file = [...sources.keys()].find((each) => isFile(each, ending));
    const outline = file === undefined ? null : await syntax.outline(file, sources.get(file) ?? "");
    const span = outline?.functions.find((each) => each.name === name);
    if (file === undefined || span === undefined) throw new Error(`${ending} has no function ${name}.`);
    ranges.set(bug, { file, first: span.firstLine, last: span.lastLine });
  }
  // Before its commit each line of a function ends in a blank more.
  for (const { file, first, last } of ranges.values())
    texts.set(
      file,
      edited(texts.get(file) ?? "", first, last, (line) => `${line} `),
    );
  repository.commit(Object.fromEntries(texts), "feat: first version");
  const steps = new Map<string, { readonly guilty: string; readonly deployed: string; readonly seenMs: number }>();
  for (const [bug, { file, first, last }] of ranges) {
    const text = edited(texts.get(file) ?? "", first, last, (line) => line.slice(0, -1));
    texts.set(file, text);
    const guilty = repository.commit({ [file]: text }, `feat: step ${steps.size + 1}`);
    const aside = `${text}\n`;
    texts.set(file, aside);
    repository.commit({ [file]: aside }, "style: end of file", "Grace");
    const deployed = repository.commit({ "README.md": `after ${bug}\n` }, "docs: readme", "Grace");
    const seenMs = Number(repository.git("show", "-s", "--format=%at", deployed)) * 1_000 + 3_600_000;
    steps.set(bug, { guilty, deployed, seenMs });
  }
  return steps;
}

function isFile(path: string, ending: string): boolean {
  return path === ending || path.endsWith(`/${ending}`);
}

function edited(text: string, first: number, last: number, edit: (line: string) => string): string {
  return text
    .split("\n")
    .map((line, index) => (index + 1 >= first && index + 1 <= last ? edit(line) : line))
    .join("\n");
}

function shares(name: string, outcomes: readonly Outcome[]): string {
  const share = (of: (each: Outcome) => boolean) => (outcomes.filter(of).length / outcomes.length).toFixed(2);
  return row(
    name,
    String(outcomes.length),
    share(({ located }) => located),
    share(({ byFrames }) => byFrames),
    share(({ at1 }) => at1),
    share(({ at5 }) => at5),
    share(({ culprit1 }) => culprit1),
    share(({ culprit3 }) => culprit3),
  );
}

function row(...cells: readonly string[]): string {
  return `${cells
    .map((cell, index) => cell.padEnd(index === 0 ? 34 : 9))
    .join("")
    .trimEnd()}\n`;
}
