import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createCodeSource } from "../../src/adapters/git/code-source.ts";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import type { ReadErrorEntry } from "../../src/detect/entries/read-entry.ts";
import type { SyntaxReader } from "../../src/domain/syntax.ts";
import { readCode } from "../../src/gather/code/read-code.ts";
import { rankSuspects } from "../../src/gather/history/suspects.ts";
import { makeRepository } from "../../test/adapters/git/git-repository.ts";
import { type Corpus, corporaFolder } from "../../test/support/corpora/load-corpora.ts";
import { createReadingRules } from "../../test/support/corpora/reading-rules.ts";
import { framesInOrder, isAtFrame, isFile, type Outcome, placeOf } from "./outcome.ts";

const { signal } = new AbortController();

export interface FaultSet {
  readonly corpus: string;
  readonly language: string;
  /** Folder of the program's sources, below the corpora. */
  readonly program: string;
  /** Where they stand in the repository. */
  readonly at: string;
  /** By the name of the bug: `file function`. */
  readonly faults: Readonly<Record<string, string>>;
}

/** One corpus of errors, each with the history that its program is given. */
export async function measurePlanted(
  set: FaultSet,
  corpus: Corpus,
  syntax: SyntaxReader,
  folder: string,
): Promise<readonly Outcome[]> {
  const path = join(folder, set.corpus);
  const sources = sourcesOf(join(corporaFolder, set.program), set.at);
  const history = await writeHistory(path, sources, set.faults, syntax);
  const source = await createCodeSource({
    repository: "acme/program",
    path,
    stateDirectory: join(folder, "state"),
    isFetched: false,
  });
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
      version: { tag: null, file: null, otherwise: "unknown" },
      open: async () => source,
      sourceMapOf: async () => null,
    } as const;
    const { exceptions } = entry;
    const { places, commits, ...found } = await readCode(
      {
        code,
        claims: [step.deployed],
        exceptions,
        earlierClaims: [],
        requests: [],
        isCaller: false,
        message: entry.template,
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
    const framesAt = framesInOrder([entry], [place]);
    const innermost = exceptions.at(-1)?.frames.find(({ isOwn }) => isOwn);
    outcomes.push({
      bug,
      language: set.language,
      kind: "single",
      isHeldOut: false,
      located: innermost === undefined || places.some((each) => isAtFrame(each.place.path, each.place.line, innermost)),
      framesAt,
      at: placeOf([0, 1, 2, 3, 4].map(isIt)),
      culpritAt: placeOf(suspects.map((each) => each === step.guilty)),
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
  syntax: SyntaxReader,
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

function edited(text: string, first: number, last: number, edit: (line: string) => string): string {
  return text
    .split("\n")
    .map((line, index) => (index + 1 >= first && index + 1 <= last ? edit(line) : line))
    .join("\n");
}
