import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { CommitId, RepositoryName, ServiceName } from "../../domain/names.ts";

/** One of the company's programs that has a repository. */
export const programs = ["storefront", "pricing", "orders"] as const;
export type Program = (typeof programs)[number];

export interface CompanyRepository {
  readonly program: Program;
  /** The clone, absolute. */
  readonly path: string;
  readonly repository: RepositoryName;
  /** Of main, which is also `origin/main` and `origin/HEAD`. */
  readonly head: CommitId;
}

/** How a company differs from the usual one, so that a test can show that nothing is known by heart. */
export interface CompanyVariant {
  /** Milliseconds since 1970; the commits are dated some days before. */
  readonly nowMs: number;
  /** Files of storefront that have another name, in the same folder: `src/cart/shipping.js` → `src/cart/delivery.js`. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Comment lines at the top of files of storefront, which move everything below. */
  readonly shiftLines?: Readonly<Record<string, number>>;
  /** Services under another name: `storefront` → `shop-web`. Labels, spans, clone and repository follow. */
  readonly names?: Readonly<Partial<Record<Program, ServiceName>>>;
}

const companyFolder = fileURLToPath(new URL("../company/", import.meta.url));
const dayMs = 86_400_000;

const history = z.array(z.object({ folder: z.string(), daysAgo: z.number(), subject: z.string(), body: z.string() }));

interface Commit {
  readonly message: string;
  readonly atMs: number;
  /** Path → text of what the commit added or changed. */
  readonly files: ReadonlyMap<string, string>;
}

/** Lays out the company's clones below `folder`, each with its history, its working tree and an origin on GitHub. By the name of the service. */
export async function createRepositories(
  folder: string,
  variant: CompanyVariant,
): Promise<Readonly<Record<ServiceName, CompanyRepository>>> {
  const created = await Promise.all(
    programs.map(async (program) => {
      const service = variant.names?.[program] ?? program;
      const path = join(folder, service);
      const repository: RepositoryName = `demo-company/${service}`;
      const commits = await readHistory(program, variant);
      const head = await createRepository(path, repository, commits);
      return [service, { program, path, repository, head }] as const;
    }),
  );
  return Object.fromEntries(created);
}

async function readHistory(program: Program, variant: CompanyVariant): Promise<readonly Commit[]> {
  const folder = join(companyFolder, program);
  const steps = history.parse(JSON.parse(await readFile(join(folder, "history.json"), "utf8")));
  return Promise.all(
    steps.map(async ({ folder: step, daysAgo, subject, body }) => ({
      message: body === "" ? `${subject}\n` : `${subject}\n\n${body}\n`,
      atMs: variant.nowMs - daysAgo * dayMs,
      files:
        program === "storefront"
          ? varied(await readFiles(join(folder, step)), variant)
          : await readFiles(join(folder, step)),
    })),
  );
}

async function readFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path, "utf8")] as const),
    ),
  );
}

function varied(files: ReadonlyMap<string, string>, variant: CompanyVariant): ReadonlyMap<string, string> {
  const renames = Object.entries(variant.rename ?? {});
  return new Map(
    [...files].map(([path, text]) => {
      const padding = "// All rights reserved by the demo company.\n".repeat(variant.shiftLines?.[path] ?? 0);
      // Imports name a file by the end of its path.
      const renamed = renames.reduce(
        (before, [from, to]) => before.replaceAll(`/${baseName(from)}"`, `/${baseName(to)}"`),
        text,
      );
      return [variant.rename?.[path] ?? path, padding + renamed];
    }),
  );
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

async function createRepository(
  path: string,
  repository: RepositoryName,
  commits: readonly Commit[],
): Promise<CommitId> {
  await git(["init", "--quiet", "--initial-branch=main", path], "");
  await git(["-C", path, "fast-import", "--quiet"], commits.map(importText).join("\n"));
  await git(["-C", path, "remote", "add", "origin", `https://github.com/${repository}.git`], "");
  await git(["-C", path, "update-ref", "refs/remotes/origin/main", "refs/heads/main"], "");
  await git(["-C", path, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"], "");
  await git(["-C", path, "reset", "--quiet", "--hard"], "");
  return (await git(["-C", path, "rev-parse", "HEAD"], "")).trim();
}

/** A commit on main in the language of git fast-import; the first has no parent, each other one follows the tip. */
function importText(commit: Commit): string {
  const who = `Demo Company <demo@company.invalid> ${Math.floor(commit.atMs / 1000)} +0000`;
  const files = [...commit.files].map(([path, text]) => `M 100644 inline ${path}\n${dataText(text)}`);
  return [`commit refs/heads/main`, `author ${who}`, `committer ${who}`, dataText(commit.message), ...files].join("\n");
}

function dataText(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

/** The operator's own git configuration stays out of it. */
function git(words: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", words, {
      env: { PATH: process.env["PATH"], GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    let output = "";
    let complaint = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`git ${words.join(" ")} ended with ${code}: ${complaint.trim()}`));
    });
    // When git ends early its exit code tells why, not the broken pipe.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}
