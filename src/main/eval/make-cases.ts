import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { runGit } from "../../adapters/git/run-git.ts";
import { createSyntaxReader } from "../../adapters/syntax/syntax-reader.ts";
import { loadConfig } from "../../config/load-config.ts";
import { toJson } from "../../domain/json.ts";
import { gather } from "../../gather/gather.ts";
import { NoKeptCaseError } from "../case-file.ts";
import { type CaseMeans, caseOfText } from "../open-case.ts";
import { serviceCodeOf } from "../service-code.ts";
import { mapOfCases } from "./map-of-cases.ts";
import { readShippedCases, type ShippedProgram } from "./shipped-cases.ts";

const gitTimeoutMs = 60_000;
const gitBytesMax = 1_000_000;
/** Between the last log entry and the investigation. */
const settledMs = 60_000;

/**
 * Lays out the cases that come with the product, for `eval`: the repository of each program, a service map, and the evidence that this version gathers from
 * what the program wrote. The same every time, in any folder: what it says of a case is the same on every machine.
 * @throws NoKeptCaseError when something lies there already
 */
export async function makeCases(folder: string, tell: (text: string) => void, signal: AbortSignal): Promise<number> {
  if (!isFree(folder)) throw new NoKeptCaseError(`${folder} is not empty. Name a folder that does not exist yet.`);
  // Half of it must not look like all of it when somebody interrupts.
  const making = `${resolve(folder)}.making`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  const programs = readShippedCases();
  for (const { name, history } of programs) await restore(join(making, "repositories", name), history, signal);
  writeFileSync(join(making, mapOfCases), serviceMapOf(programs));
  const config = await loadConfig({
    path: join(making, mapOfCases),
    env: {},
    homeDirectory: homedir(),
    workingDirectory: making,
    role: "all",
    checkedMaps: null,
  });
  const codeOf = serviceCodeOf(config, join(making, "state"));
  const means = { config, sources: new Map(), codeOf, syntax: createSyntaxReader() };
  let count = 0;
  for (const program of programs) {
    count += await gatherProgram(program, making, means, signal);
    tell(`${program.name}: ${Object.keys(program.cases).length} cases`);
  }
  rmSync(join(making, "state"), { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
  renameSync(making, folder);
  return count;
}

function isFree(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ENOENT";
  }
}

async function restore(path: string, history: string, signal: AbortSignal): Promise<void> {
  mkdirSync(path, { recursive: true });
  const env = { PATH: process.env["PATH"] ?? "", GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
  const git = async (args: readonly string[], stdin: string | null) => {
    const run = { args, env, cwd: path, stdin, timeoutMs: gitTimeoutMs, bytesMax: gitBytesMax };
    const { exitCode, stderr } = await runGit(run, signal);
    if (exitCode !== 0) throw new NoKeptCaseError(`git could not lay out ${path}: ${stderr}`);
  };
  await git(["init", "--quiet", "--bare", "--initial-branch=main"], null);
  await git(["fast-import", "--quiet"], history);
}

function serviceMapOf(programs: readonly ShippedProgram[]): string {
  const services = programs.map(({ name, own }) => {
    const prefixes = own.length === 0 ? "" : `, own: ${JSON.stringify(own)}`;
    return `  ${name}: { repository: cases/${name}, path: repositories/${name}${prefixes} }\n`;
  });
  return `# For error-autopilot eval in this folder. A model with a gateway or prices of its own: put the section \`model\` of your service map here.
environments:
  cases: { loki: { url: "http://127.0.0.1:9", query: '{environment="cases"}' } }
services:
${services.join("")}`;
}

async function gatherProgram(
  { name: service, cases }: ShippedProgram,
  folder: string,
  means: Omit<CaseMeans, "nowMs">,
  signal: AbortSignal,
): Promise<number> {
  for (const [name, { at, seenAt, entries, answer }] of Object.entries(cases)) {
    const text = entries.map((entry) => `${toJson(entry)}\n`).join("");
    const nowMs = Date.parse(seenAt) + settledMs;
    const { question } = caseOfText(text, { service, deployed: at }, { ...means, nowMs });
    const { bundle } = await gather(question, signal);
    writeFileSync(join(folder, `${service}--${name}.case.json`), `${toJson({ bundle, answer })}\n`);
  }
  return Object.keys(cases).length;
}
