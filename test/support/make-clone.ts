import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A clone with one commit of these files. @returns its commit */
export function makeClone(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=Orders", "-c", "user.email=orders@company.invalid", "-C", folder, ...args], {
      stdio: "pipe",
    });
  git("init", "--quiet", "--initial-branch=main");
  git("add", ".");
  git("commit", "--quiet", "--message", "First");
  return git("rev-parse", "HEAD").toString().trim();
}
