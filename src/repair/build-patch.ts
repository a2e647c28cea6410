import type { CommitId, IncidentId, RepositoryName } from "../domain/names.ts";
import type { Edit, FileChange, Patch } from "../domain/patch.ts";
import { isPlainPath } from "../domain/repository-path.ts";
import { isTestFile } from "./test-file.ts";
import { unifiedDiff } from "./unified-diff.ts";

/** Far more than a plain fix and its test have. */
const editsMax = 20;
const editLengthMax = 20_000;

/** Edits that do not apply; the sentence is for the model, and for whoever reads why no patch was made. */
export interface RefusedEdits {
  readonly kind: "refused";
  readonly because: string;
}

/**
 * Whole files of what the model proposed. An edit applies where its text occurs exactly once in the file at base; several of one file apply together, none of them
 * sees what another did. Where it does not apply, nothing is guessed.
 * @param read the regular file of mode 100644 at base; null where there is none that may be read
 */
export async function buildPatch(
  edits: readonly Edit[],
  at: { readonly incident: IncidentId; readonly repository: RepositoryName; readonly base: CommitId },
  read: (path: string) => Promise<Uint8Array | null>,
): Promise<{ readonly kind: "built"; readonly patch: Patch } | RefusedEdits> {
  if (edits.length === 0) return refused("There is no edit.");
  if (edits.length > editsMax) return refused(`There are ${edits.length} edits; ${editsMax} are the most.`);
  const files: FileChange[] = [];
  const diffs: string[] = [];
  for (const [path, ofFile] of Map.groupBy(edits, (edit) => edit.path)) {
    // Quotation marks would be written otherwise in a diff.
    if (!isPlainPath(path) || path.includes('"'))
      return refused("A path is none that a file of this repository may have.");
    if (ofFile.some(({ search, replace }) => search.length + replace.length > editLengthMax)) {
      return refused(`${path}: an edit is too long.`);
    }
    const before = await read(path);
    const text = before === null ? null : decoded(before);
    if (before !== null && text === null) return refused(`${path}: it is not text in UTF-8.`);
    const after = text === null ? newFile(path, ofFile) : edited(path, text, ofFile);
    if (typeof after !== "string") return after;
    if (after === text) return refused(`${path}: the edits change nothing.`);
    if (after.includes("\0")) return refused(`${path}: it would hold a NUL character.`);
    files.push({ path, before, after: new TextEncoder().encode(after), isTest: isTestFile(path) });
    diffs.push(unifiedDiff(path, text, after));
  }
  const changed = files.filter(({ isTest }) => !isTest);
  if (changed.length === 0) return refused("Nothing but tests is changed.");
  if (changed.length > 1) return refused(`${changed.length} files are changed besides tests; only one may be.`);
  if (files.length - changed.length > 1) return refused("More than one test file is changed; only one may be.");
  return { kind: "built", patch: { ...at, files, diff: diffs.join("") } };
}

/** The diff that these files make; what somebody says to be their diff is not believed. */
export function diffOf(files: readonly FileChange[]): string | null {
  const diffs = files.map(({ path, before, after }) => {
    const [old, fresh] = [before === null ? null : decoded(before), decoded(after)];
    return fresh === null || (before !== null && old === null) ? null : unifiedDiff(path, old, fresh);
  });
  return diffs.includes(null) ? null : diffs.join("");
}

function newFile(path: string, edits: readonly Edit[]): string | RefusedEdits {
  const [only, ...others] = edits;
  if (only === undefined || others.length > 0 || only.search !== "") {
    return refused(
      `${path}: there is no such file at the head of the branch. A new one is one edit with an empty \`search\`.`,
    );
  }
  if (only.replace.trim() === "") return refused(`${path}: the new file is empty.`);
  return only.replace.endsWith("\n") ? only.replace : `${only.replace}\n`;
}

function edited(path: string, text: string, edits: readonly Edit[]): string | RefusedEdits {
  const spots: { readonly from: number; readonly to: number; readonly replace: string }[] = [];
  for (const edit of edits) {
    if (edit.search === "") return refused(`${path}: the file exists, so \`search\` must name the place to change.`);
    const { search, replace } = inLineEndsOf(text, edit);
    const from = text.indexOf(search);
    if (from === -1) return refused(`${path}: the text of \`search\` does not occur: ${firstLine(edit.search)}`);
    if (text.includes(search, from + 1)) {
      return refused(`${path}: the text of \`search\` occurs more than once: ${firstLine(edit.search)}`);
    }
    spots.push({ from, to: from + search.length, replace });
  }
  spots.sort((one, other) => one.from - other.from);
  if (spots.some(({ from }, index) => from < (spots[index - 1]?.to ?? 0)))
    return refused(`${path}: two edits overlap.`);
  let after = "";
  let at = 0;
  for (const { from, to, replace } of spots) {
    after += text.slice(at, from) + replace;
    at = to;
  }
  return after + text.slice(at);
}

/** A file whose lines all end with CR LF is shown without the CR, and comes back without. */
function inLineEndsOf(text: string, { search, replace }: Edit): Pick<Edit, "search" | "replace"> {
  if (!/\r\n/.test(text) || /(?:^|[^\r])\n/.test(text)) return { search, replace };
  const withReturns = (part: string): string => part.replaceAll(/\r?\n/g, "\r\n");
  return { search: withReturns(search), replace: withReturns(replace) };
}

function decoded(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}

function firstLine(text: string): string {
  return `\`${(text.split("\n").find((line) => line.trim() !== "") ?? "").trim().slice(0, 120)}\``;
}

function refused(because: string): RefusedEdits {
  return { kind: "refused", because };
}
