import type { Clock } from "../domain/clock.ts";
import type { EvidenceBundle } from "../domain/evidence.ts";
import type { Language } from "../domain/language.ts";
import { type Model, type ModelAnswer, ModelError, type ModelRequest, type ModelTurn } from "../domain/model.ts";
import { redact } from "../domain/redact.ts";
import type { RootCause } from "../domain/root-cause.ts";
import { knownWithoutAnswer } from "./analyse-without-model.ts";
import { answerSchema, parseAnswer } from "./answer.ts";
import type { Books } from "./books.ts";
import { checkedRootCause } from "./checked-root-cause.ts";
import { createEvidenceShelf } from "./evidence-shelf.ts";
import { type AnalysisLimits, type LimitName, nextMove } from "./limits.ts";
import { askAgain, conclude, goOn, nudge, repair, shorten, systemPrompt } from "./prompt.ts";
import { memoryAfter } from "./redaction-memory.ts";
import { renderBundle } from "./render-bundle.ts";
import type { Role } from "./roles.ts";
import type { Move } from "./saved-turn.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Code } from "./tool-means.ts";
import { createTools, type Tools } from "./tools.ts";
import { type WithoutAnswer, withoutAnswer } from "./without-answer.ts";

/** What every conversation of one analysis shares. */
export interface Investigation {
  /** The code that may be read; services that no repository is mapped to are not among them. */
  readonly codes: readonly Code[];
  /** What else may be read: the incident's own entries and traces. */
  readonly around: Surroundings;
  readonly model: Model;
  readonly language: Language;
  /** The most that all calls together may cost. */
  readonly allowanceUsd: number;
  readonly limits: AnalysisLimits;
  readonly clock: Clock;
  readonly startedAtMs: number;
  /** No other attempt follows: a model that does not answer ends in `cannot-tell`, so that the incident is told all the same. */
  readonly isLastAttempt: boolean;
  readonly books: Books;
}

export interface Investigated {
  readonly rootCause: RootCause;
  /** The given bundle and what the tools read. */
  readonly bundle: EvidenceBundle;
  /** The model answered by the schema. */
  readonly isAnswered: boolean;
}

/** Calls of tools in one turn that are carried out. */
const toolCallsMax = 8;
/** Of one answer. It is paid for in advance, so more would leave the budget room for fewer calls; less would cut off what the model thinks. */
const answerTokensMax = 5_000;
/** Characters of a tool answer that are left when the conversation has become too long for the model. */
const shortenedLength = 1_000;
/** From then on the model is asked to come to an end. */
const shareToNudge = 2 / 3;
/** Fewer than nearly all text has to a token, so that a bound on tokens computed with it holds. */
const bytesPerTokenMin = 3;

/**
 * The root cause of an incident, by a conversation with a model that can only read. It always ends in a full answer: where the model fails, refuses or
 * reaches a limit, in `cannot-tell` with the reason.
 * @throws ModelError with `isRetryable`, unless it is the last attempt: another one goes on from what was saved; or the signal's reason
 */
export async function investigate(
  given: Investigation,
  about: { readonly bundle: EvidenceBundle; readonly role: Role; readonly step: "analyse" | "escalate" },
  signal: AbortSignal,
): Promise<Investigated> {
  const { codes, language, books } = given;
  const { bundle, role } = about;
  const memory = memoryAfter(bundle.evidence.map(({ text }) => text));
  const shelf = createEvidenceShelf(bundle);
  const { toolAnswerBytesMax: answerBytesMax } = given.limits;
  const tools = createTools({ codes, around: given.around, shelf, memory, answerBytesMax, once: books.once });
  const services = [...new Set(codes.map(({ version }) => version.service))];
  const conversation = books.conversation(about.step, role.prompt.version);
  const by = { promptVersion: role.prompt.version, model: role.model, costUsd: 0 };
  const request = requestOf(given, role, tools, services);

  function done(rootCause: RootCause, isAnswered: boolean): Investigated {
    return { rootCause, bundle: shelf.bundle(), isAnswered };
  }
  function giveUp(why: WithoutAnswer, detail = ""): Investigated {
    return done({ ...knownWithoutAnswer(bundle, withoutAnswer(why, detail, language), language), ...by }, false);
  }

  const versions = codes.map(({ version }) => version);
  let turns: readonly ModelTurn[] = [{ role: "user", text: renderBundle(bundle, versions, memory) }];
  let mustConclude = false;
  let wasShortened = false;
  let wasRepaired = false;
  let wasRefused = false;
  let wasNudged = false;
  for (;;) {
    signal.throwIfAborted();
    const earlier = conversation.replay();
    if (earlier !== null && earlier.answer === null) continue;
    const move = earlier?.move ?? decideMove(given, request(turns, "investigate"), mustConclude);
    if (typeof move === "object") return giveUp(move.exceeded);
    if (move === "conclude" && !mustConclude) {
      mustConclude = true;
      turns = [...turns, { role: "user", text: conclude }];
    }
    let answer: ModelAnswer;
    try {
      answer = earlier?.answer ?? (await conversation.ask(request(turns, move), move, signal));
    } catch (error) {
      if (error instanceof ModelError && (!error.isRetryable || given.isLastAttempt))
        return giveUp("failed", error.message);
      throw error;
    }

    const spoken = answer.content.length === 0 ? [] : [{ role: "assistant" as const, content: answer.content }];
    if (answer.stopReason === "refusal") {
      if (wasRefused) return giveUp("refused");
      wasRefused = true;
      mustConclude = true;
      // What it began to say is left out: with it, it would decline again.
      turns = [...turns, { role: "user", text: askAgain }];
    } else if (answer.stopReason === "max_tokens" || answer.stopReason === "model_context_window_exceeded") {
      if (wasShortened) return giveUp("too-long");
      wasShortened = true;
      mustConclude = true;
      const kept = answer.stopReason === "max_tokens" ? turns : turns.map(shortened);
      turns = [...kept, { role: "user", text: shorten }];
    } else if (answer.stopReason === "pause_turn") {
      turns = [...turns, ...spoken, { role: "user", text: goOn }];
    } else if (answer.toolCalls.length > 0 && move === "investigate") {
      turns = [...turns, ...spoken, await toolTurn(tools, answer, signal)];
      if (!wasNudged && usedShare(given) >= shareToNudge) {
        wasNudged = true;
        turns = [...turns, { role: "user", text: nudge }];
      }
    } else {
      const said = parseAnswer(answer.text, services);
      if (!("problems" in said)) return done(await checkedRootCause(said, shelf.bundle(), codes, by, signal), true);
      if (wasRepaired) return giveUp("malformed", said.problems);
      wasRepaired = true;
      mustConclude = true;
      turns = [...turns, ...spoken, ...unansweredCalls(answer), { role: "user", text: repair(said.problems) }];
    }
  }
}

/** The same system prompt, tools and schema in every call, so that what comes before the newest turn is read from the cache. */
function requestOf(
  { language, limits }: Investigation,
  { model, effort, thinks, prompt }: Role,
  tools: Tools,
  services: readonly string[],
): (turns: readonly ModelTurn[], move: Move) => ModelRequest {
  const system = systemPrompt(prompt.text, language);
  const schema = answerSchema(services);
  return (turns, move) => ({
    model,
    effort,
    thinks,
    system,
    tools: tools.definitions,
    mayUseTools: move === "investigate" && tools.definitions.length > 0,
    turns,
    answerSchema: schema,
    outputTokensMax: Math.min(answerTokensMax, limits.outputTokensMax),
  });
}

function decideMove(
  { limits, books, clock, startedAtMs, model, allowanceUsd }: Investigation,
  next: ModelRequest,
  mustConclude: boolean,
): Move | { readonly exceeded: LimitName } {
  const move = nextMove(limits, {
    calls: books.calls(),
    elapsedMs: clock.nowMs() - startedAtMs,
    inputTokens: books.inputTokens(),
    nextInputTokensMax: Buffer.byteLength(JSON.stringify(next)) / bytesPerTokenMin,
    outputTokens: books.outputTokens(),
    nextOutputTokensMax: next.outputTokensMax,
    spentUsd: books.spentUsd(),
    nextCostUsdMax: model.costUsdMax(next),
    allowanceUsd,
  });
  return mustConclude && move === "investigate" ? "conclude" : move;
}

/** Of what bounds the conversation, the largest part that is used up. Time is left out: another attempt must come to the same. */
function usedShare({ limits, books, allowanceUsd }: Investigation): number {
  return Math.max(
    books.calls() / limits.stepsMax,
    books.inputTokens() / limits.inputTokensMax,
    books.outputTokens() / limits.outputTokensMax,
    books.spentUsd() / allowanceUsd,
  );
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
