import type { Exception } from "../../domain/error-entry.ts";
import type { CodeVersion } from "../../domain/evidence.ts";
import { type CodeSource, CodeSourceError, type CommitSummary, type ServiceCode } from "../../domain/sources.ts";
import type { SyntaxReader } from "../../domain/syntax.ts";
import { blamePlaces, type Closeness } from "../history/blamed-places.ts";
import { messageWords } from "../message-words.ts";
import { calledPlaces } from "./called-places.ts";
import { codeVersionOf } from "./deployed.ts";
import { indexFiles } from "./file-index.ts";
import { functionAt } from "./function-at.ts";
import { locate } from "./locate.ts";
import { rankFrames } from "./ranked-frames.ts";
import type { RankedPlace } from "./ranked-place.ts";
import { createFileReader, type ReadFile } from "./source-files.ts";

const filesMax = 200_000;
/** More places than this with the same words: they tell nothing. */
const wordHitsMax = 8;
const wordsWeight = 0.3;
const commitsPerFile = 4;
const filesWithHistory = 5;

export interface CodeReading {
  /** Null when the clone could not be read. */
  readonly version: CodeVersion | null;
  /** Likeliest first. */
  readonly places: readonly RankedPlace[];
  /** Who touched the files of the places last; each commit once, in order of the files. */
  readonly commits: readonly CommitSummary[];
  /** How closely a commit touched what failed. */
  readonly closeness: Closeness;
  /** What could not be read, in sentences without paths of this machine. */
  readonly missing: readonly { readonly kind: "lines" | "commit"; readonly count: number; readonly because: string }[];
}

export interface CodeQuestion {
  readonly code: ServiceCode;
  /** What is said to be deployed, best first. */
  readonly claims: readonly string[];
  /** Outermost first. */
  readonly exceptions: readonly Exception[];
  /** Searched for in the code where no frame leads anywhere. */
  readonly message: string;
  readonly firstSeenMs: number;
  readonly syntax: SyntaxReader;
  readonly framesMax: number;
}

/** What the code of a service tells about a failure, at the deployed commit. A clone that cannot be read is told in `missing`, never thrown. */
export async function readCode(question: CodeQuestion, signal: AbortSignal): Promise<CodeReading> {
  const { code, claims } = question;
  try {
    const source = await code.open();
    const version = await codeVersionOf(code, source, claims, signal);
    return { version, ...(await readAt(question, source, version, signal)) };
  } catch (error) {
    signal.throwIfAborted();
    return {
      version: null,
      places: [],
      commits: [],
      closeness: new Map(),
      missing: [{ kind: "lines", count: 1, because: whyUnread(code, error) }],
    };
  }
}

function whyUnread({ repository, service }: ServiceCode, error: unknown): string {
  const reason = error instanceof CodeSourceError ? error.reason : "the clone could not be opened";
  return `The code of ${service} (${repository}) was not read: ${reason}. \`error-autopilot doctor\` says more.`;
}

async function readAt(
  { code, exceptions, message, framesMax, firstSeenMs, syntax }: CodeQuestion,
  source: CodeSource,
  version: CodeVersion,
  signal: AbortSignal,
): Promise<Omit<CodeReading, "version">> {
  const { deployed } = version;
  const missing: { kind: "lines" | "commit"; count: number; because: string }[] = [];
  const files = await source.files(deployed, code.under, filesMax, signal);
  if (files.total === 0) {
    const because = `Folder ${code.under || "/"} of ${code.repository} has no file at ${deployed.slice(0, 12)}.`;
    return { places: [], commits: [], closeness: new Map(), missing: [{ kind: "lines", count: 1, because }] };
  }
  const read = createFileReader(source, deployed, syntax, signal);
  const index = indexFiles(files.paths);
  const places: RankedPlace[] = [];
  let lost = 0;
  for (const { frame, weight, because } of rankFrames(exceptions).slice(0, framesMax)) {
    const place = await locate(frame, { index, under: code.under }, read);
    if (place === null) {
      if (frame.isOwn) lost += 1;
      continue;
    }
    if (places.some((other) => other.place.path === place.path && other.place.line === place.line)) continue;
    const doubt = place.certainty < 1 ? `; the file is certain to ${Math.round(place.certainty * 100)} %` : "";
    places.push({
      place,
      function: place.enclosing?.name ?? frame.function,
      score: rounded(weight * place.certainty),
      because: `${because}${doubt}`,
    });
  }
  if (lost > 0) {
    const because = `Own frames of ${code.service} that are in no file of ${code.repository} at ${deployed.slice(0, 12)}.`;
    missing.push({ kind: "lines", count: lost, because });
  }
  if (places.length === 0) places.push(...(await placesOfWords(message, code, source, deployed, read, signal)));
  places.sort((one, other) => other.score - one.score);
  const said = [message, ...exceptions.map((exception) => exception.message ?? "")].join("\n");
  const called = await calledPlaces(places, said, { source, commit: deployed, under: code.under }, read, signal);
  const history = await historyOf(onePerFunction([...places, ...called]), source, deployed, firstSeenMs, signal);
  return { ...history, missing: [...missing, ...history.missing] };
}

/** Of several places in one function the likeliest, in order of their scores. */
function onePerFunction(places: readonly RankedPlace[]): readonly RankedPlace[] {
  const known = new Set<string>();
  return places
    .toSorted((one, other) => other.score - one.score)
    .filter(({ place }) => {
      const of = JSON.stringify([place.path, place.enclosing?.firstLine ?? `line ${place.line}`]);
      return !known.has(of) && known.add(of);
    });
}

async function placesOfWords(
  message: string,
  code: ServiceCode,
  source: CodeSource,
  deployed: string,
  read: ReadFile,
  signal: AbortSignal,
): Promise<readonly RankedPlace[]> {
  for (const words of messageWords(message)) {
    const hits = await source.search(deployed, words, code.under, wordHitsMax + 1, signal);
    if (hits.length === 0 || hits.length > wordHitsMax) continue;
    const places: RankedPlace[] = [];
    for (const { path, line } of hits) {
      const file = await read(path);
      if (file === null || line > file.lines.length) continue;
      const enclosing = functionAt(file, line);
      const certainty = rounded(1 / hits.length);
      places.push({
        place: { path, line, enclosing, file, certainty },
        function: enclosing?.name ?? null,
        score: rounded(wordsWeight * certainty),
        because: "the words of the message stand here",
      });
    }
    return places;
  }
  return [];
}

/** Who changed the files and the very lines of these places; what was changed shortly before is likelier. */
async function historyOf(
  places: readonly RankedPlace[],
  source: CodeSource,
  deployed: string,
  firstSeenMs: number,
  signal: AbortSignal,
): Promise<Omit<CodeReading, "version">> {
  const paths = [...new Set(places.map(({ place }) => place.path))].slice(0, filesWithHistory);
  const ranked = (of: readonly RankedPlace[]) =>
    of
      .map((each) => ({ ...each, score: rounded(Math.min(1, each.score)) }))
      .toSorted((one, other) => other.score - one.score);
  try {
    const [blamed, ...logs] = await Promise.all([
      blamePlaces(places, { source, commit: deployed, firstSeenMs }, signal),
      ...paths.map((path) => source.log(deployed, path, commitsPerFile, signal)),
    ]);
    const commits = new Map(logs.flat().map((commit) => [commit.commit, commit]));
    for (const [commit, { line }] of blamed.closeness) {
      const { authoredAtMs, author, subject, path } = line;
      if (!commits.has(commit)) commits.set(commit, { commit, authoredAtMs, author, subject, paths: [path] });
    }
    return { places: ranked(blamed.places), commits: [...commits.values()], closeness: blamed.closeness, missing: [] };
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof CodeSourceError ? error.reason : "git failed";
    const because = `Who changed these files was not read: ${reason}.`;
    return {
      places: ranked(places),
      commits: [],
      closeness: new Map(),
      missing: [{ kind: "commit", count: 1, because }],
    };
  }
}

function rounded(score: number): number {
  return Math.round(score * 1000) / 1000;
}
