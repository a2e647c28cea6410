import type { BlamedLine } from "../../domain/sources.ts";

interface Said {
  authoredAtMs: number;
  author: string;
  subject: string;
  path: string;
  isBoundary: boolean;
}

/**
 * Reads the answer of `blame --porcelain`: a header names commit and lines, what is known of the commit follows where it is named first, and the line itself
 * stands behind a tab.
 * @see git-blame(1), "The porcelain format"
 */
export function readBlame(output: Buffer): readonly BlamedLine[] {
  const commits = new Map<string, Said>();
  const lines: BlamedLine[] = [];
  let current: { commit: string; lineThere: number; line: number } | null = null;
  for (const row of output.toString("utf8").split("\n")) {
    if (row.startsWith("\t")) {
      const said: Said | undefined = current === null ? undefined : commits.get(current.commit);
      if (current !== null && said !== undefined) lines.push({ ...current, ...said });
      current = null;
      continue;
    }
    if (current === null) {
      const header = /^([0-9a-f]{40}|[0-9a-f]{64}) (\d+) (\d+)/.exec(row);
      if (header === null) continue;
      const [, commit = "", lineThere, line] = header;
      current = { commit, lineThere: Number(lineThere), line: Number(line) };
      if (!commits.has(commit)) {
        commits.set(commit, { authoredAtMs: 0, author: "", subject: "", path: "", isBoundary: false });
      }
      continue;
    }
    const said = commits.get(current.commit);
    if (said !== undefined) readField(said, row);
  }
  return lines;
}

function readField(said: Said, row: string): void {
  const space = row.indexOf(" ");
  const key = space === -1 ? row : row.slice(0, space);
  const value = space === -1 ? "" : row.slice(space + 1);
  if (key === "author") said.author = value;
  else if (key === "author-time") said.authoredAtMs = Number(value) * 1000;
  else if (key === "summary") said.subject = value;
  else if (key === "filename") said.path = value;
  else if (key === "boundary") said.isBoundary = true;
}
