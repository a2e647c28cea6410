import { createSyntaxReader } from "../../adapters/syntax/syntax-reader.ts";
import type { Config } from "../../config/config.ts";
import { toJson } from "../../domain/json.ts";
import type { IncidentId } from "../../domain/names.ts";
import { gather } from "../../gather/gather.ts";
import { evidencePage } from "../../report/evidence-page.ts";
import { looksLikeCase } from "../case-file.ts";
import { environmentSources } from "../environment-sources.ts";
import { exitCodes, type Io } from "../io.ts";
import { requireEnvironment } from "../known-environment.ts";
import { type CaseMeans, caseOfIncident, caseOfText, caseOfTrace, NoCaseError, type OpenedCase } from "../open-case.ts";
import { readStdin } from "../read-stdin.ts";
import { serviceCodeOf } from "../service-code.ts";
import { type CommonOptions, loadSettings, withState } from "../setting.ts";
import { WrongInputError } from "../wrong-input-error.ts";

const stdinBytesMax = 16 * 1024 * 1024;

export interface CaseOptions extends CommonOptions {
  readonly service: string | null;
  /** A commit or tag that is deployed, as a person says. */
  readonly at: string | null;
  readonly environment: string | null;
  readonly sinceMs: number;
}

/** `evidence`: what an investigation would start from, gathered now and printed; no model is asked and nothing is written outside the state folder. */
export async function evidenceCommand(target: string, options: CaseOptions, io: Io): Promise<number> {
  const { signal } = new AbortController();
  try {
    const opened = await openCase(target, options, await loadSettings(options), io, signal);
    if ("kept" in opened)
      throw new WrongInputError("Standard input is evidence already. error-autopilot analyse - takes it.");
    const { question, notes } = opened;
    const { bundle } = await gather(question, signal);
    for (const note of notes) io.stderr(`${note}\n`);
    io.stdout(options.json ? `${toJson(bundle)}\n` : evidencePage(bundle));
    return exitCodes.done;
  } catch (error) {
    if (!(error instanceof NoCaseError)) throw error;
    io.stderr(`${error.message}\n`);
    return exitCodes.failed;
  }
}

/** The case that a trace id, an incident's id, or log text on standard input (`-`) means; or the text of a case that was kept, where that is on standard input. */
export async function openCase(
  target: string,
  options: CaseOptions,
  config: Config,
  io: Pick<Io, "stdin">,
  signal: AbortSignal,
): Promise<OpenedCase | { readonly kept: string }> {
  const means: CaseMeans = {
    config,
    sources: environmentSources(config),
    codeOf: serviceCodeOf(config, options.state),
    syntax: createSyntaxReader(),
    nowMs: Date.now(),
  };
  if (target === "-") {
    const { service, at } = options;
    const text = await readStdin(io.stdin, stdinBytesMax);
    return looksLikeCase(text) ? { kept: text } : caseOfText(text, { service, deployed: at }, means);
  }
  if (/^i[0-9a-f]{12}$/.test(target)) {
    return withState(options, async ({ store }) => {
      const incident = await store.incident(target as IncidentId);
      if (incident === null) {
        throw new NoCaseError(
          `There is no incident ${target} in ${options.state}. error-autopilot incidents list has those that are.`,
        );
      }
      return withDeployed(await caseOfIncident(incident, means, signal), options.at);
    });
  }
  const traceId = traceIdOf(target);
  if (traceId === null) {
    throw new WrongInputError(
      `"${target.slice(0, 80)}" is neither a trace id (16 or 32 hexadecimal digits), nor an incident (i and 12 hexadecimal digits, as incidents list shows it), nor "-" for log text on standard input.`,
    );
  }
  requireEnvironment(options.environment, { file: options.config, environments: config.environments });
  const among = { environment: options.environment, sinceMs: options.sinceMs };
  return withDeployed(await caseOfTrace(traceId, among, means, signal), options.at);
}

function withDeployed(opened: OpenedCase, at: string | null): OpenedCase {
  return at === null ? opened : { ...opened, question: { ...opened.question, deployed: at } };
}

/** 32 digits in lower case; a 64-bit id is filled up from the left. */
function traceIdOf(text: string): string | null {
  const digits = text.toLowerCase().replaceAll("-", "");
  return /^(?:[0-9a-f]{16}|[0-9a-f]{32})$/.test(digits) ? digits.padStart(32, "0") : null;
}
