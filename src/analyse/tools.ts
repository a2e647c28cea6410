import { z } from "zod";
import type { CodeVersion } from "../domain/evidence.ts";
import type { ToolDefinition } from "../domain/model.ts";
import type { CommitId } from "../domain/names.ts";
import { type RedactionMemory, redact } from "../domain/redact.ts";
import { linesSeenBefore, redactLines } from "../domain/redact-part.ts";
import type { CodeSource } from "../domain/sources.ts";
import type { Redacted } from "../domain/text.ts";
import type { EvidenceShelf } from "./evidence-shelf.ts";
import { cutCodeLine, inLine, numbered, quoted } from "./quoted.ts";
import { toolDefinitions, toolInputs, toolLimits } from "./tool-inputs.ts";

/** The code of one service at the commit that was deployed. */
export interface Code {
  readonly version: CodeVersion;
  readonly source: CodeSource;
}

export interface ToolAnswer {
  readonly text: Redacted;
  readonly isError: boolean;
}

export interface Tools {
  readonly definitions: readonly ToolDefinition[];
  /** What the model is told. Whatever it asked for, this rejects only when the signal aborts. */
  run(call: { readonly name: string; readonly input: unknown }, signal: AbortSignal): Promise<ToolAnswer>;
}

/** Shown of a line before the words that were searched for. */
const charactersBefore = 200;

type Hits = Awaited<ReturnType<CodeSource["search"]>>;

/** What a tool could not do, in words for the model. */
class ToolRefusal extends Error {
  override readonly name = "ToolRefusal";
}

/**
 * Tools that read git objects at the deployed commits and nothing else. The same call gives the same answer at any time, on any machine; what they read
 * goes onto the shelf, so that it can be cited.
 */
export function createTools(
  codes: readonly Code[],
  shelf: EvidenceShelf,
  memory: RedactionMemory,
  answerBytesMax: number,
): Tools {
  const services = [...new Set(codes.map((code) => code.version.service))];
  const inputs = toolInputs(services);
  const clean = (text: string): Redacted => redact(text, memory);

  function codeOf(input: object): Code {
    const service = "service" in input ? input.service : services[0];
    const code = codes.find(({ version }) => version.service === service);
    if (code === undefined) throw new ToolRefusal("No code of that service can be read.");
    return code;
  }

  async function listFiles({ version, source }: Code, under: string, signal: AbortSignal): Promise<string> {
    const { paths, total } = await source.files(version.deployed, insideTree(under), toolLimits.pathsMax, signal);
    if (total === 0) throw new ToolRefusal("No files there.");
    const shown =
      total > paths.length
        ? `The first ${paths.length} of ${total} files; name a folder for the others.`
        : `${total} files.`;
    return `${shown}\n${quoted(paths.join("\n"))}`;
  }

  async function readLines(code: Code, input: z.infer<typeof inputs.read_lines>, signal: AbortSignal): Promise<string> {
    const { version, source } = code;
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

  async function search(code: Code, input: z.infer<typeof inputs.search>, signal: AbortSignal): Promise<string> {
    const { version, source } = code;
    if (input.text.trim().length < 2 || /[\n\r]/.test(input.text)) {
      throw new ToolRefusal("The text must have at least two characters and stand in one line.");
    }
    const hits = await source.search(version.deployed, input.text, insideTree(input.under), toolLimits.hitsMax, signal);
    if (hits.length === 0) return "Nothing contains that text.";
    const textOf = await readAbove(source, version.deployed, hits, memory, signal);
    const lines = hits.map((hit) => {
      const text = clean(partAround(textOf(hit), input.text));
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
    const head = hits.length >= toolLimits.hitsMax ? `The first ${hits.length} lines.` : `${hits.length} lines.`;
    return `${head}\n${lines.join("\n")}`;
  }

  async function log({ version, source }: Code, path: string, signal: AbortSignal): Promise<string> {
    const inside = insideTree(path);
    const commits = await source.log(version.deployed, inside === "" ? null : inside, toolLimits.commitsMax, signal);
    if (commits.length === 0) throw new ToolRefusal("No commit changed that path.");
    const lines = commits.map((commit) => {
      const day = new Date(commit.authoredAtMs).toISOString().slice(0, 10);
      const text = clean(`${day} ${commit.author}: ${commit.subject}`);
      const id = shelf.addCommit({
        text,
        isOutsiderText: false,
        repository: version.repository,
        commit: commit.commit,
        authoredAtMs: commit.authoredAtMs,
        paths: commit.paths.slice(0, toolLimits.pathsMax),
      });
      return `${id}: ${commit.commit.slice(0, 12)}\n${quoted(text)}`;
    });
    return source.caution === null ? lines.join("\n") : `${source.caution}\n${lines.join("\n")}`;
  }

  async function answer(name: string, input: unknown, signal: AbortSignal): Promise<string> {
    switch (name) {
      case "list_files": {
        const asked = parsed(inputs.list_files, input);
        return await listFiles(codeOf(asked), asked.under, signal);
      }
      case "read_lines": {
        const asked = parsed(inputs.read_lines, input);
        return await readLines(codeOf(asked), asked, signal);
      }
      case "search": {
        const asked = parsed(inputs.search, input);
        return await search(codeOf(asked), asked, signal);
      }
      case "log": {
        const asked = parsed(inputs.log, input);
        return await log(codeOf(asked), asked.path, signal);
      }
      default:
        throw new ToolRefusal(`There is no tool of that name. There are: ${Object.keys(inputs).join(", ")}.`);
    }
  }

  return {
    definitions: services.length === 0 ? [] : toolDefinitions(services),
    async run(call, signal) {
      try {
        return { text: clean(capped(await answer(call.name, call.input, signal), answerBytesMax)), isError: false };
      } catch (error) {
        signal.throwIfAborted();
        const because = error instanceof Error ? error.message : String(error);
        return { text: clean(capped(because, answerBytesMax)), isError: true };
      }
    },
  };
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

function parsed<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (!result.success) throw new ToolRefusal(`The input is not as described. ${z.prettifyError(result.error)}`);
  return result.data;
}

/** A path as git names it. Nothing above the root exists in a tree object; this only gives a clearer answer. */
function insideTree(path: string): string {
  const segments = path.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes("..")) throw new ToolRefusal("Paths start at the root of the repository and cannot leave it.");
  return segments.join("/");
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

/** Whole lines up to the limit, and a word about the rest. */
function capped(text: string, bytesMax: number): string {
  if (Buffer.byteLength(text) <= bytesMax) return text;
  const kept: string[] = [];
  let bytes = 60;
  for (const line of text.split("\n")) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > bytesMax) break;
    kept.push(line);
  }
  return [...kept, "(cut here: the answer was too long)"].join("\n");
}
