import type { ErrorEntry } from "../domain/error-entry.ts";
import type {
  CommitEvidence,
  EntryEvidence,
  Evidence,
  EvidenceBundle,
  EvidenceKind,
  LinesEvidence,
  SpanEvidence,
} from "../domain/evidence.ts";
import { plainName } from "../domain/plain-name.ts";
import { pullRequestOf } from "../domain/pull-request-of.ts";
import { type RedactionMemory, redact } from "../domain/redact.ts";
import { redactPart } from "../domain/redact-part.ts";
import type { ServiceCode } from "../domain/sources.ts";
import type { Redacted } from "../domain/text.ts";
import type { Trace } from "../domain/trace.ts";
import { excerptAround } from "./code/excerpt.ts";
import type { RankedPlace } from "./code/ranked-place.ts";
import type { CodeReading } from "./code/read-code.ts";
import { weighSuspects } from "./history/suspects.ts";
import { spanText, tellingSpans } from "./trace/span-text.ts";

export interface EvidenceLimits {
  /** Of the text of each kind; what is worth least is left out first. */
  readonly bytesMax: Readonly<Record<EvidenceKind, number>>;
  readonly rankingMax: number;
  readonly suspectsMax: number;
}

const firstEntryLengthMax = 12_000;
const otherEntryLengthMax = 2_000;
const spanLengthMax = 2_000;
const otherEntriesMax = 30;
const pathsPerCommitMax = 50;
/** What the code of who called, or was called, weighs beside the code of the origin. */
const neighbourWeight = 0.45;

export interface EvidenceMaterial {
  /** The incident's own entry and the origin's: what happened. */
  readonly firstEntries: readonly ErrorEntry[];
  /** Worthiest first; repetitions are left out. */
  readonly otherEntries: readonly ErrorEntry[];
  readonly textOf: (entry: ErrorEntry) => string;
  readonly trace: Trace<Redacted> | null;
  readonly readings: readonly (CodeReading & {
    readonly code: ServiceCode;
    readonly isOrigin: boolean;
    /** It was called by the origin, and answered; others called it. */
    readonly isCalled: boolean;
  })[];
  readonly firstSeenMs: number;
}

export interface BuiltEvidence extends Pick<EvidenceBundle, "evidence" | "ranking" | "suspects"> {
  readonly leftOut: readonly { readonly kind: EvidenceKind; readonly count: number; readonly because: string }[];
}

/** Numbered, redacted evidence within its limits, and the ranking that points into it. */
export function buildEvidence(
  material: EvidenceMaterial,
  limits: EvidenceLimits,
  memory: RedactionMemory,
): BuiltEvidence {
  const fitted = <E extends Evidence>(all: readonly E[], kind: E["kind"]) => withinBytes(all, limits.bytesMax[kind]);
  const entries = fitted(entryEvidence(material, memory), "entry");
  const spans = fitted(spanEvidence(material, memory), "span");
  const lines = fitted(linesEvidence(material, memory), "lines");
  const suspected = suspectedCommits(material);
  const commits = fitted(commitEvidence(suspected, memory), "commit");
  const places = material.readings.flatMap(({ code, version, isOrigin, isCalled, places: found }) =>
    version === null
      ? []
      : found.map((each) => ({ code, version, ...(isOrigin ? each : ofNeighbour(each, isCalled)) })),
  );
  return {
    evidence: [...entries.kept, ...spans.kept, ...lines.kept, ...commits.kept],
    ranking: places
      .toSorted((one, other) => other.score - one.score)
      .slice(0, limits.rankingMax)
      .map(({ code, version, place, function: name, score, because }) => ({
        repository: code.repository,
        commit: version.deployed,
        path: place.path,
        firstLine: place.line,
        lastLine: place.line,
        function: name === null ? null : plainName(name),
        score,
        because: redact(because, memory),
      })),
    suspects: commits.kept.slice(0, limits.suspectsMax).map(({ id }) => id),
    leftOut: [entries, spans, lines, commits].flatMap(({ leftOut }) => leftOut),
  };
}

function ofNeighbour(ranked: RankedPlace, isCalled: boolean): RankedPlace {
  const score = Math.round(ranked.score * neighbourWeight * 1000) / 1000;
  return {
    ...ranked,
    score,
    because: `${ranked.because}, in a service that ${isCalled ? "the origin called" : "called the origin"}`,
  };
}

function entryEvidence(material: EvidenceMaterial, memory: RedactionMemory): readonly EntryEvidence[] {
  const unique = new Map(
    material.firstEntries.map((entry) => [entry.entry.id, { entry, lengthMax: firstEntryLengthMax }]),
  );
  const roomFor = unique.size + otherEntriesMax;
  for (const entry of material.otherEntries) {
    if (unique.size >= roomFor) break;
    if (!unique.has(entry.entry.id)) unique.set(entry.entry.id, { entry, lengthMax: otherEntryLengthMax });
  }
  return [...unique.values()].map(({ entry, lengthMax }, index) => ({
    id: `entry-${index + 1}`,
    kind: "entry",
    text: redactPart(material.textOf(entry), lengthMax, memory),
    isOutsiderText: true,
    entryId: entry.entry.id,
    timestampNs: entry.entry.timestampNs,
    service: entry.service,
  }));
}

function spanEvidence({ trace }: EvidenceMaterial, memory: RedactionMemory): readonly SpanEvidence[] {
  if (trace === null) return [];
  const startNs = trace.spans[0]?.startNs ?? 0n;
  return tellingSpans(trace).map((span, index) => ({
    id: `span-${index + 1}`,
    kind: "span",
    text: redactPart(spanText(span, startNs, span.spanId === trace.originSpanId), spanLengthMax, memory),
    isOutsiderText: true,
    traceId: span.traceId,
    spanId: span.spanId,
    service: span.service,
  }));
}

function linesEvidence({ readings }: EvidenceMaterial, memory: RedactionMemory): readonly LinesEvidence[] {
  const excerpts: Omit<LinesEvidence, "id">[] = [];
  for (const { code, version, places } of readings) {
    if (version === null) continue;
    for (const { place } of places) {
      const isShown = excerpts.some(
        (shown) =>
          shown.repository === code.repository &&
          shown.path === place.path &&
          shown.firstLine <= place.line &&
          place.line <= shown.lastLine,
      );
      if (isShown) continue;
      const { text, ...range } = excerptAround(place, memory);
      excerpts.push({
        kind: "lines",
        text,
        isOutsiderText: false,
        repository: code.repository,
        commit: version.deployed,
        path: place.path,
        ...range,
        enclosing: place.enclosing === null ? null : plainName(place.enclosing.name),
      });
    }
  }
  return excerpts.map((excerpt, index) => ({ id: `lines-${index + 1}`, ...excerpt }));
}

type SuspectedCommit = {
  readonly code: ServiceCode;
  readonly commit: CodeReading["commits"][number];
  readonly pullRequest: number | null;
};

/** The likeliest first, of all repositories; at equal weight those of the origin's. */
function suspectedCommits({ readings, firstSeenMs }: EvidenceMaterial): readonly SuspectedCommit[] {
  const all = readings
    .flatMap(({ code, isOrigin, commits, places, ...found }) =>
      weighSuspects(commits, places, found, firstSeenMs).map(({ commit, score }) => ({
        code,
        commit,
        pullRequest: found.pullRequests.get(commit.commit) ?? pullRequestOf(commit.subject),
        score: isOrigin ? score : score * neighbourWeight,
      })),
    )
    .toSorted((one, other) => other.score - one.score);
  const known = new Set<string>();
  return all.filter(({ commit }) => !known.has(commit.commit) && known.add(commit.commit));
}

function commitEvidence(suspected: readonly SuspectedCommit[], memory: RedactionMemory): readonly CommitEvidence[] {
  return suspected.map(({ code, commit, pullRequest }, index) => {
    const day = new Date(commit.authoredAtMs).toISOString().slice(0, 10);
    return {
      id: `commit-${index + 1}`,
      kind: "commit",
      text: redactPart(`${day} ${commit.author}: ${commit.subject}`, 500, memory),
      isOutsiderText: false,
      repository: code.repository,
      commit: commit.commit,
      authoredAtMs: commit.authoredAtMs,
      pullRequest,
      paths: commit.paths.slice(0, pathsPerCommitMax),
    };
  });
}

/** The first ones that fit; numbers stay as they are, for nothing after a gap is kept. */
function withinBytes<E extends Evidence>(all: readonly E[], bytesMax: number) {
  let bytes = 0;
  const end = all.findIndex(({ text }) => {
    bytes += Buffer.byteLength(text);
    return bytes > bytesMax;
  });
  const kept = end === -1 ? all : all.slice(0, end);
  const first = all[kept.length];
  const because = "There was more than a bundle holds; the worthiest were kept.";
  return { kept, leftOut: first === undefined ? [] : [{ kind: first.kind, count: all.length - kept.length, because }] };
}
