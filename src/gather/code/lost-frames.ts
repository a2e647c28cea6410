import type { Frame } from "../../domain/error-entry.ts";
import type { CommitId } from "../../domain/names.ts";
import type { CodeSource, UnreadFile } from "../../domain/sources.ts";
import type { FileIndex } from "./file-index.ts";
import type { ReadFile } from "./source-files.ts";

/** Frames that are asked about one by one. */
const framesMax = 4;

export interface LostFrames {
  readonly count: number;
  readonly because: string;
}

/** Why own frames were found in no file, each reason once, in sentences for people. */
export async function whyLost(
  lost: readonly Frame[],
  code: {
    readonly service: string;
    readonly source: Pick<CodeSource, "unread" | "repository">;
    readonly commit: CommitId;
    readonly index: FileIndex;
  },
  read: ReadFile,
  signal: AbortSignal,
): Promise<readonly LostFrames[]> {
  const counts = new Map<string, number>();
  for (const [index, frame] of lost.entries()) {
    const because = (index < framesMax ? await reasonOf(frame, code, read, signal) : null) ?? nowhere(code);
    counts.set(because, (counts.get(because) ?? 0) + 1);
  }
  return [...counts].map(([because, count]) => ({ count, because }));
}

async function reasonOf(
  { file, line }: Frame,
  { source, commit, index }: Parameters<typeof whyLost>[1],
  read: ReadFile,
  signal: AbortSignal,
): Promise<string | null> {
  if (file === null) return null;
  const [unread] = await source.unread(commit, file, signal);
  if (unread !== undefined) return unreadText(unread);
  const [path, ...others] = index.named(file.split(/[\\/]/).at(-1) ?? "");
  if (path === undefined || others.length > 0 || line === null) return null;
  const found = await read(path);
  if (found === null || line <= found.lines.length) return null;
  return `${path} has ${found.lines.length} lines at ${commit.slice(0, 12)}, and the stack trace names line ${line}: what is deployed is another version.`;
}

function nowhere({ service, source, commit }: Parameters<typeof whyLost>[1]): string {
  return `Own frames of ${service} that are in no file of ${source.repository} at ${commit.slice(0, 12)}.`;
}

const reasons: Readonly<Record<UnreadFile["because"], (path: string) => string>> = {
  symlink: (path) => `${path} is a symbolic link, and links are never followed.`,
  submodule: (path) => `${path} is a submodule: its code is in another repository, and was not read.`,
  "lfs-pointer": (path) => `${path} is kept in Git LFS: the repository holds a pointer to it, and not its lines.`,
  "too-large": (path) => `${path} is larger than source code is, so it was not read; most likely it is generated.`,
  binary: (path) => `${path} is no text.`,
  "refused-name": (path) => `${path} was not read: files of such a name hold secrets as a rule.`,
  "odd-path": (path) => `${path} was not read: its path is none that may stand in a sentence or a link.`,
};

function unreadText({ path, because }: UnreadFile): string {
  // A line feed in a path would end the sentence.
  return reasons[because](path.replaceAll(/[\p{Cc}\p{Cf}]/gu, "?").slice(0, 200));
}
