import type { Observation } from "../../domain/observation.ts";
import { looksLikeTest } from "./candidate-paths.ts";
import { stemOf } from "./file-index.ts";
import type { ReadFile } from "./source-files.ts";

const testsMax = 3;
const ownerFiles = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];
const patternLengthMax = 300;
/** No folder of a repository is that deep. */
const patternDepthMax = 32;

/** Tests that cover a file by their names, and who owns it by CODEOWNERS. */
export async function observeSurroundings(
  path: string,
  paths: readonly string[],
  read: ReadFile,
): Promise<readonly Observation<string>[]> {
  const tests = testsOf(path, paths);
  const owners = await ownersOf(path, read);
  return [
    ...(tests.length === 0 ? [] : [{ kind: "tests", path, tests: tests.join(", ") } as const]),
    ...(owners === null ? [] : [{ kind: "owners", path, owners } as const]),
  ];
}

/** `cart.test.ts`, `CartTest.java`, `test_cart.py`, `cart_test.go`, `CartSpec.kt` for a file `cart`; those nearest in the tree first. */
export function testsOf(path: string, paths: readonly string[]): readonly string[] {
  const stem = plain(stemOf(lastSegment(path)));
  return paths
    .filter((each) => each !== path && looksLikeTest(each))
    .filter((each) => {
      const name = stemOf(lastSegment(each)).replace(/\.(?:test|spec)$/, "");
      return plain(name.replace(/^(?:test|Test)_?|_?(?:[tT]ests?|[sS]pec|IT)$/g, "")) === stem;
    })
    .toSorted((one, other) => shared(other, path) - shared(one, path) || (one < other ? -1 : 1))
    .slice(0, testsMax);
}

/** The owners of the last line that matches, as GitHub reads the file; null without one. */
async function ownersOf(path: string, read: ReadFile): Promise<string | null> {
  for (const file of ownerFiles) {
    const found = await read(file);
    if (found === null) continue;
    const line = found.lines.findLast((each) => {
      const pattern = each.trim().split(/\s+/, 1)[0] ?? "";
      return pattern !== "" && !pattern.startsWith("#") && pattern.length <= patternLengthMax && matches(pattern, path);
    });
    const owners =
      line
        ?.replace(/\s#.*$/, "")
        .trim()
        .split(/\s+/)
        .slice(1)
        .join(" ") ?? "";
    return owners === "" ? null : owners;
  }
  return null;
}

/** A pattern of CODEOWNERS: as in .gitignore, without `!` and `[ ]`. Compared segment by segment, so that no pattern takes long. */
function matches(pattern: string, path: string): boolean {
  const isAnchored = pattern.replace(/\/$/, "").includes("/");
  const wanted = pattern.replace(/^\//, "").replace(/\/$/, "").split("/");
  return matchSegments(isAnchored ? wanted : ["**", ...wanted], path.split("/"), pattern.endsWith("/"));
}

/** Each step of the pattern is held against each segment once. */
function matchSegments(wanted: readonly string[], segments: readonly string[], isFolder: boolean): boolean {
  if (wanted.length > patternDepthMax) return false;
  let reached = new Set([0]);
  for (const want of wanted) {
    const next = new Set<number>();
    const first = Math.min(...reached);
    if (want === "**") for (let at = first; at <= segments.length; at++) next.add(at);
    else for (const at of reached) if (at < segments.length && matchName(want, segments[at] ?? "")) next.add(at + 1);
    if (next.size === 0) return false;
    reached = next;
  }
  // What is below a folder belongs to it, but `*.js` and `docs/*` mean files.
  const isWide = wanted.at(-1)?.includes("*") === true && wanted.at(-1) !== "**";
  return [...reached].some((at) => (at === segments.length ? !isFolder : !isWide || isFolder));
}

/** `*` stands for anything but a slash. */
function matchName(want: string, name: string): boolean {
  const parts = want.split("*");
  const [first = "", ...rest] = parts;
  if (rest.length === 0) return want === name;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const [index, part] of rest.entries()) {
    if (index === rest.length - 1) return name.length - part.length >= at && name.endsWith(part);
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return true;
}

function shared(one: string, other: string): number {
  const segments = new Set(other.split("/"));
  return one.split("/").filter((segment) => segments.has(segment)).length;
}

function plain(name: string): string {
  return name.replaceAll(/[-_.]/g, "").toLowerCase();
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
