/**
 * `node scripts/record-cases.ts [--desk]`: writes `cases/`, what `error-autopilot eval FOLDER --make` lays out. Errors are those that real programs wrote
 * (`test/fixtures/corpora`, `test/fixtures/faults`); those of `test/fixtures/eval/desk` are in no code or nobody could tell, and with `--desk` it is run again.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSyntaxReader } from "../src/adapters/syntax/syntax-reader.ts";
import type { KnownAnswer } from "../src/main/eval/eval-case.ts";
import { readShippedCases, type ShippedProgram } from "../src/main/eval/shipped-cases.ts";
import { type Corpus, corporaFolder, loadCorpora } from "../test/support/corpora/load-corpora.ts";
import {
  deployedAt,
  type FaultProgram,
  faultsFolder,
  gitAt,
  loadFaultPrograms,
  loadRecordedFaults,
  seenAtMs,
} from "../test/support/faults/fault-programs.ts";
import { runDesk } from "./cases/desk-runs.ts";

interface FaultSet {
  readonly corpus: string;
  readonly program: string;
  readonly at: string;
  readonly faults: Readonly<Record<string, string>>;
}
type ShippedCase = ShippedProgram["cases"][string];

/** Of each program that many faults, so that no language outweighs the others. */
const faultsOfProgram = 3;
const root = join(import.meta.dirname, "..");
const shipped = join(root, "cases");
const desk = join(root, "test", "fixtures", "eval", "desk");
/** Commits are of the first days of the year. */
const seenAt = "2026-01-10T12:00:00Z";
const firstDayS = Date.UTC(2026, 0, 2, 12) / 1000;
const folder = mkdtempSync(join(tmpdir(), "error-autopilot-cases-"));
const syntax = createSyntaxReader();

try {
  const ofDesk = process.argv.includes("--desk")
    ? null
    : (readShippedCases(shipped).find(({ name }) => name === "desk")?.cases ?? null);
  const sets = JSON.parse(readFileSync(join(faultsFolder, "faults.json"), "utf8")) as readonly FaultSet[];
  const corpora = new Map(loadCorpora().map((corpus) => [corpus.name, corpus]));
  const programs: ShippedProgram[] = [];
  for (const set of sets) programs.push(await programOfCorpus(set, corpora.get(set.corpus)));
  for (const program of loadFaultPrograms().filter(({ kind }) => kind === "far")) {
    programs.push(await programOfFaults(program));
  }
  programs.push(await programOfDesk(ofDesk));
  rmSync(shipped, { recursive: true, force: true });
  mkdirSync(shipped);
  for (const { name, history, ...rest } of programs) {
    writeFileSync(join(shipped, `${name}.history`), history);
    writeFileSync(join(shipped, `${name}.json`), `${JSON.stringify(rest, null, 1)}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A program whose faults show where they are. */
async function programOfCorpus(set: FaultSet, corpus: Corpus | undefined): Promise<ShippedProgram> {
  if (corpus === undefined) throw new Error(`There is no corpus ${set.corpus}.`);
  const needed = Object.values(set.faults).map((place) => place.split(" ")[0] ?? "");
  const sources = [...sourcesOf(join(corporaFolder, set.program), set.at)]
    .map(([path, text]) => [path, withoutComments(path, text)] as const)
    .filter(([path, text]) => needed.some((each) => path.endsWith(each)) || !/\bbugs?\b/i.test(text));
  const history = historyOf(corpus.name, new Map(sources));
  const at = restored(corpus.name, history);
  const cases: Record<string, ShippedCase> = {};
  for (const [bug, place] of Object.entries(set.faults).slice(0, faultsOfProgram)) {
    const first = corpus.expected.findIndex((each) => each.bug === bug && each.exceptions !== undefined);
    const joined = corpus.entries.filter((_, index) => index === first || corpus.expected[index]?.joinedTo === first);
    cases[nameOf(bug)] = {
      ...{ at, seenAt },
      entries: joined.map(({ timestampNs, labels, line }) => ({ timestampNs: String(timestampNs), labels, line })),
      answer: { kind: "found", categories: [], places: [await placeOf(corpus.name, at, place)] },
    };
  }
  return { name: corpus.name, history, own: [...corpus.own], cases };
}

/** A program whose failures show far from its faults. What is held out for the ranking stays so. */
async function programOfFaults(program: FaultProgram): Promise<ShippedProgram> {
  const { name, entrance } = program;
  const history = readFileSync(join(faultsFolder, name, `${entrance}.history`), "utf8");
  restored(name, history);
  const recorded = loadRecordedFaults(program);
  const cases: Record<string, ShippedCase> = {};
  for (const [bug, fault] of Object.entries(program.faults).filter(([, { isHeldOut }]) => !isHeldOut)) {
    const at = deployedAt(join(folder, name), seenAtMs(fault));
    const places = [];
    for (const place of fault.places) places.push(await placeOf(name, at, place.split(" ").slice(1).join(" ")));
    cases[nameOf(bug)] = {
      ...{ at, seenAt: new Date(seenAtMs(fault)).toISOString() },
      entries: (recorded[bug]?.entries ?? []).map(([, timestampNs, line]) => ({ timestampNs, labels: {}, line })),
      answer: { kind: "found", categories: [], places },
    };
  }
  return { name, history, own: [...(program.services[entrance]?.own ?? [])], cases };
}

async function programOfDesk(earlier: ShippedProgram["cases"] | null): Promise<ShippedProgram> {
  const history = historyOf("desk", sourcesOf(desk, ""));
  const at = restored("desk", history);
  const cases = earlier ?? Object.fromEntries((await runDesk(desk)).map((ran) => [ran.job, caseOfDesk(ran)]));
  return { name: "desk", history, own: [], cases: mapValues(cases, (each) => ({ ...each, at })) };
}

function caseOfDesk({ lines, answer }: { readonly lines: readonly string[]; readonly answer: KnownAnswer }) {
  const firstNs = BigInt(Date.parse(seenAt)) * 1_000_000n;
  const entries = lines.map((line, index) => ({ timestampNs: String(firstNs + BigInt(index)), labels: {}, line }));
  return { at: "", seenAt, entries, answer };
}

/** `Billing.kt total`, or a path, as it stands at a commit. */
async function placeOf(program: string, at: string, place: string): Promise<KnownAnswer["places"][number]> {
  const [ending = "", name = ""] = place.split(" ");
  const repository = join(folder, program);
  const path = gitAt(repository, ["ls-tree", "-r", "--name-only", at])
    .split("\n")
    .find((each) => each === ending || each.endsWith(`/${ending}`));
  const outline =
    path === undefined ? null : await syntax.outline(path, gitAt(repository, ["cat-file", "blob", `${at}:${path}`]));
  const span = outline?.functions.find((each) => each.name === name);
  if (path === undefined || span === undefined) throw new Error(`${program}: ${place} is not there.`);
  return { path, firstLine: span.firstLine, lastLine: span.lastLine, function: name };
}

function restored(name: string, history: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  gitAt(path, ["init", "-q", "--bare"]);
  gitAt(path, ["fast-import", "--quiet"], Buffer.from(history));
  return gitAt(path, ["rev-parse", "main"]).trim();
}

/** Two commits, as `git fast-import` reads them. */
function historyOf(name: string, sources: ReadonlyMap<string, string>): string {
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const commit = (day: number, subject: string, files: Iterable<readonly [string, string]>) => {
    const who = `Cases <cases@example.org> ${firstDayS + day * 86_400} +0000`;
    const changes = [...files].map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`);
    return `commit refs/heads/main\nauthor ${who}\ncommitter ${who}\n${data(subject)}${changes.join("")}\n`;
  };
  return `${commit(0, "docs: readme", [["README.md", `# ${name}\n`]])}${commit(1, "feat: first version", sources)}`;
}

/**
 * Comments of the corpora's programs name their bugs. Lines stay where they are, for stack traces count them; files that say how bugs are made and recorded, and
 * hold none, are left out altogether.
 */
function withoutComments(path: string, text: string): string {
  const comment = /\.(?:py|rb)$/.test(path) ? /^\s*#(?!!).*$/gm : /^[ \t]*(?:\/\/.*|\/\*.*|\*(?:[ /].*)?)$/gm;
  return text.replaceAll(comment, "");
}

/** Path in the repository → text. */
function sourcesOf(from: string, at: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const name of readdirSync(from, { recursive: true, encoding: "utf8" }).sort()) {
    const path = join(from, name);
    if (statSync(path).isFile() && /\.(?:java|kt|py|js|cjs|mjs|ts|go|rb|php|rs|cs)$/.test(path))
      files.set(join(at, name), readFileSync(path, "utf8"));
  }
  return files;
}

/** A file's name, also where a bug is named by its exception. */
function nameOf(bug: string): string {
  return bug.replaceAll(/[^\w.-]+/g, "-");
}

function mapValues<Value>(record: Readonly<Record<string, Value>>, to: (value: Value) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]));
}
