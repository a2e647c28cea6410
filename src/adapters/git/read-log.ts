import { isPlainPath } from "../../domain/repository-path.ts";
import type { CommitLink, CommitSummary } from "../../domain/sources.ts";

/** Each commit begins with an empty field; no path is empty, so a path that looks like a commit id is no trap. */
export const logFormat = "--format=%x00%H%x00%at%x00%an%x00%s";

/**
 * Reads the answer of `log -z --name-only` in our format. An answer cut in the middle loses its last commit.
 * @see git-log(1): with -z and --name-only, a line feed stands before the first path and NUL after each
 */
export function readLog(output: Buffer, isCut: boolean): readonly CommitSummary[] {
  const fields = output.toString("utf8").split("\0");
  const commits: CommitSummary[] = [];
  let at = 0;
  while (at + 4 < fields.length && fields[at] === "") {
    const [commit = "", seconds = "", author = "", subject = ""] = fields.slice(at + 1, at + 5);
    at += 5;
    const paths: string[] = [];
    while (at < fields.length && fields[at] !== "") {
      paths.push((fields[at] ?? "").replace(/^\n/, ""));
      at += 1;
    }
    commits.push({ commit, authoredAtMs: Number(seconds) * 1000, author, subject, paths: paths.filter(isPlainPath) });
  }
  return isCut ? commits.slice(0, -1) : commits;
}

/** Reads the answer of `log -z` with id, parents and subject of each commit, separated by NUL as the commits are. */
export function readLinks({
  stdout,
  isCut,
}: {
  readonly stdout: Buffer;
  readonly isCut: boolean;
}): readonly CommitLink[] {
  const fields = stdout.toString("utf8").split("\0");
  const links: CommitLink[] = [];
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [commit = "", parents = "", subject = ""] = fields.slice(at, at + 3);
    links.push({ commit, parents: parents.split(" ").filter((id) => id !== ""), subject });
  }
  return isCut ? links.slice(0, -1) : links;
}
