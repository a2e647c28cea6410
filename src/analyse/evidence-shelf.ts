import type { CommitEvidence, EvidenceBundle, EvidenceId, EvidenceKind, LinesEvidence } from "../domain/evidence.ts";

type NewLines = Omit<LinesEvidence, "id" | "kind">;
type NewCommit = Omit<CommitEvidence, "id" | "kind">;

/** The bundle of a case while it grows: what a tool reads gets the next number of its kind; what is there already keeps its id. */
export interface EvidenceShelf {
  addLines(lines: NewLines): EvidenceId;
  addCommit(commit: NewCommit): EvidenceId;
  bundle(): EvidenceBundle;
}

export function createEvidenceShelf(gathered: EvidenceBundle): EvidenceShelf {
  const evidence = [...gathered.evidence];

  function nextNumber(kind: EvidenceKind): number {
    const numbers = evidence.filter((one) => one.kind === kind).map((one) => Number(one.id.split("-")[1]));
    return Math.max(0, ...numbers) + 1;
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
      if (same !== undefined) return same.id;
      const added: LinesEvidence = { ...lines, kind: "lines", id: `lines-${nextNumber("lines")}` };
      evidence.push(added);
      return added.id;
    },
    addCommit(commit) {
      const same = evidence.find(
        (one) => one.kind === "commit" && one.repository === commit.repository && one.commit === commit.commit,
      );
      if (same !== undefined) return same.id;
      const added: CommitEvidence = { ...commit, kind: "commit", id: `commit-${nextNumber("commit")}` };
      evidence.push(added);
      return added.id;
    },
    bundle: () => ({ ...gathered, evidence: [...evidence] }),
  };
}
