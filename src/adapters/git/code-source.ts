import type { CommitId, RepositoryName } from "../../domain/names.ts";
import { type CodeSource, CodeSourceError } from "../../domain/sources.ts";
import { blobLines } from "./blob-text.ts";
import { type BorrowedObjects, borrowObjects, isObjectId, type ReadingLimits } from "./borrowed-objects.ts";
import { type FileTree, isBelow, plainFolder, readFileTree } from "./file-tree.ts";
import { readBlame } from "./read-blame.ts";
import { logFormat, readLog } from "./read-log.ts";
import { readRawChanges } from "./read-patch.ts";
import { readSearch } from "./read-search.ts";

export interface CloneSettings {
  readonly repository: RepositoryName;
  /** The operator's clone, absolute: a folder with `.git`, a linked worktree, or a bare repository. Never written to. */
  readonly path: string;
  /** Where our own empty git directory lives, absolute. */
  readonly stateDirectory: string;
}

const defaultLimits: ReadingLimits = {
  timeoutMs: 20_000,
  treeBytesMax: 64 * 1_048_576,
  fileBytesMax: 1_048_576,
  searchBytesMax: 8 * 1_048_576,
};

/** Lists of files kept in memory; an analysis reads the deployed commit and the base. */
const treesMax = 4;
const logBytesMax = 1_048_576;
const logMax = 500;
const blameBytesMax = 4_194_304;
/** A commit that touches more moved or formatted things. */
const patchFilesMax = 200;

/** Where pull requests go, as far as a clone knows it, best first. */
const headRefs = ["refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master", "HEAD"];

/**
 * Reads a clone as git objects, through our own bare directory (SECURITY.md, "Reading repositories").
 * @throws CodeSourceError, here and from every method, with what is wrong and the cure
 */
export async function createCodeSource(
  settings: CloneSettings,
  signal: AbortSignal = new AbortController().signal,
  limits: ReadingLimits = defaultLimits,
): Promise<CodeSource> {
  const objects = await borrowObjects({ ...settings, timeoutMs: limits.timeoutMs }, signal);
  const trees = new Map<CommitId, FileTree>();

  async function treeOf(commit: CommitId, inner: AbortSignal): Promise<FileTree> {
    requireId(commit);
    const known = trees.get(commit);
    if (known !== undefined) return known;
    const args = ["-r", "-z", "--full-tree", commit];
    const output = await objects.read("ls-tree", args, { stdin: null, bytesMax: limits.treeBytesMax }, inner);
    if (output.isCut) throw tooManyFiles(settings.path, limits.treeBytesMax);
    const tree = readFileTree(output.stdout);
    if (trees.size >= treesMax) trees.delete(trees.keys().next().value ?? commit);
    trees.set(commit, tree);
    return tree;
  }

  return {
    repository: settings.repository,
    caution:
      objects.location.shallowFile === null
        ? null
        : "The local clone is shallow: its history is cut, so older changes are not seen.",

    resolve: (ref, inner) => objects.commitOf(ref, inner),

    async head(inner) {
      for (const ref of headRefs) {
        const commit = await objects.commitOf(ref, inner);
        if (commit !== null) return commit;
      }
      throw noCommit(settings.path);
    },

    async files(commit, under, limit, inner) {
      const folder = plainFolder(under);
      const paths = [...(await treeOf(commit, inner)).keys()].filter((path) => isBelow(path, folder));
      return { paths: paths.slice(0, limit), total: paths.length };
    },

    async lines(commit, path, firstLine, lastLine, inner) {
      const blob = (await treeOf(commit, inner)).get(path);
      const content = blob === undefined ? null : await readBlob(objects, blob, limits.fileBytesMax, inner);
      const lines = content === null ? null : blobLines(content);
      if (lines === null) return null;
      const first = Math.max(1, firstLine);
      return { path, firstLine: first, lines: lines.slice(first - 1, Math.max(0, lastLine)), lineCount: lines.length };
    },

    async file(commit, path, inner) {
      const blob = (await treeOf(commit, inner)).get(path);
      if (blob === undefined) return null;
      const entry = await objects.read(
        "ls-tree",
        ["-z", "--full-tree", commit, "--", path],
        { stdin: null, bytesMax: 8_192 },
        inner,
      );
      if (!entry.stdout.toString("utf8").startsWith(`100644 blob ${blob}\t`)) return null;
      const bytes = await readBlob(objects, blob, limits.fileBytesMax, inner);
      return bytes === null || blobLines(bytes) === null ? null : { blob, bytes: new Uint8Array(bytes) };
    },

    async search(commit, text, under, limit, inner) {
      const tree = await treeOf(commit, inner);
      // git reads a line feed as "or": what is not within one line is nowhere.
      if (text === "" || /[\n\0]/.test(text)) return [];
      const folder = plainFolder(under);
      const args = ["-n", "-z", "-I", "-F", "--no-color", "--no-textconv", "-e", text, commit, "--"];
      const options = { stdin: null, bytesMax: limits.searchBytesMax };
      const output = await objects.read("grep", folder === "" ? args : [...args, folder], options, inner);
      const hits = readSearch(output.stdout, commit, text).filter((hit) => tree.has(hit.path));
      const readable = await smallFiles(objects, tree, new Set(hits.map((hit) => hit.path)), limits, inner);
      return hits.filter((hit) => readable.has(hit.path)).slice(0, limit);
    },

    async log(commit, path, limit, inner) {
      requireId(commit);
      const shown = ["-z", "--name-only", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv", logFormat];
      const args = [...shown, `--max-count=${Math.min(limit, logMax)}`, commit, "--", ...(path === null ? [] : [path])];
      const output = await objects.read("log", args, { stdin: null, bytesMax: logBytesMax }, inner);
      return readLog(output.stdout, output.isCut);
    },

    async blame(commit, path, firstLine, lastLine, inner) {
      const blob = (await treeOf(commit, inner)).get(path);
      const content = blob === undefined ? null : await readBlob(objects, blob, limits.fileBytesMax, inner);
      const lineCount = content === null ? null : (blobLines(content)?.length ?? null);
      if (lineCount === null) return null;
      const [first, last] = [Math.max(1, firstLine), Math.min(lineCount, lastLine)];
      if (first > last) return [];
      const args = ["--porcelain", "-L", `${first},${last}`, commit, "--", path];
      const output = await objects.read("blame", args, { stdin: null, bytesMax: blameBytesMax }, inner);
      return readBlame(output.stdout);
    },

    async patch(commit, path, bytesMax, inner) {
      requireId(commit);
      // Against the first parent: what a merge brought, not what it repaired on the way.
      const asked = ["-1", "-m", "--first-parent", "--root", "--format=", "--no-renames", "--no-color"];
      const which = ["--end-of-options", commit, "--", ...(path === null ? [] : [path])];
      const raw = await objects.read(
        "log",
        [...asked, "--raw", "-z", "--no-abbrev", ...which],
        { stdin: null, bytesMax: logBytesMax },
        inner,
      );
      const files = readRawChanges(raw.stdout).slice(0, patchFilesMax);
      if (files.length === 0) return { files, diff: "", isCut: raw.isCut };
      const output = await objects.read(
        "log",
        [
          ...[...asked, "--patch", "-U3", "--no-ext-diff", "--no-textconv", "--end-of-options", commit, "--"],
          ...files.map((each) => each.path),
        ],
        { stdin: null, bytesMax },
        inner,
      );
      const diff = output.stdout.toString("utf8").replace(/^\n+/, "");
      return { files, diff, isCut: output.isCut || raw.isCut || files.length === patchFilesMax };
    },
  };
}

/** The content of a blob; null when it is larger than `bytesMax`. */
async function readBlob(
  objects: BorrowedObjects,
  blob: string,
  bytesMax: number,
  signal: AbortSignal,
): Promise<Buffer | null> {
  const options = { stdin: `${blob}\n`, bytesMax: bytesMax + 256 };
  const output = await objects.read("cat-file", ["--batch"], options, signal);
  const headerEnd = output.stdout.indexOf(10);
  const [id, type, size] = output.stdout.subarray(0, headerEnd).toString("latin1").split(" ");
  const bytes = Number(size);
  if (id !== blob || type !== "blob" || !(bytes <= bytesMax)) return null;
  return output.stdout.subarray(headerEnd + 1, headerEnd + 1 + bytes);
}

/** Of these paths, those whose files are small enough to be read. */
async function smallFiles(
  objects: BorrowedObjects,
  tree: FileTree,
  paths: ReadonlySet<string>,
  limits: ReadingLimits,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  if (paths.size === 0) return paths;
  const asked = [...paths];
  const options = { stdin: asked.map((path) => `${tree.get(path)}\n`).join(""), bytesMax: limits.searchBytesMax };
  const output = await objects.read("cat-file", ["--batch-check"], options, signal);
  const sizes = output.stdout.toString("latin1").split("\n");
  return new Set(asked.filter((_path, index) => Number(sizes[index]?.split(" ")[2]) <= limits.fileBytesMax));
}

function requireId(commit: CommitId): void {
  if (isObjectId(commit)) return;
  throw new CodeSourceError(
    {
      reason: "a commit was named otherwise than by its full id",
      detail: `It was ${JSON.stringify(commit)}; \`resolve\` makes a full id of a name.`,
    },
    { isRetryable: false },
  );
}

function tooManyFiles(path: string, bytesMax: number): CodeSourceError {
  return new CodeSourceError(
    {
      reason: "the repository has too many files",
      detail: `The list of files of ${path} is longer than ${bytesMax} bytes. Such repositories cannot be read yet.`,
    },
    { isRetryable: false },
  );
}

function noCommit(path: string): CodeSourceError {
  return new CodeSourceError(
    { reason: "the clone has no commit yet", detail: `Fetch into it: \`git -C ${path} fetch origin\`.` },
    { isRetryable: false },
  );
}
