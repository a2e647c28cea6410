import { AnyMap, originalPositionFor, type TraceMap } from "@jridgewell/trace-mapping";
import type { Exception, Frame } from "../../domain/error-entry.ts";

const mapsMax = 8;
const minifiedMax = 2;
const bundled = /\.(?:js|mjs|cjs|jsx)(?:[?#].*)?$/;
const othersCode = /(?:^|\/)node_modules\/|^(?:webpack|node|vite|\(webpack\))[:/]?(?:internal|bootstrap|runtime)/;

/** The source map of a bundle, by the file that a frame names; null where there is none. */
export type SourceMapOf = (file: string) => Promise<string | null>;

/**
 * Frames of bundles as they stand in the source: file, line and column. Frames without a column or a map stay as they are.
 * What lies in `node_modules` there is nobody's own.
 */
export async function withOriginalFrames(
  exceptions: readonly Exception[],
  sourceMapOf: SourceMapOf,
): Promise<readonly Exception[]> {
  const maps = new Map<string, TraceMap | null>();
  const mapOf = async (file: string): Promise<TraceMap | null> => {
    const known = maps.get(file);
    if (known !== undefined) return known;
    const map = maps.size >= mapsMax ? null : parseMap(await sourceMapOf(file));
    maps.set(file, map);
    return map;
  };
  const original = async (frame: Frame): Promise<Frame> => {
    if (frame.file === null || frame.line === null || frame.column === null || !bundled.test(frame.file)) return frame;
    const map = await mapOf(frame.file);
    if (map === null) return frame;
    const found = originalPositionFor(map, { line: frame.line, column: Math.max(0, frame.column - 1) });
    if (found.source === null || found.line === null) return frame;
    const file = plainSource(found.source);
    return {
      ...frame,
      file,
      line: found.line,
      column: found.column + 1,
      // Minifiers make names of a letter or two; a map's own name there is that of what is called, not of who calls.
      function: frame.function !== null && frame.function.length > minifiedMax ? frame.function : null,
      isOwn: !othersCode.test(file),
    };
  };
  return await Promise.all(
    exceptions.map(async (exception) => ({ ...exception, frames: await Promise.all(exception.frames.map(original)) })),
  );
}

function parseMap(text: string | null): TraceMap | null {
  if (text === null) return null;
  try {
    // Some servers put a line before the JSON that keeps scripts of other sites from reading it.
    return AnyMap(text.replace(/^\)\]\}'[^\n]*\n/, ""));
  } catch {
    return null; // No source map after all.
  }
}

/** `webpack://shop/./src/cart.ts?a1b2` → `src/cart.ts` */
function plainSource(source: string): string {
  return source
    .replace(/^(?:webpack|ng|turbopack|rollup):\/\/[^/]*\//, "")
    .replace(/[?#].*$/, "")
    .replace(/^(?:\.{0,2}\/)+/, "");
}
