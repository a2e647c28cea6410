import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A real repository in a temporary folder, made with the machine's git and none of its configuration. */
export interface GitRepository {
  readonly path: string;
  git(...args: readonly string[]): string;
  /** Writes these files (null deletes), commits everything, and gives the commit's id. */
  commit(files: Readonly<Record<string, string | Buffer | null>>, subject: string, author?: string): string;
}

export function temporaryFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "error-autopilot-git-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function runGitCommand(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): string {
  const base = { PATH: process.env["PATH"] ?? "", GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
  const options = ["-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", "-c", "gc.auto=0"];
  return execFileSync("git", [...options, ...args], {
    cwd,
    env: { ...base, ...env },
    encoding: "utf8",
    stdio: "pipe",
  }).trim();
}

export function makeRepository(path: string, initOptions: readonly string[] = []): GitRepository {
  mkdirSync(path, { recursive: true });
  runGitCommand(path, ["init", "-q", ...initOptions]);
  let day = 0;
  const git = (...args: readonly string[]) => runGitCommand(path, args);
  return {
    path,
    git,
    commit(files, subject, author = "Ada") {
      for (const [name, content] of Object.entries(files)) {
        const file = join(path, name);
        mkdirSync(dirname(file), { recursive: true });
        if (content === null) rmSync(file);
        else writeFileSync(file, content);
      }
      day += 1;
      // One commit a day from 2026-01-02 on, at noon: the same calls make the same ids.
      const date = `${Date.UTC(2026, 0, 1 + day, 12) / 1000} +0000`;
      const who = { GIT_AUTHOR_NAME: author, GIT_AUTHOR_EMAIL: "a@example.org" };
      const committer = { GIT_COMMITTER_NAME: author, GIT_COMMITTER_EMAIL: "a@example.org" };
      git("add", "-A");
      runGitCommand(path, ["commit", "-q", "--allow-empty", "--allow-empty-message", "-m", subject], {
        ...who,
        ...committer,
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_DATE: date,
      });
      return git("rev-parse", "HEAD");
    },
  };
}

/** One digest over every file below a folder, `.git` included: names, contents, modes, link targets. */
export function digestOfFolder(path: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(path, { recursive: true, encoding: "utf8" }).sort()) {
    const file = join(path, name);
    const state = lstatSync(file);
    hash.update(`${name}\0${state.mode}\0${state.mtimeMs}\0`);
    if (state.isSymbolicLink()) hash.update(readlinkSync(file));
    else if (state.isFile()) hash.update(readFileSync(file));
  }
  return hash.digest("hex");
}
