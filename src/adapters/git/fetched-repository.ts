import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RepositoryName } from "../../domain/names.ts";
import { CodeSourceError } from "../../domain/sources.ts";
import { systemCodeOf } from "../../domain/system-error.ts";
import { borrowObjects, quotedList } from "./borrowed-objects.ts";
import type { CloneLocation } from "./clone-location.ts";
import { ensureOwnDirectory, ensureOwnRepository, fetchedDirectory } from "./own-directory.ts";
import { type GitOutput, runGit } from "./run-git.ts";

export interface RemoteSettings {
  readonly repository: RepositoryName;
  /** The operator's clone: its objects need not be fetched again. Never written to. */
  readonly path: string;
  readonly stateDirectory: string;
  /** Where people look at the repository: `https://github.com`. */
  readonly webUrl: string;
  /** Reads; null: what everybody may read. */
  readonly token: string | null;
}

export interface FetchLimits {
  readonly timeoutMs: number;
  /** Of what one fetch brings. */
  readonly bytesMax: number;
}

const defaultLimits: FetchLimits = { timeoutMs: 60_000, bytesMax: 2 * 1024 ** 3 };
const watchEveryMs = 250;
/** Somebody who holds the lock for longer was killed. */
const lockMsMax = 300_000;

/**
 * Brings branches and tags of the repository's own address into our bare repository, and nothing into the clone. No redirect is followed, no submodule fetched, no tag moved; nothing
 * of any configuration but ours is read. The token is in no argument and no file.
 * @returns why it could not be done, in a clause that may stand in an issue; null when it was
 */
export async function fetchRepository(
  settings: RemoteSettings,
  signal: AbortSignal,
  limits: FetchLimits = defaultLimits,
): Promise<string | null> {
  const address = addressOf(settings);
  if (address === null)
    return "the address of the repository is plain http, where anyone on the way can change what comes";
  try {
    const { location, commitOf } = await borrowObjects(
      { ...settings, isFetched: false, timeoutMs: limits.timeoutMs },
      signal,
    );
    const directory = fetchedDirectory(settings.stateDirectory, settings.path);
    return await withLock(`${directory}.lock`, async () => {
      const fetched = await tryFetch(directory, address, location, commitOf, settings, limits, signal);
      if (fetched === null || !isDamage(fetched.said)) return fetched?.because ?? null;
      // A lock of somebody who was killed, or objects that the clone has dropped: all of it can be fetched again.
      await rm(directory, { recursive: true, force: true });
      return (await tryFetch(directory, address, location, commitOf, settings, limits, signal))?.because ?? null;
    });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CodeSourceError) return error.reason;
    const code = systemCodeOf(error);
    if (code === null) throw error;
    return `the state folder could not be written (${code})`;
  }
}

/** Https, or plain http to this machine alone. */
function addressOf({ webUrl, repository }: RemoteSettings): string | null {
  const base = new URL(webUrl);
  const isHere = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(base.hostname);
  if (base.protocol !== "https:" && !(base.protocol === "http:" && isHere)) return null;
  return `${webUrl}/${repository}.git`;
}

interface Failure {
  readonly because: string;
  readonly said: string;
}

async function tryFetch(
  directory: string,
  address: string,
  location: CloneLocation,
  commitOf: (ref: string, signal: AbortSignal) => Promise<string | null>,
  settings: RemoteSettings,
  limits: FetchLimits,
  signal: AbortSignal,
): Promise<Failure | null> {
  await ensureOwnRepository(directory, location.objectFormat);
  // A shallow clone lacks what its commits follow from: nothing of it can be built on.
  const borrowed = location.shallowFile === null ? location.objects : null;
  const known = borrowed === null ? null : await knownCommit(commitOf, signal);
  const seed = join(directory, "refs", "clone", "head");
  await rm(seed, { force: true });
  if (known !== null) {
    await mkdir(dirname(seed), { recursive: true });
    await writeFile(seed, `${known}\n`);
  }
  const own = await ensureOwnDirectory(settings.stateDirectory, location.objectFormat);
  const tooLarge = new AbortController();
  const before = await sizeOf(join(directory, "objects"));
  const watch = setInterval(() => {
    void sizeOf(join(directory, "objects")).then((bytes) => {
      if (bytes - before > limits.bytesMax) tooLarge.abort(tooMuch(limits.bytesMax));
    });
  }, watchEveryMs);
  try {
    const args = [
      "fetch",
      "--quiet",
      "--no-tags",
      "--no-recurse-submodules",
      "--no-write-fetch-head",
      "--no-auto-maintenance",
    ];
    const output = await runGit(
      {
        args: [
          ...args,
          "--end-of-options",
          address,
          "+HEAD:refs/remotes/origin/HEAD",
          "+refs/heads/*:refs/remotes/origin/*",
          "refs/tags/*:refs/tags/*",
        ],
        env: fetchingEnvironment(directory, borrowed, address, settings.token),
        cwd: own,
        stdin: null,
        timeoutMs: limits.timeoutMs,
        bytesMax: 65_536,
        isGroup: true,
      },
      AbortSignal.any([signal, tooLarge.signal]),
    );
    return failureOf(output, address);
  } finally {
    clearInterval(watch);
  }
}

async function knownCommit(
  commitOf: (ref: string, signal: AbortSignal) => Promise<string | null>,
  signal: AbortSignal,
): Promise<string | null> {
  for (const ref of ["refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master", "HEAD"]) {
    const commit = await commitOf(ref, signal);
    if (commit !== null) return commit;
  }
  return null;
}

function fetchingEnvironment(
  directory: string,
  borrowed: string | null,
  address: string,
  token: string | null,
): Record<string, string> {
  const { protocol, origin } = new URL(address);
  const login = token === null ? null : Buffer.from(`x-access-token:${token}`).toString("base64");
  const settings: readonly (readonly [string, string])[] = [
    ["http.followRedirects", "false"],
    ["http.lowSpeedLimit", "1000"],
    ["http.lowSpeedTime", "15"],
    ["credential.helper", ""],
    ["core.hooksPath", "/dev/null"],
    // By default git asks the clone for its refs, by a command in its folder.
    ["core.alternateRefsCommand", "true"],
    ["fetch.recurseSubmodules", "false"],
    ["gc.auto", "0"],
    ...(login === null ? [] : [[`http.${origin}/.extraHeader`, `Authorization: Basic ${login}`] as const]),
  ];
  return {
    PATH: process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
    // Without one, a library looks for a .netrc in the operator's.
    HOME: directory,
    GIT_DIR: directory,
    ...(borrowed === null ? {} : { GIT_ALTERNATE_OBJECT_DIRECTORIES: quotedList([borrowed]) }),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ALLOW_PROTOCOL: protocol.replace(":", ""),
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}

/** A tag that was moved is refused, all else has come. */
function failureOf({ exitCode, stderr }: GitOutput, address: string): Failure | null {
  if (exitCode === 0) return null;
  if (exitCode === 1 && !/^(?:fatal|error):/m.test(stderr)) return null;
  const { host } = new URL(address);
  const because = /terminal prompts disabled|Authentication failed|returned error: 40[13]|Invalid username/i.test(
    stderr,
  )
    ? `${host} wants a login that may read it (repositories.token)`
    : /not found|returned error: 404/i.test(stderr)
      ? `${host} has no such repository, or shows it to nobody without a login (repositories.token)`
      : /redirect|returned error: 30[1278]/i.test(stderr)
        ? `${host} sends somewhere else, which is not followed`
        : /Could not resolve|Failed to connect|Connection (?:refused|reset|timed out)|timed out|too slow|Operation too slow/i.test(
              stderr,
            )
          ? `${host} cannot be reached`
          : /certificate|SSL/i.test(stderr)
            ? `the certificate of ${host} cannot be trusted`
            : "git could not fetch";
  return { because, said: stderr };
}

function isDamage(said: string): boolean {
  return /\.lock'|bad object|missing (?:blob|tree|commit|object)|did not send all necessary objects|unable to read|not our ref|cannot lock ref|is corrupt/i.test(
    said,
  );
}

function tooMuch(bytesMax: number): CodeSourceError {
  return new CodeSourceError(
    { reason: "the repository sent too much", detail: `More than ${bytesMax} bytes came in one fetch; it was ended.` },
    { isRetryable: false },
  );
}

/** One process of a machine fetches at a time; another takes what comes of it. */
async function withLock(lock: string, work: () => Promise<string | null>): Promise<string | null> {
  await mkdir(dirname(lock), { recursive: true });
  const taken = await stat(lock).catch(() => null);
  if (taken !== null && Date.now() - taken.mtimeMs > lockMsMax) await rm(lock, { recursive: true, force: true });
  try {
    await mkdir(lock);
  } catch (error) {
    if (systemCodeOf(error) === "EEXIST") return null;
    throw error;
  }
  try {
    return await work();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(join(folder, name)).catch(() => null))?.size ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
