import type { CommitId } from "../../domain/names.ts";
import type { BlamedLine, CodeSource } from "../../domain/sources.ts";
import type { RankedPlace } from "../code/ranked-place.ts";

/** Places whose lines are asked about. */
const placesMax = 5;
/** Lines of one function that are. */
const linesMax = 300;
/** How far from the place a line may be and still count as touched with it. */
const nearLines = 2;
const recentHalfLifeMs = 7 * 86_400_000;
/** A commit this long after the first sight cannot be the cause; clocks leave that much doubt. */
const afterMs = 3_600_000;
const recencyWeight = 0.3;

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
  code: { readonly source: Pick<CodeSource, "blame">; readonly commit: CommitId; readonly firstSeenMs: number },
  signal: AbortSignal,
): Promise<Blamed> {
  const { source, commit, firstSeenMs } = code;
  const closeness = new Map<CommitId, { closeness: number; line: BlamedLine }>();
  const raised = await Promise.all(
    places.map(async (ranked, index): Promise<RankedPlace> => {
      if (index >= placesMax) return ranked;
      const { place } = ranked;
      const first = place.enclosing?.firstLine ?? place.line;
      const last = Math.min(place.enclosing?.lastLine ?? place.line, first + linesMax);
      const lines = (await source.blame(commit, place.path, first, last, signal)) ?? [];
      let newest: BlamedLine | null = null;
      for (const line of lines) {
        const isAfter = line.authoredAtMs > firstSeenMs + afterMs;
        const distance = Math.abs(line.line - place.line);
        const near = distance === 0 ? 1 : distance <= nearLines ? 0.85 : 0.6;
        const known = closeness.get(line.commit);
        const here = near * ranked.score;
        if (known === undefined || known.closeness < here) closeness.set(line.commit, { closeness: here, line });
        if (!isAfter && (newest === null || line.authoredAtMs > newest.authoredAtMs)) newest = line;
      }
      if (newest === null || newest.isBoundary) return ranked;
      const ageMs = Math.max(0, firstSeenMs - newest.authoredAtMs);
      const recency = 0.5 ** (ageMs / recentHalfLifeMs);
      if (recency < 0.1) return ranked;
      const days = Math.round(ageMs / 86_400_000);
      return {
        ...ranked,
        score: ranked.score * (1 + recencyWeight * recency),
        because: `${ranked.because}; ${newest.commit.slice(0, 10)} changed it ${days === 0 ? "within a day" : days === 1 ? "a day" : `${days} days`} before the first sight`,
      };
    }),
  );
  return { closeness, places: raised };
}
