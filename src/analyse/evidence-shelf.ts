import type {
  CommitEvidence,
  EntryEvidence,
  Evidence,
  EvidenceBundle,
  EvidenceId,
  EvidenceKind,
  LinesEvidence,
  SpanEvidence,
} from "../domain/evidence.ts";
import type { TraceId } from "../domain/names.ts";

type NewLines = Omit<LinesEvidence, "id" | "kind">;
type NewCommit = Omit<CommitEvidence, "id" | "kind">;
type NewEntry = Pick<EntryEvidence, "entryId" | "timestampNs" | "service" | "text"> & {
  readonly traceId: TraceId | null;
};
type NewSpan = Pick<SpanEvidence, "traceId" | "spanId" | "service" | "text">;

/** The bundle of a case while it grows: what a tool reads gets the next number of its kind; what is there already keeps its id. */
export interface EvidenceShelf {
  addLines(lines: NewLines): EvidenceId;
  /** The same commit with more of it shown is a piece of evidence of its own. */
  addCommit(commit: NewCommit): EvidenceId;
  addEntry(entry: NewEntry): EvidenceId;
  addSpan(span: NewSpan): EvidenceId;
  /** Whether something on the shelf belongs to that trace. */
  knowsTrace(traceId: TraceId): boolean;
  bundle(): EvidenceBundle;
}

export function createEvidenceShelf(gathered: EvidenceBundle): EvidenceShelf {
  const evidence = [...gathered.evidence];
  const traces = new Set([
    ...(gathered.trace === null ? [] : [gathered.trace.traceId]),
    ...evidence.flatMap((one) => (one.kind === "span" ? [one.traceId] : [])),
  ]);

  function nextNumber(kind: EvidenceKind): number {
    const numbers = evidence.filter((one) => one.kind === kind).map((one) => Number(one.id.split("-")[1]));
    return Math.max(0, ...numbers) + 1;
  }
  function add<Added extends Evidence>(added: Added): EvidenceId {
    evidence.push(added);
    return added.id;
  }

  return {
    addLines(lines) {
      const same = evidence.find(
        (one) =>
          one.kind === "lines" &&
          one.repository === lines.repository &&
          one.commit === lines.commit &&
          one.path === lines.path &&
          one.firstLine === lines.firstLine &&
          one.lastLine === lines.lastLine,
      );
      return same?.id ?? add({ ...lines, kind: "lines", id: `lines-${nextNumber("lines")}` });
    },
    addCommit(commit) {
      const same = evidence.find(
        (one) =>
          one.kind === "commit" &&
          one.repository === commit.repository &&
          one.commit === commit.commit &&
          one.text === commit.text,
      );
      return same?.id ?? add({ ...commit, kind: "commit", id: `commit-${nextNumber("commit")}` });
    },
    addEntry({ traceId, entryId, timestampNs, service, text }) {
      if (traceId !== null) traces.add(traceId);
      const same = evidence.find((one) => one.kind === "entry" && one.entryId === entryId);
      const entry = { entryId, timestampNs, service, text, isOutsiderText: true } as const;
      return same?.id ?? add({ ...entry, kind: "entry", id: `entry-${nextNumber("entry")}` });
    },
    addSpan({ traceId, spanId, service, text }) {
      traces.add(traceId);
      const same = evidence.find((one) => one.kind === "span" && one.traceId === traceId && one.spanId === spanId);
      const span = { traceId, spanId, service, text, isOutsiderText: true } as const;
      return same?.id ?? add({ ...span, kind: "span", id: `span-${nextNumber("span")}` });
    },
    knowsTrace: (traceId) => traces.has(traceId),
    bundle: () => ({ ...gathered, evidence: [...evidence] }),
  };
}
