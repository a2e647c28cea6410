import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => path !== "");
const code = files.filter((path) => /\.(ts|mjs)$/.test(path));

describe("the shape of the repository", () => {
  it("sees the code", () => {
    expect(code.length).toBeGreaterThan(200);
  });

  it("has no file of more than 400 lines", () => {
    const long = code.filter((path) => readFileSync(join(root, path), "utf8").split("\n").length > 401);
    expect(long).toEqual([]);
  });

  it("has no drawer without a label", () => {
    expect(files.filter((path) => /(^|\/)(utils?|helpers?|common|misc)(\.[a-z]+$|\/)/.test(path))).toEqual([]);
  });

  it("tells the whole journey in two files of one screen each", () => {
    for (const path of ["src/jobs/investigate.ts", "src/jobs/brain.ts"]) {
      expect(readFileSync(join(root, path), "utf8").split("\n").length).toBeLessThan(130);
    }
  });

  it("has no way around the type checker in the product", () => {
    // `any` itself is the linter's; these would silence the compiler.
    const escapes = /@ts-(ignore|expect-error|nocheck)|biome-ignore/;
    const found = code.filter(
      (path) => path.startsWith("src/") && escapes.test(readFileSync(join(root, path), "utf8")),
    );
    expect(found).toEqual([]);
  });

  it("writes no registry address into the lock file", () => {
    expect(readFileSync(join(root, "package-lock.json"), "utf8")).not.toMatch(/"resolved"/);
  });
});
