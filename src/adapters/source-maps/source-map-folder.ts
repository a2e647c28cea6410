import { readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { systemCodeOf } from "../../domain/system-error.ts";

const bytesMax = 64 * 1024 * 1024;
/** Folders of a bundle's address that are tried, from the longest end of it to the bare name. */
const segmentsMax = 8;

/**
 * The source maps of a build, in a folder that the service map names: `main.js.map` of `https://shop.example.com/assets/main.js`. Nothing outside the folder is
 * read, whatever a stack trace names.
 * @returns null where there is none
 */
export function createSourceMapFolder(folder: string): (file: string) => Promise<string | null> {
  return async (file) => {
    const segments = file
      .replace(/[?#].*$/, "")
      .replaceAll("\\", "/")
      .split("/")
      .filter((segment) => /^[\w@][\w.@+~-]{0,150}$/.test(segment) && segment !== "..")
      .slice(-segmentsMax);
    for (let from = 0; from < segments.length; from++) {
      const text = await readMap(folder, `${segments.slice(from).join("/")}.map`);
      if (text !== null) return text;
    }
    return null;
  };
}

async function readMap(folder: string, path: string): Promise<string | null> {
  try {
    const [base, real] = await Promise.all([realpath(folder), realpath(join(folder, path))]);
    if (!real.startsWith(base + sep)) return null;
    const { size } = await stat(real);
    return size > bytesMax ? null : await readFile(real, "utf8");
  } catch (error) {
    if (systemCodeOf(error) === null) throw error;
    return null; // Not there, or not to be read: the frame stays as it is.
  }
}
