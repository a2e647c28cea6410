import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Programs, SandboxKind } from "../../../src/adapters/sandbox/builders.ts";
import { installedPrograms, type OpenSandbox, openSandbox } from "../../../src/adapters/sandbox/open-sandbox.ts";
import type { SandboxLimits, SandboxResult, SandboxRun } from "../../../src/domain/sandbox.ts";

export const never = new AbortController().signal;

/** Both ways to build it on Linux; the second is what is left where bubblewrap is missing. */
export const kinds = ["bubblewrap", "util-linux"] as const;

const small: SandboxLimits = {
  durationMs: 20_000,
  memoryMb: 256,
  tmpMb: 16,
  processesMax: 64,
  outputBytesMax: 200_000,
};

export function openIn(folder: string, kind: SandboxKind, programs: Programs = installedPrograms()): OpenSandbox {
  return openSandbox({
    stateDirectory: join(folder, "state"),
    programs,
    kinds: [kind],
    platform: "linux",
    user: process.getuid?.() ?? 0,
  });
}

export function treeIn(folder: string, files: Readonly<Record<string, string>>): string {
  const tree = join(folder, "tree");
  mkdirSync(tree, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(tree, path, ".."), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  return tree;
}

export function runOf(
  folder: string,
  script: string,
  other: Partial<Omit<SandboxRun, "limits">> & { readonly limits?: Partial<SandboxLimits> } = {},
): SandboxRun {
  const nothing = { under: "", readOnly: [], writableCopies: [], prepared: [], env: {} };
  return { argv: ["/bin/sh", "-c", script], folder, ...nothing, ...other, limits: { ...small, ...other.limits } };
}

/** How it ended, in a word. */
export function endOf(result: SandboxResult): string {
  return result.kind === "ended" ? `exit ${result.exitCode}` : result.because;
}

/** A program in the place of another, which it calls with other arguments. */
export function writeShim(folder: string, script: string): string {
  // Also a user without rights must reach it, when the tests are root's.
  chmodSync(folder, 0o755);
  const path = join(folder, "shim");
  writeFileSync(path, `#!/bin/bash\n${script}\n`, { mode: 0o755 });
  return path;
}
