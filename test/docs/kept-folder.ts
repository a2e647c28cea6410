import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for all tests of a file, removed by whoever asked for it. */
export function keptFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "error-autopilot-docs-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
