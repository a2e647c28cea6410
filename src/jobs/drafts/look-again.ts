import type { CommitId, RepositoryName, ServiceName } from "../../domain/names.ts";
import type { Patch } from "../../domain/patch.ts";
import { redact } from "../../domain/redact.ts";
import type { RemoteRepository } from "../../domain/remote-repository.ts";
import { isPlainPath } from "../../domain/repository-path.ts";
import type { RuleResult } from "../../domain/verdict.ts";
import { diffOf } from "../../repair/build-patch.ts";
import type { DraftMeans } from "./draft-means.ts";

/** What the brain saw by itself of a patch that the hands brought. */
export interface SecondLook {
  readonly rules: readonly RuleResult[];
  /** With the diff made anew of its files. */
  readonly patch: Patch;
  /** The branch that pull requests go to. */
  readonly into: string;
  /** Where the branch of a draft would be; null where there is no fork to make it in. */
  readonly headRepository: RepositoryName | null;
}

const lookMs = 60_000;

/**
 * Looks at a patch with the brain's own eyes: whether GitHub's branch still is at its base, whether what it replaces stands there byte by byte, and what the
 * guard says of it. What the hands said of any of this is not believed.
 * @param draftBase of a draft that gets a further patch: the files must be there as they are at the new base
 * @throws ListingFailedError when GitHub could not be read whole
 */
export async function lookAgain(
  given: Patch,
  about: {
    readonly repository: RepositoryName;
    readonly service: ServiceName | null;
    readonly draftBase: CommitId | null;
  },
  means: DraftMeans,
): Promise<SecondLook> {
  const { remote } = means;
  const patch = { ...given, diff: diffOf(given.files) ?? "" };
  const shape = shapeRule(patch, about.repository);
  if (!shape.holds) return { rules: [shape], patch, into: "", headRepository: null };
  if (remote === null) {
    const unread = rule("base-on-github", false, "no access to GitHub is configured, so its branch could not be read");
    return { rules: [shape, unread], patch, into: "", headRepository: null };
  }
  const signal = AbortSignal.timeout(lookMs);
  const { branch, commit } = await remote.head(patch.repository, signal);
  const moved = rule(
    "base-on-github",
    commit === patch.base,
    commit === patch.base
      ? `${branch} is at ${short(commit)}`
      : `${branch} is at ${short(commit)} on GitHub, and the patch was made and tested at ${short(patch.base)}: pull the clone, then ask again`,
  );
  if (!moved.holds) return { rules: [shape, moved], patch, into: branch, headRepository: null };
  const same = await sameFiles(
    patch,
    [patch.base, ...(about.draftBase === null ? [] : [about.draftBase])],
    remote,
    signal,
  );
  const guarded = await guard(patch, about.service, means);
  const headRepository =
    means.head === "same-repository" ? patch.repository : await remote.ownFork(patch.repository, signal);
  const fork = rule(
    "head",
    headRepository !== null,
    headRepository === null
      ? `there is no fork of ${patch.repository} that is ours: fork it with the account of the token, or set repair.head to same-repository after reading docs/security.md`
      : `the branch is made in ${headRepository}`,
  );
  return { rules: [shape, moved, ...same, ...guarded, fork], patch, into: branch, headRepository };
}

/** What a patch may look like at all, whatever the guard says. */
function shapeRule({ repository, files, diff }: Patch, expected: RepositoryName): RuleResult {
  const paths = new Set(files.map(({ path }) => path));
  const sources = files.filter(({ isTest }) => !isTest).length;
  const why =
    repository !== expected
      ? `it is for ${repository}, and the issue is in ${expected}`
      : sources !== 1 || files.length > 2 || paths.size !== files.length
        ? `it has ${sources} source files and ${files.length - sources} tests`
        : !files.every(({ path }) => isPlainPath(path))
          ? "a path is none"
          : files.some(({ isTest, before }) => !isTest && before === null)
            ? "the source file would be new"
            : files.some(({ before, after }) => before !== null && Buffer.compare(before, after) === 0) || diff === ""
              ? "it changes nothing, or no text"
              : null;
  return rule("patch", why === null, why ?? `one source file and ${files.length - sources} of tests`);
}

async function sameFiles(
  { repository, files }: Patch,
  commits: readonly CommitId[],
  remote: RemoteRepository,
  signal: AbortSignal,
): Promise<readonly RuleResult[]> {
  const rules: RuleResult[] = [];
  for (const { path, before } of files) {
    const differs: string[] = [];
    for (const commit of new Set(commits)) {
      const there = await remote.file(repository, commit, path, signal);
      const isSame =
        before === null
          ? there === null
          : there !== null && there.mode === "100644" && Buffer.compare(there.content, before) === 0;
      if (!isSame) differs.push(short(commit));
    }
    const holds = differs.length === 0;
    const detail = holds
      ? before === null
        ? "is not there yet"
        : "stands there as it was read"
      : `is not the regular file that was read, at ${differs.join(" and ")}`;
    rules.push({ ...rule("file-on-github", holds, detail), path });
  }
  return rules;
}

async function guard(patch: Patch, service: ServiceName | null, means: DraftMeans): Promise<readonly RuleResult[]> {
  const rules = await means.guard(patch, service);
  const violated = rules.filter(({ holds }) => !holds);
  if (violated.length > 0) return violated.map((each) => ({ ...each, rule: `guard-again-${each.rule}` }));
  // A guard that says nothing has seen nothing.
  return [
    rule(
      "guard-again",
      rules.length > 0,
      rules.length > 0 ? `all ${rules.length} rules hold` : "no rule was looked at",
    ),
  ];
}

function rule(name: string, holds: boolean, detail: string): RuleResult {
  return { rule: name, holds, path: null, detail: redact(detail) };
}

function short(commit: CommitId): string {
  return commit.slice(0, 12);
}
