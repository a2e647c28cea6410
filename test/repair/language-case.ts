import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const fixtures = join(import.meta.dirname, "..", "fixtures", "repair");
const typescript = join(import.meta.dirname, "..", "..", "node_modules", "typescript");

type Lines = string | readonly string[];

/** A small repository with a bug, how it failed, and patches that a model may propose for it (`test/fixtures/repair/`). */
export interface LanguageCase {
  readonly service: string;
  readonly readOnly: readonly string[];
  readonly verify: readonly (readonly string[])[];
  readonly verifyTest: readonly string[];
  readonly exception: { readonly type: string; readonly message: string };
  readonly frames: readonly string[];
  readonly span: { readonly name: string; readonly attributes: Readonly<Record<string, string>> };
  readonly faulty: { readonly path: string; readonly line: number; readonly function: string };
  readonly category: "null_dereference" | "type_mismatch";
  readonly claim: string;
  readonly patches: Readonly<Record<string, ScriptedPatch>>;
  /** By path. */
  readonly files: Readonly<Record<string, string>>;
}

export interface ScriptedPatch {
  readonly edits: readonly { readonly path: string; readonly search: string; readonly replace: string }[];
  /** The gate that must stop it, and words that it says; without one, it comes through. */
  readonly stoppedBy?: string;
  readonly says?: string;
}

export function languageCase(language: string): LanguageCase {
  const folder = join(fixtures, language);
  const text = readFileSync(join(folder, "case.json"), "utf8").replaceAll("{typescript}", typescript);
  const written = JSON.parse(text) as Omit<LanguageCase, "patches" | "readOnly"> & {
    readonly readOnly?: readonly string[];
    readonly patches: Readonly<Record<string, { readonly edits: readonly Record<string, Lines>[] }>>;
  };
  const patches = Object.entries(written.patches).map(([name, patch]) => [
    name,
    {
      ...patch,
      edits: patch.edits.map((edit) =>
        Object.fromEntries(Object.entries(edit).map(([key, lines]) => [key, joined(lines)])),
      ),
    },
  ]);
  return {
    ...written,
    readOnly: written.readOnly ?? [],
    patches: Object.fromEntries(patches),
    files: filesBelow(join(folder, "repository")),
  };
}

function joined(lines: Lines): string {
  return typeof lines === "string" ? lines : lines.join("\n");
}

function filesBelow(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return Object.fromEntries(
    files.map((each) => {
      const path = join(each.parentPath, each.name);
      return [path.slice(folder.length + 1), readFileSync(path, "utf8")];
    }),
  );
}
