import type { Frame } from "../../domain/error-entry.ts";
import { type FileIndex, stemOf } from "./file-index.ts";

/** A file that a frame may mean. */
export interface Candidate {
  readonly path: string;
  /** Segments, counted from the end, in which the frame's place and the path agree. */
  readonly agreeing: number;
  /** The path, below the service's folder, agrees as a whole. */
  readonly isWhole: boolean;
  /** False where the frame speaks of another file, compiled from this one: its line is not ours. */
  readonly isLineOurs: boolean;
}

/** Folders of other people's code, wherever a package manager puts it. */
const othersCode = /^(node_modules|site-packages|dist-packages|vendor|\.m2|\.cargo|\.gradle|gems|rustc|mod)$/;
/** Folders that a compiler writes, and the one that it reads. */
const compiled = new Set(["dist", "build", "out", "lib", "src"]);
const compiledName = /\.(js|mjs|cjs)$/;
const sourceName = /\.(ts|tsx|mts|cts|jsx)$/;
const javaName = /\.(java|kt|scala|groovy)$/;
const isTest = /(^|\/)(tests?|__tests__|spec|fixtures|mocks?)(\/|$)|[._-](test|spec)\.\w+$/i;
const isTestClass = /[a-z\d]Tests?\.\w+$/;
/** Names that nearly every project has more than once: one of them alone tells nothing. */
const ordinaryStem =
  /^(index|main|app|server|mod|lib|utils?|helpers?|__init__|__main__|views|models|routes|config|handler)$/i;

/**
 * Files of a service that a frame may mean, best first: most agreeing segments, whole paths before others, tests last.
 * Nothing where only an everyday name agrees.
 */
export function candidatePaths(frame: Frame, index: FileIndex, under: string): readonly Candidate[] {
  const wanted = segmentsOf(frame);
  const name = wanted.at(-1);
  if (name === undefined || wanted.some((segment) => segment.startsWith("<"))) return [];
  const folders = under === "" ? 0 : under.split("/").length;
  // Our own package may be installed among those of others; then the rules have said that it is ours.
  const others = frame.isOwn ? undefined : wanted.find((segment) => othersCode.test(segment));
  const paths = pathsNamed(frame, name, index);
  return paths
    .map((path): Candidate => {
      const segments = path.split("/");
      const agreeing = agreement(wanted, segments);
      const isWhole = agreeing >= segments.length - folders;
      return { path, agreeing, isWhole, isLineOurs: frame.file !== null && segments.at(-1) === name };
    })
    .filter(({ path }) => others === undefined || path.split("/").includes(others))
    .filter(({ agreeing, isWhole }) => agreeing > 1 || isWhole || wanted.length === 1 || isTelling(name, paths))
    .toSorted(
      (one, other) =>
        other.agreeing - one.agreeing ||
        Number(other.isWhole) - Number(one.isWhole) ||
        Number(looksLikeTest(one.path)) - Number(looksLikeTest(other.path)) ||
        one.path.length - other.path.length ||
        (one.path < other.path ? -1 : 1),
    );
}

/** By its folders or its name. */
export function looksLikeTest(path: string): boolean {
  return isTest.test(path) || isTestClass.test(path);
}

function isTelling(name: string, paths: readonly string[]): boolean {
  return paths.length === 1 && !ordinaryStem.test(stemOf(name));
}

function pathsNamed({ file }: Frame, name: string, index: FileIndex): readonly string[] {
  if (file === null) return index.withStem(name).filter((path) => /\.(java|kt|scala|groovy|py|php|cs|rb)$/.test(path));
  const same = index.named(name);
  if (same.length > 0 || !compiledName.test(name)) return same;
  return index.withStem(stemOf(name)).filter((path) => sourceName.test(path));
}

/** Where a frame says its code is, as path segments: its file, in Java with the folders of its package; without a file, its module. */
function segmentsOf({ file, module }: Frame): readonly string[] {
  if (file !== null) {
    const path = file
      .replace(/^(file|webpack(-internal)?|app|ng|turbopack):\/*/i, "/")
      .replace(/[?#].*$/, "")
      .replaceAll("\\", "/");
    const segments = path.split("/").filter((segment) => segment !== "" && segment !== "." && segment !== "..");
    // A bare file name of a Java frame stands in the folders of its package.
    return segments.length === 1 && module !== null && javaName.test(file)
      ? [...packageOf(module), ...segments]
      : segments;
  }
  if (module === null) return [];
  return module
    .replace(/^.*\/\//, "")
    .replace(/[$].*$/, "")
    .split(/[.\\/]|::/)
    .filter((segment) => segment !== "");
}

/** `com.example.order` of `app//com.example.order.OrderService$Inner`: a class begins with a capital letter. */
function packageOf(module: string): readonly string[] {
  const segments = module.replace(/^.*\//, "").split(".");
  const firstClass = segments.findIndex((segment) => /^[A-Z]/.test(segment));
  return firstClass === -1 ? segments.slice(0, -1) : segments.slice(0, firstClass);
}

function agreement(wanted: readonly string[], segments: readonly string[]): number {
  const name = wanted.at(-1) ?? "";
  const last = segments.at(-1) ?? "";
  if (last !== name && stemOf(last) !== name && stemOf(last) !== stemOf(name)) return 0;
  const isCompiled = last !== name && compiledName.test(name);
  let count = 1;
  for (; count < wanted.length && count < segments.length; count += 1) {
    const [one = "", other = ""] = [wanted.at(-1 - count), segments.at(-1 - count)];
    if (one !== other && !(isCompiled && compiled.has(one) && compiled.has(other))) break;
  }
  return count;
}
