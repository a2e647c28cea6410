/** The files of a service, found by how their names end. */
export interface FileIndex {
  /** Paths whose last segment is this one. */
  named(fileName: string): readonly string[];
  /** Paths whose last segment is this one before its extension. */
  withStem(stem: string): readonly string[];
}

export function indexFiles(paths: readonly string[]): FileIndex {
  const byName = Map.groupBy(paths, lastSegment);
  const byStem = Map.groupBy(paths, (path) => stemOf(lastSegment(path)));
  return { named: (fileName) => byName.get(fileName) ?? [], withStem: (stem) => byStem.get(stem) ?? [] };
}

/** `cart` of `cart.js`, `cart.test` of `cart.test.js`: all before the last dot. */
export function stemOf(fileName: string): string {
  return fileName.replace(/\.\w+$/, "");
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
