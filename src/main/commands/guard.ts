import { createSyntaxReader } from "../../adapters/syntax/syntax-reader.ts";
import type { Config } from "../../config/config.ts";
import { toJson } from "../../domain/json.ts";
import { ownValue } from "../../domain/own-value.ts";
import { newRedactionMemory, redact } from "../../domain/redact.ts";
import { type CodeSource, CodeSourceError } from "../../domain/sources.ts";
import { type BaseFiles, guardDiff } from "../../repair/guard/guard-diff.ts";
import { type ExitCode, exitCodes, type Io } from "../io.ts";
import { readStdin } from "../read-stdin.ts";
import { serviceCodeOf } from "../service-code.ts";
import { type CommonOptions, loadSettings } from "../setting.ts";

const stdinBytesMax = 16 * 1024 * 1024;
/** Paths of base that are compared without regard to case. */
const pathsMax = 500_000;

/** `guard`: what the guard of repair says of a diff on standard input. Reads the clone's head, writes nothing. */
export async function guardCommand(options: CommonOptions & { readonly service: string }, io: Io): Promise<ExitCode> {
  const config = await loadSettings(options, "hands");
  const service = serviceNamed(options.service, config);
  if (service === null) {
    const known = Object.keys(config.services).join(", ");
    io.stderr(
      `No service "${options.service.slice(0, 100)}" is in ${options.config}. ${known === "" ? "It names none." : `There are: ${known}.`}\n`,
    );
    return exitCodes.wrongUsage;
  }
  const diff = await readStdin(io.stdin, stdinBytesMax, "A diff of that size is no small repair.");
  const { base, problem } = await baseOf(service, config, options.state);
  const rules = {
    linesMax: config.repair.linesMax,
    protectedPaths: config.repair.protectedPaths,
    configFiles: config.repair.configFiles,
    under: ownValue(config.services, service)?.under ?? "",
    redaction: newRedactionMemory(),
  };
  const { results, unseen } = await guardDiff(diff, rules, { base, syntax: createSyntaxReader() });
  const violations = results
    .filter(({ holds }) => !holds)
    .map(({ rule, path, line, detail }) => ({ rule, path: path === null ? null : redact(path), line, detail }));
  const told = problem === null ? unseen : [...unseen, problem];
  if (options.json) {
    io.stdout(`${toJson({ allowed: violations.length === 0, violations, unseen: told })}\n`);
  } else {
    const rows = violations.map(
      ({ rule, path, detail }) => `${rule}  ${path === null ? "" : `${plain(path)}: `}${detail}`,
    );
    io.stdout(violations.length === 0 ? "allowed\n" : `refused\n${rows.map((row) => `  ${row}\n`).join("")}`);
    for (const sentence of told) io.stderr(`${sentence}\n`);
  }
  return violations.length === 0 ? exitCodes.done : exitCodes.needsHuman;
}

function serviceNamed(name: string, { services }: Config): string | null {
  if (ownValue(services, name) !== undefined) return name;
  return Object.keys(services).find((each) => ownValue(services, each)?.aliases.includes(name) === true) ?? null;
}

async function baseOf(
  service: string,
  config: Config,
  state: string,
): Promise<{ readonly base: BaseFiles | null; readonly problem: string | null }> {
  const { signal } = new AbortController();
  try {
    const source = await serviceCodeOf(config, state)(service)?.open();
    if (source === undefined) return { base: null, problem: null };
    return { base: filesOf(source, await source.head(signal), signal), problem: null };
  } catch (error) {
    if (error instanceof CodeSourceError) return { base: null, problem: redact(error.message) };
    throw error;
  }
}

function filesOf(source: CodeSource, commit: string, signal: AbortSignal): BaseFiles {
  return {
    async read(path) {
      const file = await source.file(commit, path, signal);
      if (file !== null) return file.bytes;
      const name = path.split("/").at(-1) ?? path;
      const { paths } = await source.files(commit, "", pathsMax, signal);
      const isThere = paths.includes(path) || paths.some((each) => each.startsWith(`${path}/`));
      if (isThere) return "unreadable";
      const unread = await source.unread(commit, path, signal);
      return unread.some((each) => each.path === path || path.startsWith(`${each.path}/`) || each.path === name)
        ? "unreadable"
        : "missing";
    },
    async hasOtherCase(path) {
      const folded = path.toLowerCase();
      const { paths } = await source.files(commit, "", pathsMax, signal);
      return paths.some((each) => each !== path && each.toLowerCase() === folded);
    },
  };
}

/** Nothing of a path acts in a terminal. */
function plain(path: string): string {
  return path.replaceAll(/[^\x20-\x7e]/g, "?");
}
