import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Analysed } from "../../analyse/analyse.ts";
import type { Prompt } from "../../analyse/roles.ts";
import { withModelName } from "../../config/build-model.ts";
import type { Config, ModelConfig } from "../../config/config.ts";
import { toJson } from "../../domain/json.ts";
import { analyseCase } from "../case-analysis.ts";
import { NoKeptCaseError } from "../case-file.ts";
import {
  type ConversationOptions,
  type Conversations,
  environmentOfRecorded,
  openConversations,
} from "../conversations.ts";
import { type EvalCase, judgeAnswer, readEvalCases } from "../eval/eval-case.ts";
import { type EvalResult, evalTable, keyOf, missesOf, openResults, summarise } from "../eval/eval-results.ts";
import { mapOfCases } from "../eval/map-of-cases.ts";
import { exitCodes, type Io } from "../io.ts";
import { promptFrom, promptOf } from "../prompt-of.ts";
import { serviceCodeOf } from "../service-code.ts";
import { type CommonOptions, loadSettings } from "../setting.ts";
import { stopSignal } from "../stop-signal.ts";

export interface EvalOptions extends CommonOptions, ConversationOptions {
  /** Lay out the cases that come with the product, and ask nothing. */
  readonly isMaking: boolean;
  readonly isConfigNamed: boolean;
  readonly models: readonly string[];
  readonly prompts: readonly string[];
  /** Of all that this run asks. */
  readonly budgetUsd: number;
  readonly results: string | null;
}

interface Variant {
  readonly model: ModelConfig;
  readonly prompt: Prompt;
}

/** `eval`: cases whose answers are known, each asked of every model with every prompt, and a table of what came of it. Begun again it goes on where it was. */
export async function evalCommand(folder: string, options: EvalOptions, io: Io): Promise<number> {
  const stop = stopSignal(() => io.stderr("stopping …\n"));
  try {
    if (options.isMaking) return await make(folder, options, stop.signal, io);
    const itsMap = join(folder, mapOfCases);
    const config = await loadSettings(
      !options.isConfigNamed && existsSync(itsMap) ? { ...options, config: itsMap } : options,
      "all",
      options.conversation === null ? {} : environmentOfRecorded,
    );
    const cases = readEvalCases(folder);
    const variants = variantsOf(config, options);
    if (typeof variants === "string") {
      io.stderr(`${variants}\n`);
      return exitCodes.wrongUsage;
    }
    const { incidentUsd } = config.budget;
    const conversations = await openConversations(options, config.model, io);
    if (conversations.isPaid && options.budgetUsd < incidentUsd) {
      io.stderr(
        `--budget ${options.budgetUsd} pays for no case: one may cost up to $${incidentUsd} (budget.incident of the service map). Give at least that; most cost far less.\n`,
      );
      return exitCodes.wrongUsage;
    }
    // What a file says again must not be taken for what a model said.
    const results = openResults(conversations.isPaid ? (options.results ?? join(folder, "results.ndjson")) : null);
    let leftUsd = conversations.isPaid ? options.budgetUsd : Number.POSITIVE_INFINITY;
    let because: string | null = null;
    const answered: (readonly EvalResult[])[] = [];
    for (const variant of variants) {
      const ofVariant: EvalResult[] = [];
      for (const each of cases) {
        const key = keyOf(each, variant.model.name, variant.prompt.version);
        const earlier = results.of(key);
        if (earlier !== null) {
          ofVariant.push(earlier);
          continue;
        }
        if (because !== null) continue;
        // With less, an answer for want of money would be taken for the model's.
        if (leftUsd < incidentUsd || stop.signal.aborted) {
          because = stop.signal.aborted
            ? "it was asked to stop"
            : `what is left of --budget does not pay for a whole case (budget.incident, $${incidentUsd})`;
          continue;
        }
        const result = await ask(each, variant, config, { ...options, conversations }, stop.signal);
        if ("because" in result) {
          because = result.because;
          continue;
        }
        leftUsd -= result.costUsd;
        results.add({ ...result, key });
        ofVariant.push({ ...result, key });
        io.stderr(`${variant.model.name}: ${each.name}: ${result.said}, $${result.costUsd.toFixed(4)}\n`);
      }
      answered.push(ofVariant);
    }
    const summaries = answered.map(summarise);
    if (options.json) io.stdout(`${toJson({ summaries, results: answered.flat(), isComplete: because === null })}\n`);
    else {
      if (answered.some((those) => those.length > 0)) io.stdout(evalTable(summaries));
      for (const [index, those] of answered.entries()) {
        const misses = missesOf(those);
        if (misses.length > 0)
          io.stdout(`\n${summaries[index]?.model} was wrong about\n${misses.map((miss) => `  ${miss}\n`).join("")}`);
      }
    }
    if (because !== null) io.stderr(`Not every case was asked: ${because}. The same command goes on from here.\n`);
    return because === null ? exitCodes.done : exitCodes.failed;
  } catch (error) {
    if (!(error instanceof NoKeptCaseError)) throw error;
    io.stderr(`${error.message}\n`);
    return exitCodes.wrongUsage;
  } finally {
    stop.release();
  }
}

async function make(folder: string, { json }: EvalOptions, signal: AbortSignal, io: Io): Promise<number> {
  const { makeCases } = await import("../eval/make-cases.ts");
  const cases = await makeCases(folder, (text) => io.stderr(`${text}\n`), signal);
  io.stdout(
    json
      ? `${toJson({ folder, cases })}\n`
      : `${cases} cases in ${folder}. Ask your model about them, for at most two dollars: error-autopilot eval ${folder} --budget 2\n`,
  );
  return exitCodes.done;
}

/** Every model with every prompt; or what is wrong with one. */
function variantsOf({ model }: Config, { models, prompts }: EvalOptions): readonly Variant[] | string {
  if (model === null) return "There is no model to ask: set ANTHROPIC_API_KEY, and a model in the service map.";
  const told = prompts.length === 0 ? [promptOf("analyse.md")] : prompts.map((file) => promptFrom(textOf(file)));
  const asked = models.length === 0 ? [model] : models.map((name) => withModelName(model, name));
  const wrong = asked.find((each) => typeof each === "string");
  if (wrong !== undefined) return `--model: ${wrong}`;
  return asked.flatMap((each) => (typeof each === "string" ? [] : told.map((prompt) => ({ model: each, prompt }))));
}

async function ask(
  { name, bundle, answer }: EvalCase,
  { model, prompt }: Variant,
  config: Config,
  options: { readonly state: string; readonly conversations: Conversations },
  signal: AbortSignal,
): Promise<Omit<EvalResult, "key"> | { readonly because: string }> {
  const startedMs = performance.now();
  const said = await analyseCase(
    {
      config,
      model,
      prompt,
      stateDirectory: options.state,
      command: "eval",
      conversations: options.conversations,
      environment: "eval",
      bundle,
      codeOf: serviceCodeOf(config, options.state),
      isWhole: true,
    },
    signal,
  ).catch((error: unknown) => {
    // What was spent on it is on the bill; the case itself is asked again.
    if (signal.aborted) return null;
    throw error;
  });
  if (said === null) return { because: "it was asked to stop" };
  const { analysed, noModelBecause } = said;
  if (noModelBecause !== null) return { because: "today's budget is used up (budget.day)" };
  const { rootCause, costUsd, bill } = analysed;
  // Asked, and it never said anything, as with a wrong key: that is no answer of the model's.
  if (bill.length > 0 && bill.every(({ outputTokens }) => outputTokens === 0)) {
    return { because: `the model gave no answer (${rootCause.claim.replace(/[.\s]+$/, "")})` };
  }
  return {
    name,
    model: model.name,
    prompt: prompt.version,
    known: answer.kind,
    said: rootCause.kind,
    ...judgeAnswer(rootCause, answer),
    costUsd,
    tookMs: Math.round(performance.now() - startedMs),
    bill,
    cachedShare: cachedShareOf(analysed),
  };
}

/** Of the conversation that has several calls: its first can only write the cache. */
function cachedShareOf({ laterInput }: Analysed): number | null {
  return laterInput.tokens === 0 ? null : laterInput.cachedTokens / laterInput.tokens;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new NoKeptCaseError(
      `${file} cannot be read. --prompt names a text file, such as a changed copy of prompts/analyse.md.`,
    );
  }
}
