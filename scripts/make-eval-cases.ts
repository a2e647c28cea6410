/**
 * `node scripts/make-eval-cases.ts FOLDER`: cases whose answers are known, for `error-autopilot eval FOLDER --config FOLDER/service-map.yaml`. Errors are those
 * that real programs wrote (`test/fixtures/corpora`, and `test/fixtures/eval/program`, which is run here); evidence is gathered as `evidence -` does; each program
 * becomes a repository, so that the tools have something to read.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { createSyntaxReader } from "../src/adapters/syntax/syntax-reader.ts";
import { loadConfig } from "../src/config/load-config.ts";
import { toJson } from "../src/domain/json.ts";
import { gather } from "../src/gather/gather.ts";
import type { KnownAnswer } from "../src/main/eval/eval-case.ts";
import { type CaseMeans, caseOfText } from "../src/main/open-case.ts";
import { serviceCodeOf } from "../src/main/service-code.ts";
import { makeRepository } from "../test/adapters/git/git-repository.ts";
import { corporaFolder, loadCorpora } from "../test/support/corpora/load-corpora.ts";

interface FaultSet {
  readonly corpus: string;
  readonly program: string;
  readonly at: string;
  readonly faults: Readonly<Record<string, string>>;
}

/** A case before its evidence is gathered. */
interface Raw {
  readonly name: string;
  readonly service: string;
  readonly text: string;
  readonly answer: KnownAnswer;
}

/** Of each program that many faults, so that no language outweighs the others. */
const faultsOfProgram = 3;
const fixtures = join(import.meta.dirname, "..", "test", "fixtures");
const folder = resolve(process.argv[2] ?? "eval-cases");
const { signal } = new AbortController();
const syntax = createSyntaxReader();

mkdirSync(folder, { recursive: true });
const sets = JSON.parse(readFileSync(join(fixtures, "faults", "faults.json"), "utf8")) as readonly FaultSet[];
const corpora = new Map(loadCorpora().map((corpus) => [corpus.name, corpus]));
const cases: Raw[] = [];
const services: string[] = [];
for (const set of sets) cases.push(...(await casesOfSet(set)));
cases.push(...casesOfProgram());
writeFileSync(
  join(folder, "service-map.yaml"),
  `# Made by scripts/make-eval-cases.ts. Only the clones are real.\nenvironments:\n  eval: { loki: { url: "http://127.0.0.1:9", query: '{environment="eval"}' } }\nservices:\n${services.join("")}`,
);
await writeCases();

async function casesOfSet(set: FaultSet): Promise<readonly Raw[]> {
  const corpus = corpora.get(set.corpus);
  if (corpus === undefined) throw new Error(`There is no corpus ${set.corpus}.`);
  const sources = sourcesOf(join(corporaFolder, set.program), set.at);
  addService(set.corpus, sources, corpus.own);
  const raws: Raw[] = [];
  for (const [bug, place] of Object.entries(set.faults).slice(0, faultsOfProgram)) {
    const [ending = "", name = ""] = place.split(" ");
    const path = [...sources.keys()].find((each) => each === ending || each.endsWith(`/${ending}`));
    const outline = path === undefined ? null : await syntax.outline(path, sources.get(path) ?? "");
    const span = outline?.functions.find((each) => each.name === name);
    const first = corpus.expected.findIndex((each) => each.bug === bug && each.exceptions !== undefined);
    if (path === undefined || span === undefined || first === -1)
      throw new Error(`${set.corpus}: ${bug} is not there.`);
    const { firstLine, lastLine } = span;
    const joined = corpus.entries.filter((_, index) => index === first || corpus.expected[index]?.joinedTo === first);
    raws.push({
      name: `${set.corpus}--${bug}`,
      service: set.corpus,
      text: joined
        .map((entry) => `${toJson({ timestampNs: entry.timestampNs, labels: entry.labels, line: entry.line })}\n`)
        .join(""),
      answer: { kind: "found", categories: [], place: { path, firstLine, lastLine, function: name } },
    });
  }
  return raws;
}

function casesOfProgram(): readonly Raw[] {
  const program = join(fixtures, "eval", "program");
  addService("desk", sourcesOf(program, ""), []);
  const known: readonly (readonly [string, KnownAnswer["kind"], KnownAnswer["categories"]])[] = [
    ["disk-full", "not-in-code", ["capacity"]],
    ["too-many-files", "not-in-code", ["capacity"]],
    ["database-refuses", "not-in-code", ["third_party", "capacity"]],
    ["host-unknown", "not-in-code", ["third_party", "misconfiguration"]],
    ["peer-resets", "not-in-code", ["third_party"]],
    ["client-goes", "not-in-code", ["noise"]],
    ["payments-down", "not-in-code", ["third_party"]],
    ["payments-limit", "not-in-code", ["third_party", "capacity"]],
    ["payments-slow", "not-in-code", ["third_party"]],
    ["damaged-record", "not-in-code", ["data"]],
    ["minor-registers", "not-in-code", ["data", "noise"]],
    ["words-alone", "cannot-tell", []],
    ["swallowed", "cannot-tell", []],
    ["code-alone", "cannot-tell", []],
    ["object-alone", "cannot-tell", []],
    ["exit-alone", "cannot-tell", []],
  ];
  return known.map(([name, kind, categories]) => ({
    name: `desk--${name}`,
    service: "desk",
    // Few open files are allowed, so that one more than that is soon reached.
    text: execFileSync("sh", ["-c", 'ulimit -n 64; exec "$0" src/main.js "$1"', process.execPath, name], {
      cwd: program,
      encoding: "utf8",
    }),
    answer: { kind, categories: [...categories], place: null },
  }));
}

function addService(name: string, sources: ReadonlyMap<string, string>, own: readonly string[]): void {
  const path = join(folder, "repositories", name);
  const repository = makeRepository(path);
  repository.commit({ "README.md": `# ${name}\n` }, "docs: readme");
  repository.commit(Object.fromEntries(sources), "feat: first version");
  const prefixes = own.length === 0 ? "" : `, own: [${own.join(", ")}]`;
  services.push(`  ${name}: { repository: eval/${name}, path: ${path}${prefixes} }\n`);
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

async function writeCases(): Promise<void> {
  const config = await loadConfig({
    path: join(folder, "service-map.yaml"),
    env: {},
    homeDirectory: homedir(),
    workingDirectory: folder,
    role: "all",
    checkedMaps: null,
  });
  const means: CaseMeans = {
    config,
    sources: new Map(),
    codeOf: serviceCodeOf(config, join(folder, "state")),
    syntax,
    // The same cases every time.
    nowMs: Date.UTC(2026, 10, 21),
  };
  for (const { name, service, text, answer } of cases) {
    const { question } = caseOfText(text, { service, deployed: null }, means);
    const { bundle } = await gather(question, signal);
    writeFileSync(join(folder, `${name}.case.json`), `${toJson({ bundle, answer })}\n`);
  }
  process.stdout.write(`${cases.length} cases in ${folder}\n`);
}
