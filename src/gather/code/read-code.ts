import type { Exception, Frame } from "../../domain/error-entry.ts";
import type { CodeVersion } from "../../domain/evidence.ts";
import type { CommitId } from "../../domain/names.ts";
import type { Observation } from "../../domain/observation.ts";
import {
  type CodeSource,
  CodeSourceError,
  type CommitSummary,
  isReadFailure,
  type ServiceCode,
} from "../../domain/sources.ts";
import type { SyntaxReader } from "../../domain/syntax.ts";
import { blamePlaces, type Closeness } from "../history/blamed-places.ts";
import { changedPlaces } from "../history/changed-places.ts";
import { type FromHistory, readHistory } from "../history/read-history.ts";
import { recentRelevance } from "../history/recent-changes.ts";
import { messageWords } from "../message-words.ts";
import type { ServedRequest } from "../trace/served-requests.ts";
import { calledPlaces } from "./called-places.ts";
import { callerPlaces } from "./caller-places.ts";
import { codeVersionOf } from "./deployed.ts";
import { indexFiles } from "./file-index.ts";
import { functionAt } from "./function-at.ts";
import { locate } from "./locate.ts";
import { whyLost } from "./lost-frames.ts";
import { withOriginalFrames } from "./original-frames.ts";
import { rankFrames } from "./ranked-frames.ts";
import type { RankedPlace } from "./ranked-place.ts";
import { handlerPlaces } from "./routes/handler-places.ts";
import type { SearchedCode } from "./searched-code.ts";
import { settingPlaces } from "./setting-places.ts";
import { createFileReader, type ReadFile } from "./source-files.ts";
import { observeSurroundings } from "./surroundings.ts";

const filesMax = 200_000;
/** More places than this with the same words: they tell nothing. */
const wordHitsMax = 8;
const wordsWeight = 0.3;
/** Of the function that answers the request that failed, beside the frames of a stack trace, and where there is none. */
const weightOfHandler = 0.2;
const weightOfHandlerAlone = 0.5;
const commitsPerFile = 4;
const filesWithHistory = 5;
/** Of all these files together, asked at once. */
const commitsOfFiles = 40;
/** Where no frame leads into the code, what was changed lately is most of what is known. */
const changedAloneFactor = 3;
/** Of the frames of a caller. */
const weightOfWaiting = 0.5;
const recentCommits = 80;
const recentMs = 30 * 86_400_000;

export interface CodeReading extends FromHistory {
  /** Null when the clone could not be read. */
  readonly version: CodeVersion | null;
  /** Likeliest first. */
  readonly places: readonly RankedPlace[];
  /** Who touched the files of the places last; each commit once, in order of the files. */
  readonly commits: readonly CommitSummary[];
  /** How closely a commit touched what failed. */
  readonly closeness: Closeness;
  /** What recent commits have to do with it besides. */
  readonly relevance: ReadonlyMap<CommitId, number>;
  /** Of the likeliest file, and of the deployment. */
  readonly observations: readonly Observation<string>[];
  /** What could not be read, in sentences without paths of this machine. */
  readonly missing: readonly { readonly kind: "lines" | "commit"; readonly count: number; readonly because: string }[];
}

export interface CodeQuestion {
  readonly code: ServiceCode;
  /** What is said to be deployed, best first. */
  readonly claims: readonly string[];
  /** What else was deployed in the day before the first sight. */
  readonly earlierClaims: readonly string[];
  /** Outermost first. */
  readonly exceptions: readonly Exception[];
  /** Searched for in the code where no frame leads anywhere. */
  readonly message: string;
  /** What the service was asked, nearest to the failure first. */
  readonly requests: readonly ServedRequest[];
  readonly firstSeenMs: number;
  readonly syntax: SyntaxReader;
  readonly framesMax: number;
  /** It called the service that failed: what it sent is more in question than where it waited for the answer. */
  readonly isCaller: boolean;
}

/** What the code of a service tells about a failure, at the deployed commit. A clone that cannot be read is told in `missing`, never thrown. */
export async function readCode(question: CodeQuestion, signal: AbortSignal): Promise<CodeReading> {
  const { code, claims } = question;
  try {
    const source = await code.open();
    const version = await codeVersionOf(code, source, claims, signal);
    const [read, { deployment, ...history }] = await Promise.all([
      readAt(question, source, version, signal),
      readHistory(question, source, version, signal),
    ]);
    return { version, ...read, ...history, observations: [...read.observations, ...deployment] };
  } catch (error) {
    signal.throwIfAborted();
    if (!isReadFailure(error)) throw error;
    return {
      version: null,
      ...nothingRead,
      missing: [{ kind: "lines", count: 1, because: whyUnread(code, error) }],
    };
  }
}

const nothingRead: Omit<CodeReading, "version" | "missing"> = {
  places: [],
  commits: [],
  closeness: new Map(),
  relevance: new Map(),
  pullRequests: new Map(),
  deployedSince: null,
  observations: [],
};

function whyUnread({ repository, service }: ServiceCode, error: Error): string {
  const reason = error instanceof CodeSourceError ? error.reason : "the clone could not be opened";
  return `The code of ${service} (${repository}) was not read: ${reason}. \`error-autopilot doctor\` says more.`;
}

async function readAt(
  { code, exceptions: thrown, message, requests, framesMax, firstSeenMs, syntax, isCaller }: CodeQuestion,
  source: CodeSource,
  version: CodeVersion,
  signal: AbortSignal,
): Promise<Omit<CodeReading, "version" | keyof FromHistory>> {
  const { deployed } = version;
  const missing: { kind: "lines" | "commit"; count: number; because: string }[] = [];
  const files = await source.files(deployed, code.under, filesMax, signal);
  if (files.total === 0) {
    const because = `Folder ${code.under || "/"} of ${code.repository} has no file at ${deployed.slice(0, 12)}.`;
    return { ...nothingRead, missing: [{ kind: "lines", count: 1, because }] };
  }
  const read = createFileReader(source, deployed, syntax, signal);
  const committedMap = async (file: string): Promise<string | null> => {
    const name =
      file
        .replace(/[?#].*$/, "")
        .split(/[\\/]/)
        .at(-1) ?? "";
    const [path, ...others] = index.named(`${name}.map`);
    if (path === undefined || others.length > 0) return null;
    const found = await source.lines(deployed, path, 1, Number.MAX_SAFE_INTEGER, signal);
    return found === null ? null : found.lines.join("\n");
  };
  const index = indexFiles(files.paths);
  const exceptions = await withOriginalFrames(
    thrown,
    async (file) => (await code.sourceMapOf(file)) ?? (await committedMap(file)),
  );
  const places: RankedPlace[] = [];
  const lost: Frame[] = [];
  for (const { frame, weight, because } of rankFrames(exceptions).slice(0, framesMax)) {
    const place = await locate(frame, { index, under: code.under }, read);
    if (place === null) {
      if (frame.isOwn) lost.push(frame);
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
  const searchedIn = { service: code.service, source, commit: deployed, index };
  for (const each of await whyLost(lost, searchedIn, read, signal)) missing.push({ kind: "lines", ...each });
  const framesFound = places.length;
  if (framesFound === 0) places.push(...(await placesOfWords(message, code, source, deployed, read, signal)));
  places.sort((one, other) => other.score - one.score);
  const said = [message, ...exceptions.map((exception) => exception.message ?? "")].join("\n");
  const searched = { source, commit: deployed, under: code.under, paths: files.paths };
  const called = await calledPlaces(places, said, searched, read, signal);
  const settings = await settingPlaces(said, searched, read, signal);
  const [likeliestPlace] = places;
  // With its callers in the stack trace, names would only add what others call so.
  const callers =
    likeliestPlace === undefined || framesFound > 1 ? [] : await callerPlaces(likeliestPlace, searched, read, signal);
  const handlerWeight = framesFound > 0 ? weightOfHandler : weightOfHandlerAlone;
  const handlers = (await handlerPlaces(requests, { ...searched, index }, read, signal)).map((each) => ({
    ...each,
    score: rounded(each.score * handlerWeight),
  }));
  const isThrownByLibrary = exceptions.at(-1)?.frames[0]?.isOwn === false;
  const failure = { said, isThrownByLibrary, firstSeenMs };
  const history = await historyOf(
    {
      inTrace: isCaller ? places.map((each) => ({ ...each, score: each.score * weightOfWaiting })) : places,
      called: [...called, ...callers, ...handlers],
      others: settings,
    },
    searched,
    failure,
    { source, read },
    signal,
  );
  const [likeliest] = history.places;
  const observations =
    likeliest === undefined ? [] : await observeSurroundings(likeliest.place.path, files.paths, read);
  return { ...history, observations, missing: [...missing, ...history.missing] };
}

function isSameFunction({ place: one }: RankedPlace, { place: other }: RankedPlace): boolean {
  return one.path === other.path && one.enclosing?.firstLine === other.enclosing?.firstLine;
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
  const wanted = messageWords(message);
  const found = await source.searchAll(deployed, wanted, code.under, wordHitsMax + 1, signal);
  for (const words of wanted) {
    const hits = found.get(words) ?? [];
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

interface FoundPlaces {
  readonly inTrace: readonly RankedPlace[];
  readonly called: readonly RankedPlace[];
  readonly others: readonly RankedPlace[];
}

/** Who changed the files and the very lines of these places; what was changed shortly before is likelier, and comes in where nothing else led to it. */
async function historyOf(
  found: FoundPlaces,
  { commit: deployed, under }: Pick<SearchedCode, "commit" | "under">,
  failure: { readonly said: string; readonly isThrownByLibrary: boolean; readonly firstSeenMs: number },
  { source, read }: { readonly source: CodeSource; readonly read: ReadFile },
  signal: AbortSignal,
): Promise<Omit<CodeReading, "version" | "observations" | keyof FromHistory>> {
  const { firstSeenMs } = failure;
  const known = [...found.inTrace, ...found.called, ...found.others];
  const ranked = (of: readonly RankedPlace[]) => {
    const highest = Math.max(1, ...of.map(({ score }) => score));
    return of
      .map((each) => ({ ...each, score: rounded(each.score / highest) }))
      .toSorted((one, other) => other.score - one.score);
  };
  try {
    const recent = await source.log(deployed, null, recentCommits, signal);
    const factor = found.inTrace.length === 0 ? changedAloneFactor : 1;
    const changed = (await changedPlaces(recent, { source, under, firstSeenMs }, read, signal)).map((each) => ({
      ...each,
      score: each.score * factor,
    }));
    const reached = onePerFunction(known);
    const places = [...reached, ...changed.filter((each) => !reached.some((other) => isSameFunction(each, other)))];
    const paths = [...new Set(places.map(({ place }) => place.path))].slice(0, filesWithHistory);
    const recentPaths = new Set(
      recent.filter(({ authoredAtMs }) => firstSeenMs - authoredAtMs < recentMs).flatMap((each) => each.paths),
    );
    const [blamed, ofPaths] = await Promise.all([
      blamePlaces(
        places,
        {
          ...{ source, commit: deployed, firstSeenMs, recentPaths },
          inTrace: new Set(found.inTrace),
          called: new Set(found.called),
        },
        signal,
      ),
      paths.length === 0 ? [] : source.log(deployed, paths, commitsOfFiles, signal),
    ]);
    const relevance = recentRelevance(recent, failure);
    const ofFiles = paths.flatMap((path) =>
      ofPaths.filter((commit) => commit.paths.includes(path)).slice(0, commitsPerFile),
    );
    const suspected = [...ofFiles, ...recent.filter(({ commit }) => relevance.has(commit))];
    const commits = new Map(suspected.map((commit) => [commit.commit, commit]));
    for (const [commit, { line }] of blamed.closeness) {
      const { authoredAtMs, author, subject, path } = line;
      if (!commits.has(commit)) commits.set(commit, { commit, authoredAtMs, author, subject, paths: [path] });
    }
    const { closeness } = blamed;
    return { places: ranked(blamed.places), commits: [...commits.values()], closeness, relevance, missing: [] };
  } catch (error) {
    signal.throwIfAborted();
    if (!isReadFailure(error)) throw error;
    const reason = error instanceof CodeSourceError ? error.reason : "git failed";
    const because = `Who changed these files was not read: ${reason}.`;
    return {
      places: ranked(onePerFunction(known)),
      commits: [],
      closeness: new Map(),
      relevance: new Map(),
      missing: [{ kind: "commit", count: 1, because }],
    };
  }
}

function rounded(score: number): number {
  return Math.round(score * 1000) / 1000;
}
