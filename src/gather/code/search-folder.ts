/** Files that one search may go through: about a tenth of a second. */
const filesMax = 10_000;

/** The widest folder around a file, the service's own at most, that is not too large to be searched for a name. */
export function folderToSearch(path: string, paths: readonly string[], under: string): string {
  if (paths.length <= filesMax) return under;
  const segments = path.split("/").slice(0, -1);
  const own = under === "" ? 0 : under.split("/").length;
  for (let depth = own + 1; depth <= segments.length; depth++) {
    const folder = segments.slice(0, depth).join("/");
    if (paths.filter((each) => each.startsWith(`${folder}/`)).length <= filesMax) return folder;
  }
  return segments.join("/");
}
