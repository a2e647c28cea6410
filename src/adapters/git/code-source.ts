import type { CommitId, RepositoryName } from "../../domain/names.ts";
import {
  type BlamedLine,
  type CodeSource,
  CodeSourceError,
  type CommitLink,
  type CommitSummary,
  type UnreadFile,
} from "../../domain/sources.ts";
import { blobLines } from "./blob-text.ts";
import { borrowObjects, isObjectId, type ReadingLimits } from "./borrowed-objects.ts";
import { type FileTree, plainFolder, readFileTree } from "./file-tree.ts";
import { readBlame } from "./read-blame.ts";
import { logFormat, readLinks, readLog } from "./read-log.ts";
import { readRawChanges } from "./read-patch.ts";
import { readSearch, type SearchHit } from "./read-search.ts";
import { createMemory } from "./remembered.ts";
import { filesLike, reasonOfContent } from "./unread-files.ts";

export interface CloneSettings {
  readonly repository: RepositoryName;
  /** The operator's clone, absolute: a folder with `.git`, a linked worktree, or a bare repository. Never written to. */
  readonly path: string;
  /** Where our own empty git directory lives, absolute. */
  readonly stateDirectory: string;
  /** Branches and tags are those that were fetched into our own repository, and only then the clone's. */
  readonly isFetched: boolean;
}

const defaultLimits: ReadingLimits = {
  timeoutMs: 20_000,
  treeBytesMax: 64 * 1_048_576,
  fileBytesMax: 1_048_576,
  searchBytesMax: 8 * 1_048_576,
};

/** Lists of files kept in memory; an analysis reads the deployed commit and the base. */
const treesMax = 4;
/** Characters of answers that are remembered, of each kind. */
const rememberedMax = 16 * 1_048_576;
const logBytesMax = 1_048_576;
const logMax = 500;
const linksMax = 5_000;
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
  const rememberedText = createMemory<readonly string[] | null>(rememberedMax, (lines) => weightOf(lines ?? []));
  const rememberedHistory = createMemory<readonly CommitSummary[]>(rememberedMax, (commits) =>
    commits.reduce((sum, { paths, subject }) => sum + 100 + subject.length + weightOf(paths), 0),
  );
  const rememberedLinks = createMemory<readonly CommitLink[]>(rememberedMax, (links) => links.length * 200);
  const rememberedBlame = createMemory<readonly BlamedLine[]>(rememberedMax, (lines) => lines.length * 200);
  const rememberedSearch = createMemory<SearchHits>(rememberedMax, (hits) =>
    [...hits.values()].flat().reduce((sum, { path, text }) => sum + path.length + text.length, 100),
  );

  async function treeOf(commit: CommitId, inner: AbortSignal): Promise<FileTree> {
    requireId(commit);
    const known = trees.get(commit);
    if (known !== undefined) return known;
    const args = ["-r", "-z", "--full-tree", commit];
    const output = await objects.read("ls-tree", args, limits.treeBytesMax, inner);
    if (output.isCut) throw tooManyFiles(settings.path, limits.treeBytesMax);
    const tree = readFileTree(output.stdout);
    if (trees.size >= treesMax) trees.delete(trees.keys().next().value ?? commit);
    trees.set(commit, tree);
    return tree;
  }

  /** All lines of a readable text file; null when it is none. */
  async function textOf(commit: CommitId, path: string, inner: AbortSignal): Promise<readonly string[] | null> {
    const blob = (await treeOf(commit, inner)).blobOf(path);
    if (blob === null) return null;
    return await rememberedText(blob, async () => {
      const content = await objects.blobs.content(blob, limits.fileBytesMax, inner);
      return content === null ? null : blobLines(content);
    });
  }

  async function searchFiles(
    commit: CommitId,
    texts: readonly string[],
    within: string | readonly string[],
    limit: number,
    inner: AbortSignal,
  ): Promise<SearchHits> {
    const tree = await treeOf(commit, inner);
    // git reads a line feed as "or": what is not within one line is nowhere.
    const wanted = texts.filter((text) => text !== "" && !/[\n\0]/.test(text));
    const folders = typeof within === "string" ? [plainFolder(within)].filter((folder) => folder !== "") : within;
    if (wanted.length === 0 || (typeof within !== "string" && within.length === 0)) return new Map();
    return await rememberedSearch(JSON.stringify([commit, wanted, folders, limit]), async () => {
      const patterns = wanted.flatMap((text) => ["-e", text]);
      const args = ["-n", "-z", "-I", "-F", "--no-color", "--no-textconv", ...patterns, commit, "--", ...folders];
      const output = await objects.read("grep", args, limits.searchBytesMax, inner);
      if (output.isCut && wanted.length > 1) {
        // One of them stands everywhere, and would leave no room for the others.
        const alone = wanted.map((text) => searchFiles(commit, [text], within, limit, inner));
        return new Map((await Promise.all(alone)).flatMap((each) => [...each]));
      }
      const hits = readSearch(output.stdout, commit, wanted);
      const named = new Set([...hits.values()].flatMap((those) => those.map(({ path }) => path)));
      const paths = [...named].filter((path) => tree.blobOf(path) !== null);
      const sizes = await objects.blobs.sizes(
        paths.map((path) => tree.blobOf(path) ?? ""),
        inner,
      );
      const readable = new Set(paths.filter((_path, index) => (sizes[index] ?? Infinity) <= limits.fileBytesMax));
      const shown = (those: readonly SearchHit[]) => those.filter(({ path }) => readable.has(path)).slice(0, limit);
      return new Map([...hits].map(([text, those]) => [text, shown(those)]));
    });
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
      const paths = (await treeOf(commit, inner)).below(plainFolder(under));
      return { paths: paths.length <= limit ? paths : paths.slice(0, limit), total: paths.length };
    },

    async lines(commit, path, firstLine, lastLine, inner) {
      const lines = await textOf(commit, path, inner);
      if (lines === null) return null;
      const first = Math.max(1, firstLine);
      const isWhole = first === 1 && lastLine >= lines.length;
      const shown = isWhole ? lines : lines.slice(first - 1, Math.max(0, lastLine));
      return { path, firstLine: first, lines: shown, lineCount: lines.length };
    },

    async file(commit, path, inner) {
      const blob = (await treeOf(commit, inner)).blobOf(path);
      if (blob === null) return null;
      const entry = await objects.read("ls-tree", ["-z", "--full-tree", commit, "--", path], 8_192, inner);
      if (!entry.stdout.toString("utf8").startsWith(`100644 blob ${blob}\t`)) return null;
      const bytes = await objects.blobs.content(blob, limits.fileBytesMax, inner);
      return bytes === null || blobLines(bytes) === null ? null : { blob, bytes: new Uint8Array(bytes) };
    },

    async unread(commit, wanted, inner) {
      requireId(commit);
      const args = ["-r", "-z", "--full-tree", commit];
      const output = await objects.read("ls-tree", args, limits.treeBytesMax, inner);
      const unread: UnreadFile[] = [];
      for (const { path, id, because } of filesLike(output.stdout, wanted)) {
        const why = because ?? reasonOfContent(await objects.blobs.content(id, limits.fileBytesMax, inner));
        if (why !== null) unread.push({ path, because: why });
      }
      return unread;
    },

    async search(commit, text, under, limit, inner) {
      return (await searchFiles(commit, [text], under, limit, inner)).get(text) ?? [];
    },

    searchAll: searchFiles,

    async log(commit, path, limit, inner) {
      requireId(commit);
      const paths = path === null ? [] : typeof path === "string" ? [path] : path;
      return await rememberedHistory(JSON.stringify([commit, paths, limit]), async () => {
        const shown = ["-z", "--name-only", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv", logFormat];
        const args = [...shown, `--max-count=${Math.min(limit, logMax)}`, commit, "--", ...paths];
        const output = await objects.read("log", args, logBytesMax, inner);
        return readLog(output.stdout, output.isCut);
      });
    },

    async history(commit, limit, inner) {
      requireId(commit);
      return await rememberedLinks(JSON.stringify([commit, limit]), async () => {
        const args = [
          "-z",
          "--no-color",
          "--format=%H%x00%P%x00%s",
          `--max-count=${Math.min(limit, linksMax)}`,
          commit,
          "--",
        ];
        return readLinks(await objects.read("log", args, logBytesMax, inner));
      });
    },

    async changesOf(commit, path, text, limit, inner) {
      requireId(commit);
      if (/[\n\0]/.test(text) || text === "") return [];
      const literally = text.replaceAll(/[^\w\s-]/g, "\\$&");
      return await rememberedHistory(JSON.stringify([commit, path, limit, text]), async () => {
        const shown = ["-z", "--name-only", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv", logFormat];
        const args = [...shown, `-G${literally}`, `--max-count=${Math.min(limit, logMax)}`, commit, "--", path];
        const output = await objects.read("log", args, logBytesMax, inner);
        return readLog(output.stdout, output.isCut);
      });
    },

    async blame(commit, path, firstLine, lastLine, inner) {
      const lineCount = (await textOf(commit, path, inner))?.length ?? null;
      if (lineCount === null) return null;
      const [first, last] = [Math.max(1, firstLine), Math.min(lineCount, lastLine)];
      if (first > last) return [];
      return await rememberedBlame(JSON.stringify([commit, path, first, last]), async () => {
        const args = ["--porcelain", "-L", `${first},${last}`, commit, "--", path];
        return readBlame((await objects.read("blame", args, blameBytesMax, inner)).stdout);
      });
    },

    async patch(commit, path, bytesMax, inner) {
      requireId(commit);
      // Against the first parent: what a merge brought, not what it repaired on the way.
      const asked = ["-1", "-m", "--first-parent", "--root", "--format=", "--no-renames", "--no-color"];
      const which = ["--end-of-options", commit, "--", ...(path === null ? [] : [path])];
      const raw = await objects.read("log", [...asked, "--raw", "-z", "--no-abbrev", ...which], logBytesMax, inner);
      const files = readRawChanges(raw.stdout).slice(0, patchFilesMax);
      if (files.length === 0) return { files, diff: "", isCut: raw.isCut };
      const output = await objects.read(
        "log",
        [
          ...[...asked, "--patch", "-U3", "--no-ext-diff", "--no-textconv", "--end-of-options", commit, "--"],
          ...files.map((each) => each.path),
        ],
        bytesMax,
        inner,
      );
      const diff = output.stdout.toString("utf8").replace(/^\n+/, "");
      return { files, diff, isCut: output.isCut || raw.isCut || files.length === patchFilesMax };
    },
  };
}

type SearchHits = ReadonlyMap<string, readonly SearchHit[]>;

function weightOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length + 16, 100);
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
