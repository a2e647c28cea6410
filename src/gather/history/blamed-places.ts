import type { CommitId } from "../../domain/names.ts";
import type { BlamedLine, CodeSource } from "../../domain/sources.ts";
import type { RankedPlace } from "../code/ranked-place.ts";

/** Places whose lines are asked about, however long ago their files were changed. */
const placesMax = 5;
/** Places in files that were changed lately whose lines are asked about too. */
const placesOfRecentMax = 40;
const filesMax = 10;
/** Lines of one function that are, and of one file. */
const linesMax = 300;
const linesOfFileMax = 4_000;
/** How far from the place a line may be and still count as touched with it. */
const nearLines = 2;
const recentHalfLifeMs = 7 * 86_400_000;
/** A commit this long after the first sight cannot be the cause; clocks leave that much doubt. */
const afterMs = 3_600_000;
/** What a change shortly before the first sight adds to a place in the stack trace, to one whose very line was changed, and to a function that no stack trace names. */
const recencyWeight = { inTrace: 0.3, ofLine: 0.8, called: 6 };

/** How closely a commit touched what failed: the failing line itself 1, the lines beside it, its function. */
export type Closeness = ReadonlyMap<CommitId, { readonly closeness: number; readonly line: BlamedLine }>;

export interface Blamed {
  readonly closeness: Closeness;
  /** The same places, those that were changed shortly before the first sight raised. */
  readonly places: readonly RankedPlace[];
}

/** Who changed the lines of the likeliest functions last, and what that says about the functions. */
export async function blamePlaces(
  places: readonly RankedPlace[],
  code: {
    readonly source: Pick<CodeSource, "blame">;
    readonly commit: CommitId;
    readonly firstSeenMs: number;
    /** Files that were changed lately. */
    readonly recentPaths: ReadonlySet<string>;
    /** Places that frames named. */
    readonly inTrace: ReadonlySet<RankedPlace>;
    /** Places that calls lead to. */
    readonly called: ReadonlySet<RankedPlace>;
  },
  signal: AbortSignal,
): Promise<Blamed> {
  const { firstSeenMs, recentPaths, inTrace, called } = code;
  const asked = new Set([
    ...places.slice(0, placesMax),
    ...places.filter(({ place }) => recentPaths.has(place.path)).slice(0, placesOfRecentMax),
  ]);
  const closeness = new Map<CommitId, { closeness: number; line: BlamedLine }>();
  const blamed = await blameFiles([...asked], code, signal);
  const raised = places.map((ranked): RankedPlace => {
    if (!asked.has(ranked)) return ranked;
    const { place } = ranked;
    const [first, last] = rangeOf(ranked);
    const lines = (blamed.get(place.path) ?? []).filter(({ line }) => line >= first && line <= last);
    const touched: { line: BlamedLine; near: number }[] = [];
    let newest: BlamedLine | null = null;
    for (const line of lines) {
      const isAfter = line.authoredAtMs > firstSeenMs + afterMs;
      const distance = Math.abs(line.line - place.line);
      const near = distance === 0 ? 1 : distance <= nearLines ? 0.85 : 0.6;
      touched.push({ line, near });
      if (!isAfter && (newest === null || line.authoredAtMs > newest.authoredAtMs)) newest = line;
    }
    const raisedPlace = raise(ranked, newest);
    for (const { line, near } of touched) {
      const here = near * raisedPlace.score;
      const known = closeness.get(line.commit);
      if (known === undefined || known.closeness < here) closeness.set(line.commit, { closeness: here, line });
    }
    return raisedPlace;
  });
  return { closeness, places: raised };

  function raise(ranked: RankedPlace, newest: BlamedLine | null): RankedPlace {
    if (newest === null || newest.isBoundary) return ranked;
    const ageMs = Math.max(0, firstSeenMs - newest.authoredAtMs);
    const recency = 0.5 ** (ageMs / recentHalfLifeMs);
    if (recency < 0.1) return ranked;
    const isOfLine = Math.abs(newest.line - ranked.place.line) <= nearLines;
    const weight = called.has(ranked)
      ? recencyWeight.called
      : inTrace.has(ranked)
        ? recencyWeight[isOfLine ? "ofLine" : "inTrace"]
        : 0;
    const days = Math.floor(ageMs / 86_400_000);
    return {
      ...ranked,
      score: ranked.score * (1 + weight * recency),
      because: `${ranked.because}; ${newest.commit.slice(0, 10)} changed it ${days === 0 ? "within a day" : days === 1 ? "a day" : `${days} days`} before the first sight`,
    };
  }
}

/** Each file once, from the first of its places to the last. */
async function blameFiles(
  places: readonly RankedPlace[],
  { source, commit }: { readonly source: Pick<CodeSource, "blame">; readonly commit: CommitId },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly BlamedLine[]>> {
  const files = [...Map.groupBy(places, ({ place }) => place.path)].slice(0, filesMax);
  const blamed = await Promise.all(
    files.map(async ([path, of]) => {
      const ranges = of.map(rangeOf);
      const first = Math.min(...ranges.map(([from]) => from));
      const last = Math.min(Math.max(...ranges.map(([, to]) => to)), first + linesOfFileMax);
      return [path, (await source.blame(commit, path, first, last, signal)) ?? []] as const;
    }),
  );
  return new Map(blamed);
}

function rangeOf({ place }: RankedPlace): readonly [first: number, last: number] {
  const first = place.enclosing?.firstLine ?? place.line;
  return [first, Math.min(place.enclosing?.lastLine ?? place.line, first + linesMax)];
}
