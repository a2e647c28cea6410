import type { z } from "zod";
import type { CommitId } from "../domain/names.ts";
import type { RedactionMemory } from "../domain/redact.ts";
import { redact } from "../domain/redact.ts";
import { linesSeenBefore, redactLines } from "../domain/redact-part.ts";
import type { CodeSource } from "../domain/sources.ts";
import { cutCodeLine, inLine, numbered, quoted } from "./quoted.ts";
import { type toolInputs, toolLimits } from "./tool-inputs.ts";
import { type Code, codeOf, insideTree, pageOf, type ToolMeans, ToolRefusal } from "./tool-means.ts";

type Inputs = ReturnType<typeof toolInputs>;
type Asked<Name extends keyof Inputs> = z.output<Inputs[Name]>;
type Hits = Awaited<ReturnType<CodeSource["search"]>>;

/** Shown of a line before the words that were searched for. */
const charactersBefore = 200;
/** Lines with the name that are looked at for calls. */
const callersSought = 400;

/** Tools that read files at the deployed commit. */
export function createCodeTools({ codes, shelf, memory, answerBytesMax }: ToolMeans) {
  const clean = (text: string) => redact(text, memory);

  async function listFiles(input: Asked<"list_files">, signal: AbortSignal): Promise<string> {
    const { version, source } = codeOf(codes, input);
    const page = pageOf(input.page, toolLimits.pathsMax);
    const { paths, total } = await source.files(version.deployed, insideTree(input.under), page.limit, signal);
    if (total === 0) throw new ToolRefusal("No files there.");
    const { shown, head } = page.cut(paths);
    const which = shown.length === total ? "" : ` ${head}`;
    return `${total} files.${which}\n${quoted(shown.join("\n"))}`;
  }

  async function readLines(input: Asked<"read_lines">, signal: AbortSignal): Promise<string> {
    const { version, source } = codeOf(codes, input);
    const path = insideTree(input.path);
    const first = Math.max(1, Math.floor(input.first));
    const last = Math.min(Math.floor(input.last), first + toolLimits.linesMax - 1);
    if (!(last >= first)) throw new ToolRefusal("`last` must not be before `first`.");
    const read = await source.lines(version.deployed, path, first - linesSeenBefore, last, signal);
    if (read === null) throw new ToolRefusal("There is no such text file, or it may not be read. Try list_files.");
    if (read.lineCount < first) throw new ToolRefusal(`The file has ${read.lineCount} lines only.`);
    const wanted = redactLines(read.lines, first - read.firstLine, memory);
    const lines = fitting(wanted.map(cutCodeLine), answerBytesMax);
    const lastShown = first + lines.length - 1;
    const id = shelf.addLines({
      text: clean(lines.join("\n")),
      isOutsiderText: false,
      repository: version.repository,
      commit: version.deployed,
      path: read.path,
      firstLine: first,
      lastLine: lastShown,
      enclosing: null,
    });
    return `${id}: ${inLine(read.path)}, lines ${first} to ${lastShown} of ${read.lineCount}\n${numbered(lines, first)}`;
  }

  async function search(input: Asked<"search">, signal: AbortSignal): Promise<string> {
    const code = codeOf(codes, input);
    if (input.text.trim().length < 2 || /[\n\r]/.test(input.text)) {
      throw new ToolRefusal("The text must have at least two characters and stand in one line.");
    }
    const page = pageOf(input.page, toolLimits.hitsMax);
    const hits = await code.source.search(
      code.version.deployed,
      input.text,
      insideTree(input.under),
      page.limit,
      signal,
    );
    if (hits.length === 0) return "Nothing contains that text.";
    const { shown, head } = page.cut(hits);
    return `${head}\n${await showHits(code, shown, input.text, signal)}`;
  }

  async function callers(input: Asked<"callers">, signal: AbortSignal): Promise<string> {
    const code = codeOf(codes, input);
    const name = input.function.replace(/\(.*$/s, "").split(/[.#:]/).at(-1)?.trim() ?? "";
    if (!/^[\p{L}_$][\p{L}\p{N}_$?!]*$/u.test(name)) {
      throw new ToolRefusal("Name one function, as its declaration does: `discountOf`.");
    }
    const hits = await code.source.search(code.version.deployed, name, "", callersSought, signal);
    const calls = hits.filter(({ text }) => isCall(text, name));
    if (calls.length === 0) return `Nothing calls ${inLine(name)} by that name.`;
    const { shown, head } = pageOf(input.page, toolLimits.hitsMax).cut(calls);
    return `${head}\n${await showHits(code, shown, name, signal)}`;
  }

  async function showHits({ version, source }: Code, hits: Hits, words: string, signal: AbortSignal): Promise<string> {
    const textOf = await readAbove(source, version.deployed, hits, memory, signal);
    const lines = hits.map((hit) => {
      const text = clean(partAround(textOf(hit), words));
      const id = shelf.addLines({
        text,
        isOutsiderText: false,
        repository: version.repository,
        commit: version.deployed,
        path: hit.path,
        firstLine: hit.line,
        lastLine: hit.line,
        enclosing: null,
      });
      return `${id}: ${inLine(hit.path)}, line ${hit.line}\n${numbered([text], hit.line)}`;
    });
    return lines.join("\n");
  }

  return { listFiles, readLines, search, callers };
}

/** A name with an opening bracket behind it, and no word before it that declares it. */
function isCall(line: string, name: string): boolean {
  const at = `(?<![\\p{L}\\p{N}_$])${name.replaceAll(/[$?!]/g, "\\$&")}`;
  const call = new RegExp(`${at}\\s*(?:<[^>()]{0,80}>)?\\(|[.&:]${name.replaceAll(/[$?!]/g, "\\$&")}\\b`, "u");
  const declares = new RegExp(`\\b(?:function|def|func|fun|fn|sub)\\s[^=]{0,80}?${at}`, "u");
  return call.test(line) && !declares.test(line);
}

/** Of a long line, what stands around the words. */
function partAround(line: string, words: string): string {
  const from = Math.max(0, line.indexOf(words) - charactersBefore);
  return cutCodeLine(line.slice(from));
}

/** What hits say once the gate has seen them in their files. */
async function readAbove(
  source: CodeSource,
  commit: CommitId,
  hits: Hits,
  memory: RedactionMemory,
  signal: AbortSignal,
): Promise<(hit: Hits[number]) => string> {
  const files = new Map<string, readonly string[]>();
  for (const [path, ofFile] of Map.groupBy(hits, (hit) => hit.path)) {
    const last = Math.max(...ofFile.map((hit) => hit.line));
    files.set(path, (await source.lines(commit, path, 1, last, signal))?.lines ?? []);
  }
  return ({ path, line, text }) => {
    const lines = files.get(path)?.slice(0, line) ?? [];
    return lines.length < line ? text : (redactLines(lines, line - 1, memory)[0] ?? "");
  };
}

/** As many lines from the start as fit, with room for their numbers; at least one. */
function fitting(lines: readonly string[], bytesMax: number): readonly string[] {
  let bytes = 200;
  const firstOver = lines.findIndex((line) => {
    bytes += Buffer.byteLength(line) + 12;
    return bytes > bytesMax;
  });
  return firstOver === -1 ? lines : lines.slice(0, Math.max(1, firstOver));
}
