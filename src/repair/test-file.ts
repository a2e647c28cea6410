/** Folders that hold tests by the habits of build tools. `src/main/` is what is shipped, whatever stands behind it. */
const testFolder = /(?:^|\/)(?:tests?|__tests__|spec|src\/test)\//;
const shippedFolder = /(?:^|\/)src\/main\//;
const testName =
  /(?:[._-](?:test|spec)\.[cm]?[jt]sx?|_test\.(?:go|py|rb|exs)|_spec\.rb|(?:[a-z\d])(?:Tests?|IT|Spec)\.(?:java|kt|kts|scala|groovy|cs|php))$|(?:^|\/)test_[^/]+\.py$/;
const sourceEnding = /\.(?:[cm]?[jt]sx?|java|kts?|scala|groovy|py|go|rb|php|cs|rs|exs?)$/;

/** Whether a path is that of a test, as the test runners of its language find them. Data beside tests is none. */
export function isTestFile(path: string): boolean {
  if (!sourceEnding.test(path) || shippedFolder.test(path)) return false;
  return testName.test(path) || testFolder.test(path);
}

/** Of these paths the tests that belong to a file, likeliest first: named after it, then near to it. */
export function testsNear(path: string, paths: readonly string[]): readonly string[] {
  const stem = plain(path);
  const ending = endingOf(path);
  return paths
    .filter((each) => isTestFile(each) && endingOf(each) === ending)
    .toSorted(
      (one, other) =>
        Number(plain(other).includes(stem)) - Number(plain(one).includes(stem)) ||
        shared(other, path) - shared(one, path) ||
        (one < other ? -1 : 1),
    );
}

function plain(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.\w+$/, "");
  return name.replaceAll(/[-_.]/g, "").toLowerCase();
}

function endingOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

function shared(one: string, other: string): number {
  const segments = new Set(other.split("/"));
  return one.split("/").filter((segment) => segments.has(segment)).length;
}
