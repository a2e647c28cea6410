/** The files of a service, found by how their names end. */
export interface FileIndex {
  /** Paths whose last segment is this one. */
  named(fileName: string): readonly string[];
  /** Paths whose last segment is this one before its extension. */
  withStem(stem: string): readonly string[];
  /** All last segments before their extensions, each once. */
  stems(): readonly string[];
}

/** The same list of paths is indexed once. */
export function indexFiles(paths: readonly string[]): FileIndex {
  const known = indexes.get(paths);
  if (known !== undefined) return known;
  const index = newIndex(paths);
  indexes.set(paths, index);
  return index;
}

const indexes = new WeakMap<readonly string[], FileIndex>();

function newIndex(paths: readonly string[]): FileIndex {
  const byName = Map.groupBy(paths, lastSegment);
  const byStem = Map.groupBy(paths, (path) => stemOf(lastSegment(path)));
  return {
    named: (fileName) => byName.get(fileName) ?? [],
    withStem: (stem) => byStem.get(stem) ?? [],
    stems: () => [...byStem.keys()],
  };
}

/** `cart` of `cart.js`, `cart.test` of `cart.test.js`: all before the last dot. */
export function stemOf(fileName: string): string {
  return fileName.replace(/\.\w+$/, "");
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
