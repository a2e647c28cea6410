import type { TraceId } from "../../domain/names.ts";
import type { SourceFailure } from "../../domain/sources.ts";
import type { Redacted } from "../../domain/text.ts";
import { type HttpAnswer, HttpError, isHtml, retryAfterMs, serverWords } from "../http.ts";

interface Failure {
  readonly isRetryable: boolean;
  readonly status?: number;
  readonly words?: Redacted;
  readonly retryAfterMs?: number | null;
}

/** Tempo refused, failed, or answered something else than a trace. The message says what, in Tempo's words where it has some, and the cure. */
export class TraceSourceError extends Error implements SourceFailure {
  override readonly name = "TraceSourceError";
  readonly isRetryable: boolean;
  readonly suggestsSmallerPage = false;
  readonly retryAfterMs: number | null;
  /** Null where there was no answer. */
  readonly status: number | null;
  /** What the server said, redacted, at most 500 characters; null where it said nothing. */
  readonly words: Redacted | null;

  constructor(message: string, failure: Failure, options?: ErrorOptions) {
    super(message, options);
    this.isRetryable = failure.isRetryable;
    this.retryAfterMs = failure.retryAfterMs ?? null;
    this.status = failure.status ?? null;
    this.words = failure.words ?? null;
  }
}

function adviceOf(status: number, words: string): string {
  if (/no org id/i.test(words)) return "It wants a tenant: set tenant for this environment's tempo.";
  if (status === 401 || status === 403) return "Check auth and tenant of this environment's tempo.";
  if (status === 404) return "Is this Tempo's address, without /api at its end?";
  if (status === 413 || status === 422 || /larger than|too large|exceeds/i.test(words)) {
    return "The trace is larger than Tempo serves: see max_bytes_per_trace.";
  }
  if (status === 429) return "It has too much to do; the trace is looked for again later.";
  if (status >= 500) return "See Tempo's own log; the trace is looked for again later.";
  return "See Tempo's own log.";
}

/** What an answer with an error status means. */
export function refusal(answer: HttpAnswer, path: string): TraceSourceError {
  const words = serverWords(answer);
  const said = words === "" ? "without a word" : `with: ${words.replace(/[.\s]+$/, "")}`;
  const isPassing = answer.status === 408 || answer.status === 429 || answer.status >= 500;
  return new TraceSourceError(`Tempo answered ${answer.status} to ${path} ${said}. ${adviceOf(answer.status, words)}`, {
    isRetryable: isPassing && !/no org id/i.test(words),
    status: answer.status,
    words,
    retryAfterMs: retryAfterMs(answer.headers),
  });
}

/** What the lack of an answer means; whatever is no HttpError (an abort, say) is given back as it is. */
export function noAnswer(error: unknown): unknown {
  if (!(error instanceof HttpError)) return error;
  const hint = error.failure === "too-large" ? " A trace this large is not read." : "";
  return new TraceSourceError(`Tempo: ${error.message}${hint}`, { isRetryable: error.isRetryable }, { cause: error });
}

/** What an answer about another trace than the one that was asked for means. */
export function anotherTrace({ status }: HttpAnswer, asked: TraceId, other: TraceId): TraceSourceError {
  const cure = "Does a cache or a proxy stand in front of Tempo?";
  return new TraceSourceError(`Tempo was asked for the trace ${asked} and answered with the trace ${other}. ${cure}`, {
    isRetryable: true,
    status,
  });
}

/** What an answer with a good status but another content means. */
export function notATrace(answer: HttpAnswer): TraceSourceError {
  if (answer.bytes !== null) {
    // The wire format says no more: a message that is cut off looks like one that never was one.
    const what = `${answer.bytes.length} bytes of protobuf that are no whole trace. It is asked again later.`;
    return new TraceSourceError(`Tempo answered ${answer.status} with ${what}`, {
      isRetryable: true,
      status: answer.status,
    });
  }
  const words = serverWords(answer);
  const isCutOff = !isHtml(answer) && /^\s*[{[]/.test(answer.text) && !/[}\]]\s*$/.test(answer.text);
  const what = isCutOff
    ? `${answer.text.length} characters of JSON that are cut off. It is asked again later.`
    : `what is no trace: ${words.slice(0, 200)}. Is this Tempo's address?`;
  return new TraceSourceError(`Tempo answered ${answer.status} with ${what}`, {
    isRetryable: isCutOff,
    status: answer.status,
    words,
  });
}
