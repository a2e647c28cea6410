import { redact } from "../../domain/redact.ts";
import type { LogSourceFailure } from "../../domain/sources.ts";
import type { Redacted } from "../../domain/text.ts";
import { type HttpAnswer, HttpError, isHtml, retryAfterMs, serverWords } from "../http.ts";

interface Failure {
  readonly isRetryable: boolean;
  readonly suggestsSmallerPage?: boolean;
  readonly suggestsShorterWindow?: boolean;
  readonly status?: number;
  readonly words?: Redacted;
  readonly retryAfterMs?: number | null;
}

/** Loki refused, failed, or answered something else than entries. The message says what, in Loki's words where it has some, and the cure. */
export class LogSourceError extends Error implements LogSourceFailure {
  override readonly name = "LogSourceError";
  readonly isRetryable: boolean;
  readonly suggestsSmallerPage: boolean;
  readonly suggestsShorterWindow: boolean;
  readonly entriesMax: number | null;
  readonly retryAfterMs: number | null;
  /** Null where there was no answer. */
  readonly status: number | null;
  /** What the server said, redacted, at most 500 characters; null where it said nothing. */
  readonly words: Redacted | null;

  constructor(message: string, failure: Failure, options?: ErrorOptions) {
    super(message, options);
    this.isRetryable = failure.isRetryable;
    this.suggestsSmallerPage = failure.suggestsSmallerPage ?? false;
    this.suggestsShorterWindow = failure.suggestsShorterWindow ?? false;
    this.retryAfterMs = failure.retryAfterMs ?? null;
    this.status = failure.status ?? null;
    this.words = failure.words ?? null;
    const limit = /max_entries_limit \(\d+ > (\d{1,9})\)/.exec(this.words ?? "")?.[1];
    this.entriesMax = limit === undefined ? null : Number(limit);
  }
}

interface Cure {
  readonly says: RegExp;
  readonly advice: string;
  readonly isRetryable?: boolean;
  readonly suggestsSmallerPage?: boolean;
  readonly suggestsShorterWindow?: boolean;
}

/** By what Loki says, which tells more than its status: a bad regular expression is a 500, a full queue a 429. First match wins. */
const cures: readonly Cure[] = [
  {
    says: /no org id/i,
    advice: "It wants a tenant: set tenant for this environment.",
    isRetryable: false,
  },
  {
    says: /parse error|parsing regexp|unexpected|invalid (tenant|direction)|required label|query_blocked|blocked by policy/i,
    advice: "It will not be answered as it is: correct the query of this environment.",
    isRetryable: false,
  },
  {
    says: /max entries limit/i,
    advice: "Lower limit for this environment, or raise max_entries_limit_per_query.",
    isRetryable: false,
    suggestsSmallerPage: true,
  },
  {
    says: /time range exceeds|value exceeds limit/i,
    advice: "Lower slice for this environment, or raise the limit named here.",
    isRetryable: false,
    suggestsShorterWindow: true,
  },
  {
    says: /larger than max|ResourceExhausted/i,
    advice: "The answer is too large between Loki's own parts; a smaller limit helps.",
    isRetryable: true,
    suggestsSmallerPage: true,
  },
  {
    says: /context deadline exceeded|context canceled/i,
    advice: "Loki gave up on the query: a narrower selector, a smaller limit or a longer query_timeout helps.",
    isRetryable: true,
    suggestsSmallerPage: true,
  },
  {
    says: /failed to load chunk/i,
    advice: "A part of Loki's storage is missing: until it is back, windows that touch it cannot be read.",
  },
];

function adviceOf(status: number): string {
  if (status === 401 || status === 403) return "Check auth and tenant of this environment.";
  if (status === 404) return "Is this Loki's address, without /loki/api at its end?";
  if (status === 405) return "Is this Loki's address? Its query API takes GET.";
  if (status === 429) return "It has too much to do; the window is read again later.";
  if (status >= 500) return "See Loki's own log; the window is read again later.";
  return "See Loki's own log.";
}

/** What an answer with an error status means. */
export function refusal(answer: HttpAnswer, path: string): LogSourceError {
  const words = serverWords(answer);
  const cure = isHtml(answer) ? undefined : cures.find(({ says }) => says.test(words));
  const isPassing = answer.status === 408 || answer.status === 429 || answer.status >= 500;
  const said = words === "" ? "without a word" : `with: ${words.replace(/[.\s]+$/, "")}`;
  return new LogSourceError(
    `Loki answered ${answer.status} to ${path} ${said}. ${cure?.advice ?? adviceOf(answer.status)}`,
    {
      isRetryable: cure?.isRetryable ?? isPassing,
      suggestsSmallerPage: cure?.suggestsSmallerPage ?? false,
      suggestsShorterWindow: cure?.suggestsShorterWindow ?? false,
      status: answer.status,
      words,
      retryAfterMs: retryAfterMs(answer.headers),
    },
  );
}

/** What the lack of an answer means; whatever is no HttpError (an abort, say) is given back as it is. */
export function noAnswer(error: unknown): unknown {
  if (!(error instanceof HttpError)) return error;
  const isLate = error.failure === "timeout";
  const isLarge = error.failure === "too-large";
  // An answer above 4 MB can keep Loki 2.9 silent for ever: only fewer entries at a time get past that.
  const hint = isLate || isLarge ? " A smaller limit helps where the answer is large." : "";
  return new LogSourceError(
    `Loki: ${error.message}${hint}`,
    { isRetryable: error.isRetryable || isLarge, suggestsSmallerPage: isLate || isLarge },
    { cause: error },
  );
}

/** What an answer with a good status but another content means. */
export function notEntries(answer: HttpAnswer, what: string, isRetryable: boolean): LogSourceError {
  return new LogSourceError(redact(`Loki answered ${answer.status} with ${what}`), {
    isRetryable,
    status: answer.status,
    words: serverWords(answer),
  });
}
