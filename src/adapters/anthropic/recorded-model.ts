import { type Model, ModelError, type ModelRequest } from "../../domain/model.ts";
import { redact } from "../../domain/redact.ts";
import {
  digestsOf,
  inOneLine,
  type RecordedConversation,
  type RecordedExchange,
  type RequestDigests,
  wordsOf,
} from "./conversation-file.ts";
import { saidIn } from "./said-in.ts";

/** Characters of two texts that are shown where they part. */
const excerptLength = 60;

/** What is asked is not what was asked when it was recorded, so nobody knows what the model would say to it. */
export class NotRecordedError extends Error {
  override readonly name = "NotRecordedError";
  readonly isRetryable = false;
}

/**
 * A recorded conversation in place of the model: the same request gets the same answer, the same failure too, and any other request none. Asked the same
 * more often than it was when recorded, it says the last again.
 * @param costUsdMax what a call can cost, as the bounds of the loop count it
 */
export function createRecordedModel(conversation: RecordedConversation, costUsdMax: Model["costUsdMax"]): Model {
  const byDigest = Map.groupBy(conversation.exchanges, ({ request }) => request.digest);
  const count = new Map<string, number>();
  return {
    costUsdMax,
    async ask(request, signal, asker) {
      signal.throwIfAborted();
      const digests = digestsOf(request);
      const recorded = byDigest.get(digests.digest);
      if (recorded === undefined) {
        const of = conversation.exchanges.filter(({ step }) => step === (asker?.step ?? null));
        throw new NotRecordedError(
          `${conversation.file} has no answer to what is asked now, so nothing is said: ${inOneLine(differenceFrom(of, digests, request, asker?.step ?? "the model"))}. Record it again with --record, or ask a model.`,
        );
      }
      const before = count.get(digests.digest) ?? 0;
      count.set(digests.digest, before + 1);
      const { answer, failure } = recorded[Math.min(before, recorded.length - 1)] ?? { answer: null, failure: null };
      if (answer !== null) return { ...answer, ...saidIn(answer.content) };
      throw new ModelError(
        redact(failure?.message ?? "Nothing was answered."),
        failure ?? { isRetryable: false, isSpent: false, retryAfterMs: null },
      );
    },
  };
}

/** What the nearest recorded request has otherwise, in half a sentence. */
function differenceFrom(
  exchanges: readonly RecordedExchange[],
  now: RequestDigests,
  request: ModelRequest,
  step: string,
): string {
  const nearest = exchanges.toSorted((one, other) => nearness(other.request, now) - nearness(one.request, now))[0];
  if (nearest === undefined) return `it has no conversation ${step}`;
  const then = nearest.request;
  const where = `in the conversation ${step}`;
  for (const [part, name] of frameParts) {
    if (then[part] !== now[part]) return `${where}, ${name(then[part], now[part])}`;
  }
  const index = now.turns.findIndex((turn, at) => turn.digest !== then.turns[at]?.digest);
  if (index === -1) return `${where}, the recording goes on where the answer is asked for now`;
  const turn = request.turns[index];
  const number = `turn ${index + 1} of ${now.turns.length} (${roleNames[turn?.role ?? "user"]})`;
  const recorded = then.turns[index];
  if (recorded === undefined || turn === undefined) return `${where}, it ends before ${number}`;
  if (recorded.role !== turn.role)
    return `${where}, ${number} stands where the recording has ${roleNames[recorded.role]}`;
  const words = textOf(exchanges, recorded.digest);
  return `${where}, ${number} is another than it was${words === null ? "" : partingOf(words, wordsOf(turn))}`;
}

const roleNames = { user: "our words", assistant: "the model's words", tools: "what tools answered" } as const;

const changed = (what: string) => () => `${what} changed`;
const named = (what: string) => (then: unknown, now: unknown) => `${what} is ${String(now)} and was ${String(then)}`;
/** What stands before the turns, and how a difference in it is told. */
const frameParts = [
  ["model", named("the model")],
  ["system", changed("the prompt or its language")],
  ["tools", changed("the tools and their descriptions")],
  ["answerSchema", changed("the schema of the answer")],
  ["effort", named("the effort")],
  ["thinks", changed("whether the model thinks first")],
  ["outputTokensMax", named("the limit of output tokens")],
  ["mayUseTools", (_then: unknown, now: unknown) => (now ? "tools may be used now" : "tools may not be used any more")],
] as const satisfies readonly (readonly [keyof RequestDigests, (then: unknown, now: unknown) => string])[];

/** Turns alike from the start count most, then the frame. */
function nearness(then: RequestDigests, now: RequestDigests): number {
  const alike = now.turns.findIndex((turn, at) => turn.digest !== then.turns[at]?.digest);
  const turns = alike === -1 ? now.turns.length : alike;
  const frame = frameParts.filter(([part]) => then[part] === now[part]).length;
  return turns * 100 + frame * 10 - Math.abs(then.turns.length - now.turns.length);
}

function textOf(exchanges: readonly RecordedExchange[], digest: string): string | null {
  for (const { request, said } of exchanges) {
    const found = said.find(({ turn }) => request.turns[turn]?.digest === digest);
    if (found !== undefined) return found.text;
  }
  return null;
}

function partingOf(then: string, now: string): string {
  let at = 0;
  while (at < then.length && then[at] === now[at]) at += 1;
  const from = Math.max(0, at - excerptLength / 3);
  const shown = (text: string) => JSON.stringify(text.slice(from, from + excerptLength));
  return then === now ? "" : `: ${shown(now)} where it said ${shown(then)}`;
}
