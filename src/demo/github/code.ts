import { execFileSync } from "node:child_process";
import { blobSha, commitSha, type StoredCommit, type StoredFile, type TreeEntry, treesOf } from "./git-objects.ts";

/** The commits of one network of repositories: a fork has the objects of what it was forked from. */
interface Objects {
  readonly commits: Map<string, StoredCommit>;
  readonly trees: Map<string, readonly TreeEntry[]>;
  readonly blobs: Map<string, Uint8Array>;
  /** Where contents are that nobody asked for yet. */
  readonly clone: string | null;
}

/** What is pushed: whole files, null for one that goes. */
export type PushedFiles = Readonly<Record<string, Uint8Array | string | null>>;

/** The code of one repository: its branches, and the objects behind them. */
export interface Code {
  readonly objects: Objects;
  branches(): readonly string[];
  head(branch: string): string | null;
  commit(sha: string): StoredCommit | null;
  tree(sha: string): readonly TreeEntry[] | null;
  blob(sha: string): Uint8Array | null;
  /** The content of a file at a branch; null when there is none. */
  file(branch: string, path: string): string | null;
  createBranch(branch: string, at: string): "created" | "exists" | "no-such-commit";
  push(
    branch: string,
    push: { readonly author: string; readonly message: string; readonly files: PushedFiles },
  ): StoredCommit;
}

/** The code of a clone on this machine, read when it is asked for; without one, of no commit at all. */
export function codeOf(clone: string | null, defaultBranch: string, nowMs: () => number): Code {
  const objects: Objects = { commits: new Map(), trees: new Map(), blobs: new Map(), clone };
  let read: Map<string, string> | null = null;
  return codeWith(
    objects,
    () => {
      read ??= clone === null ? new Map() : readClone(clone, defaultBranch, objects, nowMs());
      return read;
    },
    nowMs,
  );
}

/** A fork: the same objects, branches of its own. */
export function forkOf(code: Code, nowMs: () => number): Code {
  let read: Map<string, string> | null = null;
  return codeWith(
    code.objects,
    () => {
      read ??= new Map(code.branches().map((branch) => [branch, code.head(branch) ?? ""]));
      return read;
    },
    nowMs,
  );
}

function codeWith(objects: Objects, heads: () => Map<string, string>, nowMs: () => number): Code {
  const code: Code = {
    objects,
    branches: () => [...heads().keys()],
    head: (branch) => heads().get(branch) ?? null,
    commit(sha) {
      heads();
      return objects.commits.get(sha) ?? null;
    },
    tree: (sha) => objects.trees.get(code.commit(sha)?.tree ?? sha) ?? null,
    blob(sha) {
      const held = objects.blobs.get(sha);
      if (held !== undefined || objects.clone === null) return held ?? null;
      const content = git(objects.clone, "cat-file", "blob", sha);
      objects.blobs.set(sha, content);
      return content;
    },
    file(branch, path) {
      const file = code.commit(code.head(branch) ?? "")?.files.get(path);
      const content = file === undefined ? null : code.blob(file.sha);
      return content === null ? null : Buffer.from(content).toString("utf8");
    },
    createBranch(branch, at) {
      if (heads().has(branch)) return "exists";
      if (code.commit(at) === null) return "no-such-commit";
      heads().set(branch, at);
      return "created";
    },
    push(branch, { author, message, files }) {
      const parent = code.head(branch);
      const all = new Map(parent === null ? [] : code.commit(parent)?.files);
      for (const [path, given] of Object.entries(files)) {
        if (given === null) {
          all.delete(path);
          continue;
        }
        const content = Buffer.from(given);
        const sha = blobSha(content);
        objects.blobs.set(sha, content);
        all.set(path, { mode: all.get(path)?.mode ?? "100644", sha });
      }
      const commit = addCommit(objects, all, {
        parents: parent === null ? [] : [parent],
        message,
        author,
        atMs: nowMs(),
      });
      heads().set(branch, commit.sha);
      return commit;
    },
  };
  return code;
}

function addCommit(
  objects: Objects,
  files: StoredCommit["files"],
  about: Pick<StoredCommit, "parents" | "message" | "author" | "atMs">,
): StoredCommit {
  const { top, trees } = treesOf(files);
  for (const [sha, entries] of trees) objects.trees.set(sha, entries);
  const commit = { ...about, tree: top, files, sha: commitSha({ ...about, tree: top }) };
  objects.commits.set(commit.sha, commit);
  return commit;
}

function readClone(clone: string, branch: string, objects: Objects, nowMs: number): Map<string, string> {
  const sha = git(clone, "rev-parse", "HEAD").toString().trim();
  const files = new Map<string, StoredFile>();
  for (const line of git(clone, "ls-tree", "-r", "-z", "--full-tree", sha).toString().split("\0").filter(Boolean)) {
    const [, mode = "", kind, blob = "", path = ""] = /^(\d+) (\w+) ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    if (kind === "blob") files.set(path, { mode, sha: blob });
  }
  const { top, trees } = treesOf(files);
  for (const [tree, entries] of trees) objects.trees.set(tree, entries);
  const message = git(clone, "log", "-1", "--format=%B", sha).toString().trimEnd();
  objects.commits.set(sha, { sha, tree: top, parents: [], message, author: "somebody", atMs: nowMs, files });
  return new Map([[branch, sha]]);
}

function git(clone: string, ...args: readonly string[]): Buffer {
  return execFileSync("git", ["-C", clone, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
  });
}
