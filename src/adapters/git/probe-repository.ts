import type { CommitId, RepositoryName } from "../../domain/names.ts";
import { CodeSourceError } from "../../domain/sources.ts";
import { borrowObjects } from "./borrowed-objects.ts";
import { readConfig } from "./clone-location.ts";
import { type CloneSettings, createCodeSource } from "./code-source.ts";
import { ensureOwnDirectory } from "./own-directory.ts";

/** What `doctor` and `init` want to know of a clone. */
export interface RepositoryProbe {
  /** Why it cannot be read, with the cure; null when it can. Then all else is empty. */
  readonly problem: string | null;
  /** Remotes with the `owner/name` that their address ends with; credentials in an address are not repeated. */
  readonly remotes: readonly { readonly name: string; readonly repository: RepositoryName | null }[];
  /** One of the remotes is the repository that the service map names. */
  readonly isRemoteMatching: boolean;
  readonly head: { readonly commit: CommitId; readonly authoredAtMs: number } | null;
  /** A shallow history, said in words. */
  readonly caution: string | null;
}

/** Looks at a clone without running anything that it names. Never throws for what is wrong with the clone. */
export async function probeRepository(settings: CloneSettings, signal: AbortSignal): Promise<RepositoryProbe> {
  try {
    const { location } = await borrowObjects({ ...settings, timeoutMs: 10_000 }, signal);
    const own = await ensureOwnDirectory(settings.stateDirectory, location.objectFormat);
    const urls = await readConfig(location.config, "^remote\\..*\\.url$", own, signal);
    const remotes = urls.map(({ key, value }) => ({
      name: key.replace(/^remote\.|\.url$/g, ""),
      repository: repositoryOfAddress(value),
    }));
    const code = await createCodeSource(settings, signal);
    const head = await code.head(signal);
    const [newest] = await code.log(head, null, 1, signal);
    return {
      problem: null,
      remotes,
      isRemoteMatching: remotes.some(
        ({ repository }) => repository?.toLowerCase() === settings.repository.toLowerCase(),
      ),
      head: { commit: head, authoredAtMs: newest?.authoredAtMs ?? 0 },
      caution: code.caution,
    };
  } catch (error) {
    if (!(error instanceof CodeSourceError)) throw error;
    return { problem: error.message, remotes: [], isRemoteMatching: false, head: null, caution: null };
  }
}

/** `owner/name` at the end of `https://host/owner/name.git`, `git@host:owner/name`, `ssh://…` or a path; null when there is none. */
export function repositoryOfAddress(address: string): RepositoryName | null {
  const path = address
    .replace(/[?#].*$/, "")
    .replace(/\/+$/, "")
    .replace(/\.git$/i, "");
  const [, owner, name] = /(?:^|[/:])([\w.-]+)\/([\w.-]+)$/.exec(path) ?? [];
  return owner === undefined || name === undefined ? null : `${owner}/${name}`;
}
