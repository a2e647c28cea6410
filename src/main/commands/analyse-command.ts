import type { Config } from "../../config/config.ts";
import type { EvidenceBundle } from "../../domain/evidence.ts";
import { toJson } from "../../domain/json.ts";
import { lowestMode, type Mode, mostOf } from "../../domain/mode.ts";
import { ownValue } from "../../domain/own-value.ts";
import { judge } from "../../domain/policy.ts";
import type { RootCause } from "../../domain/root-cause.ts";
import type { Verdict } from "../../domain/verdict.ts";
import { gather } from "../../gather/gather.ts";
import { surroundingsOf } from "../../jobs/surroundings-of.ts";
import { answerPage } from "../../report/answer-page.ts";
import { analyseCase } from "../case-analysis.ts";
import { readCase } from "../case-file.ts";
import { type ConversationOptions, environmentOfRecorded, openConversations } from "../conversations.ts";
import { exitCodes, type Io } from "../io.ts";
import { NoCaseError } from "../open-case.ts";
import { serviceCodeOf } from "../service-code.ts";
import { loadSettings } from "../setting.ts";
import { stopSignal } from "../stop-signal.ts";
import { type CaseOptions, openCase } from "./evidence-command.ts";

/** `analyse`: evidence, root cause, and what the policy would allow; printed, and nothing is filed. */
export async function analyseCommand(
  target: string,
  options: CaseOptions & ConversationOptions,
  io: Io,
): Promise<number> {
  const stop = stopSignal(() => io.stderr("stopping …\n"));
  try {
    const config = await loadSettings(options, "all", options.conversation === null ? {} : environmentOfRecorded);
    const conversations = await openConversations(options, config.model, io);
    const { bundle, around, environment } = await theCase(target, options, config, io, stop.signal);
    const { analysed, noModelBecause } = await analyseCase(
      {
        config,
        model: config.model,
        stateDirectory: options.state,
        command: "analyse",
        conversations,
        environment,
        bundle,
        ...around,
        codeOf: serviceCodeOf(config, options.state),
      },
      stop.signal,
    );
    if (noModelBecause !== null) io.stderr(`${withoutModel[noModelBecause]}\n`);
    const { rootCause, costUsd, bill } = analysed;
    const verdict = verdictOn(config, rootCause, analysed.bundle);
    io.stdout(
      options.json
        ? `${toJson({ bundle: analysed.bundle, rootCause, verdict, costUsd, bill })}\n`
        : answerPage(rootCause, analysed.bundle, verdict),
    );
    return exitCodes.done;
  } catch (error) {
    if (!(error instanceof NoCaseError)) throw error;
    io.stderr(`${error.message}\n`);
    return exitCodes.failed;
  } finally {
    stop.release();
  }
}

const withoutModel = {
  "no-key": "No model was asked: there is no key (ANTHROPIC_API_KEY), or the service map wants none.",
  "over-budget":
    "No model was asked: today's budget is used up (error-autopilot cost shows by what; budget.day raises it).",
} as const;

async function theCase(target: string, options: CaseOptions, config: Config, io: Io, signal: AbortSignal) {
  const opened = await openCase(target, options, config, io, signal);
  if ("kept" in opened) return { bundle: readCase(opened.kept, "standard input").bundle, environment: "stdin" };
  for (const note of opened.notes) io.stderr(`${note}\n`);
  const { question } = opened;
  const { bundle } = await gather(question, signal);
  const { logs, query, reader, traceSource: traces, incident } = question;
  const environment = incident.samples[0]?.environment ?? "stdin";
  return logs === null
    ? { bundle, environment }
    : { bundle, environment, around: { around: surroundingsOf(incident, bundle, { logs, query, reader, traces }) } };
}

/** As the policy would judge an order of this case; what only hands at work look up is left open. */
export function verdictOn(config: Config, rootCause: RootCause, bundle: EvidenceBundle): Verdict {
  const service = bundle.code[0]?.service ?? null;
  const environments = Object.values(config.environments).map(({ mode }) => mode);
  const mode: Mode = lowestMode(
    mostOf(environments),
    service === null ? null : (ownValue(config.services, service)?.mode ?? null),
  );
  return judge({
    mode,
    hasTrace: bundle.trace !== null,
    rootCause,
    code: bundle.code,
    limits: config.repair,
    leave: null,
    unchanged: null,
    verifiable: null,
  });
}
