import type { Exception } from "../../domain/error-entry.ts";
import type { CodeVersion } from "../../domain/evidence.ts";
import { type CodeSource, CodeSourceError, type CommitSummary, type ServiceCode } from "../../domain/sources.ts";
import { messageWords } from "../message-words.ts";
import { codeVersionOf } from "./deployed.ts";
import { findEnclosing } from "./enclosing.ts";
import { indexFiles } from "./file-index.ts";
import { locate, type Place } from "./locate.ts";
import { rankFrames } from "./ranked-frames.ts";

const filesMax = 200_000;
/** More places than this with the same words: they tell nothing. */
const wordHitsMax = 8;
const wordsWeight = 0.3;
const commitsPerFile = 4;
const filesWithHistory = 5;

/** A place in the code that may have to do with the failure. */
export interface RankedPlace {
  readonly place: Place;
  readonly function: string | null;
  /** 0…1 */
  readonly score: number;
  readonly because: string;
}

export interface CodeReading {
  /** Null when the clone could not be read. */
  readonly version: CodeVersion | null;
  /** Likeliest first. */
  readonly places: readonly RankedPlace[];
  /** Who touched the files of the places last; each commit once, in order of the files. */
  readonly commits: readonly CommitSummary[];
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
      missing: [{ kind: "lines", count: 1, because: whyUnread(code, error) }],
    };
  }
}

function whyUnread({ repository, service }: ServiceCode, error: unknown): string {
  const reason = error instanceof CodeSourceError ? error.reason : "the clone could not be opened";
  return `The code of ${service} (${repository}) was not read: ${reason}. \`error-autopilot doctor\` says more.`;
}

async function readAt(
  { code, exceptions, message, framesMax }: CodeQuestion,
  source: CodeSource,
  version: CodeVersion,
  signal: AbortSignal,
): Promise<Omit<CodeReading, "version">> {
  const { deployed } = version;
  const missing: { kind: "lines" | "commit"; count: number; because: string }[] = [];
  const files = await source.files(deployed, code.under, filesMax, signal);
  if (files.total === 0) {
    const because = `Folder ${code.under || "/"} of ${code.repository} has no file at ${deployed.slice(0, 12)}.`;
    return { places: [], commits: [], missing: [{ kind: "lines", count: 1, because }] };
  }
  const contents = new Map<string, readonly string[] | null>();
  const read = async (path: string): Promise<readonly string[] | null> => {
    const known = contents.get(path);
    if (known !== undefined) return known;
    const lines = (await source.lines(deployed, path, 1, Number.MAX_SAFE_INTEGER, signal))?.lines ?? null;
    contents.set(path, lines);
    return lines;
  };

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
  const history = await historyOf(places, source, deployed, signal);
  return { places, commits: history.commits, missing: [...missing, ...history.missing] };
}

async function placesOfWords(
  message: string,
  code: ServiceCode,
  source: CodeSource,
  deployed: string,
  read: (path: string) => Promise<readonly string[] | null>,
  signal: AbortSignal,
): Promise<readonly RankedPlace[]> {
  for (const words of messageWords(message)) {
    const hits = await source.search(deployed, words, code.under, wordHitsMax + 1, signal);
    if (hits.length === 0 || hits.length > wordHitsMax) continue;
    const places: RankedPlace[] = [];
    for (const { path, line } of hits) {
      const lines = await read(path);
      if (lines === null || line > lines.length) continue;
      const enclosing = findEnclosing(lines, line, path);
      const certainty = rounded(1 / hits.length);
      places.push({
        place: { path, line, enclosing, lines, certainty },
        function: enclosing?.name ?? null,
        score: rounded(wordsWeight * certainty),
        because: "the words of the message stand here",
      });
    }
    return places;
  }
  return [];
}

async function historyOf(
  places: readonly RankedPlace[],
  source: CodeSource,
  deployed: string,
  signal: AbortSignal,
): Promise<Pick<CodeReading, "commits" | "missing">> {
  const paths = [...new Set(places.map(({ place }) => place.path))].slice(0, filesWithHistory);
  const commits = new Map<string, CommitSummary>();
  try {
    for (const path of paths) {
      for (const commit of await source.log(deployed, path, commitsPerFile, signal)) commits.set(commit.commit, commit);
    }
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof CodeSourceError ? error.reason : "git failed";
    const because = `Who changed these files was not read: ${reason}.`;
    return { commits: [...commits.values()], missing: [{ kind: "commit", count: 1, because }] };
  }
  return { commits: [...commits.values()], missing: [] };
}

function rounded(score: number): number {
  return Math.round(score * 1000) / 1000;
}
