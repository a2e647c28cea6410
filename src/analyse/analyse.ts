import type { Clock } from "../domain/clock.ts";
import type { EvidenceBundle } from "../domain/evidence.ts";
import type { Language } from "../domain/language.ts";
import { type Model, type ModelAnswer, ModelError, type ModelRequest, type ModelTurn } from "../domain/model.ts";
import { redact } from "../domain/redact.ts";
import type { RootCause } from "../domain/root-cause.ts";
import { knownWithoutAnswer } from "./analyse-without-model.ts";
import { answerSchema, parseAnswer } from "./answer.ts";
import { type Ledger, openLedger } from "./ask-model.ts";
import { checkedRootCause } from "./checked-root-cause.ts";
import { createEvidenceShelf } from "./evidence-shelf.ts";
import { type AnalysisLimits, type LimitName, nextMove } from "./limits.ts";
import { conclude, goOn, repair, shorten, systemPrompt } from "./prompt.ts";
import { memoryAfter } from "./redaction-memory.ts";
import { renderBundle } from "./render-bundle.ts";
import type { Move, SavedTurn } from "./saved-turn.ts";
import { type Code, createTools, type Tools } from "./tools.ts";
import { type WithoutAnswer, withoutAnswer } from "./without-answer.ts";

export interface Analysis {
  readonly bundle: EvidenceBundle;
  /** The code that may be read; services that no repository is mapped to are not among them. */
  readonly codes: readonly Code[];
  readonly model: Model;
  readonly modelName: string;
  /** The system prompt with its slot for the language, and the digest by which it is known. */
  readonly prompt: { readonly text: string; readonly version: string };
  readonly language: Language;
  /** The most that all calls together may cost. */
  readonly allowanceUsd: number;
  readonly limits: AnalysisLimits;
  readonly clock: Clock;
  /** No other attempt follows: a model that does not answer ends in `cannot-tell`, so that the incident is told all the same. */
  readonly isLastAttempt: boolean;
  /** What earlier attempts at the same order saved, for the same input. */
  readonly saved: readonly SavedTurn[];
  /** What earlier attempts at the same order spent on other input, and how many pieces they saved: it counts against the allowance all the same. */
  readonly before: { readonly spentUsd: number; readonly ordinals: number };
  readonly save: (turn: SavedTurn) => Promise<void>;
  /** Called before each call and every few seconds while one is under way. */
  readonly heartbeat: () => Promise<void>;
}

export interface Analysed {
  readonly rootCause: RootCause;
  /** The given bundle and what the tools read. */
  readonly bundle: EvidenceBundle;
  /** Of all attempts; calls whose answer was lost count at the most they can have cost. */
  readonly costUsd: number;
}

/** Calls of tools in one turn that are carried out. */
const toolCallsMax = 8;
/** Of one answer. It is paid for in advance, so more would leave the budget room for fewer calls; less would cut off what the model thinks. */
const answerTokensMax = 5_000;
/** Characters of a tool answer that are left when the conversation has become too long for the model. */
const shortenedLength = 1_000;
/** Fewer than nearly all text has to a token, so that a bound on tokens computed with it holds. */
const bytesPerTokenMin = 3;

/**
 * The root cause of an incident, by a conversation with a model that can only read. It always ends in a full answer: where the model fails, refuses or
 * reaches a limit, in `cannot-tell` with the reason.
 * @throws ModelError with `isRetryable`, unless it is the last attempt: another one goes on from what was saved; or the signal's reason
 */
export async function analyse(analysis: Analysis, signal: AbortSignal): Promise<Analysed> {
  const { bundle, codes, language } = analysis;
  const memory = memoryAfter(bundle.evidence.map(({ text }) => text));
  const shelf = createEvidenceShelf(bundle);
  const tools = createTools(codes, shelf, memory, analysis.limits.toolAnswerBytesMax);
  const services = [...new Set(codes.map(({ version }) => version.service))];
  const ledger = openLedger(analysis.model, analysis.saved, analysis.save, analysis.heartbeat, analysis.before);
  const by = { promptVersion: analysis.prompt.version, model: analysis.modelName, costUsd: 0 };
  const request = requestOf(analysis, tools, services);
  const startedAtMs = analysis.clock.nowMs();

  function done(rootCause: RootCause): Analysed {
    const costUsd = ledger.spentUsd();
    return { rootCause: { ...rootCause, costUsd }, bundle: shelf.bundle(), costUsd };
  }
  function giveUp(why: WithoutAnswer, detail = ""): Analysed {
    return done({ ...knownWithoutAnswer(bundle, withoutAnswer(why, detail, language), language), ...by });
  }

  const versions = codes.map(({ version }) => version);
  let turns: readonly ModelTurn[] = [{ role: "user", text: renderBundle(bundle, versions, memory) }];
  let mustConclude = false;
  let wasShortened = false;
  let wasRepaired = false;
  for (;;) {
    signal.throwIfAborted();
    const earlier = ledger.replay();
    if (earlier !== null && earlier.answer === null) continue;
    const move =
      earlier?.move ?? decideMove(analysis, ledger, request(turns, "investigate"), startedAtMs, mustConclude);
    if (typeof move === "object") return giveUp(move.exceeded);
    if (move === "conclude" && !mustConclude) {
      mustConclude = true;
      turns = [...turns, { role: "user", text: conclude }];
    }
    let answer: ModelAnswer;
    try {
      answer = earlier?.answer ?? (await ledger.ask(request(turns, move), move, signal));
    } catch (error) {
      if (error instanceof ModelError && (!error.isRetryable || analysis.isLastAttempt))
        return giveUp("failed", error.message);
      throw error;
    }

    const spoken = answer.content.length === 0 ? [] : [{ role: "assistant" as const, content: answer.content }];
    if (answer.stopReason === "refusal") return giveUp("refused");
    if (answer.stopReason === "max_tokens" || answer.stopReason === "model_context_window_exceeded") {
      if (wasShortened) return giveUp("too-long");
      wasShortened = true;
      mustConclude = true;
      const kept = answer.stopReason === "max_tokens" ? turns : turns.map(shortened);
      turns = [...kept, { role: "user", text: shorten }];
    } else if (answer.stopReason === "pause_turn") {
      turns = [...turns, ...spoken, { role: "user", text: goOn }];
    } else if (answer.toolCalls.length > 0 && move === "investigate") {
      turns = [...turns, ...spoken, await toolTurn(tools, answer, signal)];
    } else {
      const said = parseAnswer(answer.text, services);
      if (!("problems" in said)) return done(await checkedRootCause(said, shelf.bundle(), codes, by, signal));
      if (wasRepaired) return giveUp("malformed", said.problems);
      wasRepaired = true;
      mustConclude = true;
      turns = [...turns, ...spoken, ...unansweredCalls(answer), { role: "user", text: repair(said.problems) }];
    }
  }
}

/** The same system prompt, tools and schema in every call, so that what comes before the newest turn is read from the cache. */
function requestOf(
  analysis: Analysis,
  tools: Tools,
  services: readonly string[],
): (turns: readonly ModelTurn[], move: Move) => ModelRequest {
  const system = systemPrompt(analysis.prompt.text, analysis.language);
  const schema = answerSchema(services);
  return (turns, move) => ({
    model: analysis.modelName,
    effort: null,
    thinks: false,
    system,
    tools: tools.definitions,
    mayUseTools: move === "investigate" && tools.definitions.length > 0,
    turns,
    answerSchema: schema,
    outputTokensMax: Math.min(answerTokensMax, analysis.limits.outputTokensMax),
  });
}

function decideMove(
  analysis: Analysis,
  ledger: Ledger,
  next: ModelRequest,
  startedAtMs: number,
  mustConclude: boolean,
): Move | { readonly exceeded: LimitName } {
  const move = nextMove(analysis.limits, {
    calls: ledger.calls(),
    elapsedMs: analysis.clock.nowMs() - startedAtMs,
    inputTokens: ledger.inputTokens(),
    nextInputTokensMax: Buffer.byteLength(JSON.stringify(next)) / bytesPerTokenMin,
    outputTokens: ledger.outputTokens(),
    nextOutputTokensMax: next.outputTokensMax,
    spentUsd: ledger.spentUsd(),
    nextCostUsdMax: analysis.model.costUsdMax(next),
    allowanceUsd: analysis.allowanceUsd,
  });
  return mustConclude && move === "investigate" ? "conclude" : move;
}

async function toolTurn(tools: Tools, answer: ModelAnswer, signal: AbortSignal): Promise<ModelTurn> {
  const results = [];
  for (const [index, call] of answer.toolCalls.entries()) {
    const said =
      index < toolCallsMax
        ? await tools.run(call, signal)
        : { text: redact(`Only ${toolCallsMax} calls at once are carried out.`), isError: true };
    results.push({ callId: call.id, ...said });
  }
  return { role: "tools", results };
}

/** Every call must have a result, also one that was made when there was nothing left to call. */
function unansweredCalls({ toolCalls }: ModelAnswer): readonly ModelTurn[] {
  const text = redact("No tool can be used any more.");
  return toolCalls.length === 0
    ? []
    : [{ role: "tools", results: toolCalls.map(({ id }) => ({ callId: id, text, isError: true })) }];
}

function shortened(turn: ModelTurn): ModelTurn {
  if (turn.role !== "tools") return turn;
  const results = turn.results.map((result) => ({ ...result, text: redact(result.text.slice(0, shortenedLength)) }));
  return { ...turn, results };
}
