import { createHash } from "node:crypto";

/** A file of a commit. */
export interface StoredFile {
  readonly mode: string;
  readonly sha: string;
}

export interface TreeEntry extends StoredFile {
  readonly path: string;
  readonly type: "blob" | "tree";
}

export interface StoredCommit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  /** Who the access belongs to; the committer is GitHub itself. */
  readonly author: string;
  readonly atMs: number;
  /** By their whole path. */
  readonly files: ReadonlyMap<string, StoredFile>;
}

export function blobSha(content: Uint8Array): string {
  return objectSha("blob", content);
}

/** The trees of a commit's files by their id, and the id of the top one: as git itself would name them. */
export function treesOf(files: StoredCommit["files"]): {
  readonly top: string;
  readonly trees: ReadonlyMap<string, readonly TreeEntry[]>;
} {
  const trees = new Map<string, readonly TreeEntry[]>();
  const top = addTree([...files], trees);
  return { top, trees };
}

function addTree(files: readonly (readonly [string, StoredFile])[], trees: Map<string, readonly TreeEntry[]>): string {
  const entries: TreeEntry[] = [];
  const folders = new Map<string, [string, StoredFile][]>();
  for (const [path, file] of files) {
    const slash = path.indexOf("/");
    if (slash === -1) {
      entries.push({ path, type: "blob", ...file });
      continue;
    }
    const inFolder = folders.get(path.slice(0, slash)) ?? [];
    inFolder.push([path.slice(slash + 1), file]);
    folders.set(path.slice(0, slash), inFolder);
  }
  for (const [path, inFolder] of folders) {
    entries.push({ path, type: "tree", mode: "040000", sha: addTree(inFolder, trees) });
  }
  // Git sorts a folder as if its name ended in a slash.
  const key = ({ path, type }: TreeEntry): string => (type === "tree" ? `${path}/` : path);
  entries.sort((one, other) => Buffer.compare(Buffer.from(key(one)), Buffer.from(key(other))));
  const content = entries.flatMap(({ mode, path, sha }) => [
    Buffer.from(`${mode.replace(/^0/, "")} ${path}\0`),
    Buffer.from(sha, "hex"),
  ]);
  const sha = objectSha("tree", Buffer.concat(content));
  trees.set(sha, entries);
  return sha;
}

export function commitSha(commit: Omit<StoredCommit, "sha" | "files">): string {
  const seconds = Math.floor(commit.atMs / 1000);
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${commit.author} <${commit.author}@users.noreply.github.com> ${seconds} +0000`,
    `committer GitHub <noreply@github.com> ${seconds} +0000`,
    "",
    commit.message,
  ];
  return objectSha("commit", Buffer.from(lines.join("\n")));
}

function objectSha(kind: "blob" | "tree" | "commit", content: Uint8Array): string {
  return createHash("sha1").update(`${kind} ${content.length}\0`).update(content).digest("hex");
}
