import type { Api, GrammyError } from "grammy";
import { redact } from "../../domain/redact.ts";
import type { Redacted } from "../../domain/text.ts";
import { createBoundedFetch } from "../bounded-fetch.ts";

export interface TelegramConnection {
  readonly token: string;
  /** `https://api.telegram.org`, or a server of one's own. */
  readonly apiUrl: string;
  /** Null: the platform's own. */
  readonly fetch: typeof fetch | null;
}

/** Of one message; below the lease under which it is sent. */
const callTimeoutMs = 15_000;
const callBytesMax = 1024 * 1024;
/** A hundred updates, each with a text, its entities and what it answers to. */
const updatesBytesMax = 64 * 1024 * 1024;

/** What the Bot API said to a call, without the token, which is part of every address. */
export type Answered<Result> =
  | { readonly kind: "ok"; readonly result: Result }
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly description: Redacted;
      readonly retryAfterMs: number | null;
      readonly migratedTo: string | null;
    }
  /** No answer, or none that can be read: it may have been carried out. */
  | { readonly kind: "lost"; readonly because: Redacted };

export interface TelegramApi {
  call<Result>(use: (api: Api) => Promise<Result>): Promise<Answered<Result>>;
  /** For getUpdates, which waits at the server. */
  poll<Result>(waitMs: number, use: (api: Api) => Promise<Result>): Promise<Answered<Result>>;
}

/** The Bot API through grammY, kept to one origin, bounded in time and size. Nothing is repeated by it. */
export async function openTelegramApi(connection: TelegramConnection): Promise<TelegramApi> {
  const grammy = await import("grammy");
  const { token } = connection;
  const make = (timeoutMs: number, bytesMax: number): Api =>
    new grammy.Api(token, {
      apiRoot: connection.apiUrl,
      timeoutSeconds: Math.ceil(timeoutMs / 1000) + 5,
      // Its types are those of another fetch; only these four of its fields are used.
      fetch: boundedFetch(connection, timeoutMs, bytesMax) as never,
    });
  const usual = make(callTimeoutMs, callBytesMax);
  let polling: { readonly waitMs: number; readonly api: Api } | null = null;
  return {
    call: (use) => answered(token, () => use(usual)),
    poll(waitMs, use) {
      if (polling?.waitMs !== waitMs) polling = { waitMs, api: make(waitMs + callTimeoutMs, updatesBytesMax) };
      const { api } = polling;
      return answered(token, () => use(api));
    },
  };
}

interface FetchInit {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly signal?: { readonly aborted: boolean; addEventListener(type: "abort", listener: () => void): void };
}

function boundedFetch(connection: TelegramConnection, timeoutMs: number, bytesMax: number) {
  const inner = connection.fetch ?? fetch;
  const bounded = createBoundedFetch(inner, { who: "Telegram", address: connection.apiUrl, timeoutMs, bytesMax });
  return (url: string, init: FetchInit): Promise<Response> => {
    const abort = new AbortController();
    if (init.signal?.aborted === true) abort.abort();
    init.signal?.addEventListener("abort", () => abort.abort());
    return bounded(url, {
      method: init.method ?? "POST",
      headers: { "content-type": "application/json" },
      body: init.body ?? "{}",
      signal: abort.signal,
    });
  };
}

async function answered<Result>(token: string, call: () => Promise<Result>): Promise<Answered<Result>> {
  try {
    return { kind: "ok", result: await call() };
  } catch (error) {
    if (isAnswer(error)) {
      const { error_code: status, description, parameters } = error;
      return {
        kind: "refused",
        status,
        description: withoutToken(description, token),
        retryAfterMs: parameters.retry_after === undefined ? null : parameters.retry_after * 1000,
        migratedTo: parameters.migrate_to_chat_id === undefined ? null : String(parameters.migrate_to_chat_id),
      };
    }
    return { kind: "lost", because: withoutToken(wordsOf(error), token) };
  }
}

/** By its name, for the library is loaded with the first call. */
function isAnswer(error: unknown): error is GrammyError {
  return error instanceof Error && error.name === "GrammyError" && "error_code" in error;
}

function wordsOf(error: unknown): string {
  const inner = error instanceof Error && "error" in error ? error.error : error;
  if (!(inner instanceof Error)) return "Telegram gave no answer that can be read.";
  const cause = inner.cause instanceof Error ? ` (${inner.cause.message})` : "";
  return `Telegram gave no answer: ${inner.message}${cause}`;
}

function withoutToken(text: string, token: string): Redacted {
  return redact(text.slice(0, 500).replaceAll(token, "⟨own-secret:1⟩"));
}
