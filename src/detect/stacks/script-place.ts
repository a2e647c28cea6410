/** `a.js line 94 > Function:3:1`, as SpiderMonkey has evaluated text: the place of the call that evaluated it. */
export function evaluatedAt(place: string): string {
  return place.replace(/ line (\d{1,9}) > .{1,300}$/, ":$1");
}

/** A script as a path where it is one: `file:///app/main.js` is `/app/main.js`. */
export function scriptPathOf(file: string): string {
  if (!file.startsWith("file://")) return file;
  const path = file.slice(7);
  return /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path;
}

/** The package of a library's file, the name of a file of the runtime's own (`node:`, `ext:`, `bun:`); null for any other. */
export function scriptModuleOf(file: string): string | null {
  if (/^(?:node|ext|bun|deno):/.test(file)) return file;
  const at = file.lastIndexOf("node_modules/");
  if (at === -1) return null;
  const parts = file.slice(at + 13).split("/", 2);
  return parts[0]?.startsWith("@") === true && parts[1] !== undefined ? `${parts[0]}/${parts[1]}` : (parts[0] ?? null);
}
