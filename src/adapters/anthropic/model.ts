import type Anthropic from "@anthropic-ai/sdk";
import { type Model, type ModelAnswer, ModelError, type ModelRequest } from "../../domain/model.ts";
import { ownValue } from "../../domain/own-value.ts";
import { createBoundedFetch, isEventStream } from "../bounded-fetch.ts";
import { cleanContent } from "./clean-content.ts";
import { messageRequest } from "./message-request.ts";
import { answeredError, lostError, unpricedError, unreadableError } from "./model-error.ts";
import { readMessage } from "./read-message.ts";
import { saidIn } from "./said-in.ts";

/** US dollars for a million tokens. */
interface Rates {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

export interface Price extends Rates {
  /** All of a call whose input, read from the cache or written to it included, has more tokens than that. */
  readonly long?: Rates & { readonly overTokens: number };
}

export interface ModelConnection {
  readonly apiKey: string;
  /** Null: Anthropic's own address. */
  readonly baseUrl: string | null;
  /** Of each model that may be asked, by its name. */
  readonly prices: Readonly<Record<string, Price>>;
  /** Of one call, from sending to the last byte. */
  readonly timeoutMs: number;
  /** Null: the platform's own. A test's transport counts writes here. */
  readonly fetch: typeof fetch | null;
}

const anthropicUrl = "https://api.anthropic.com";
/** Of one answer: what a model may say in one turn is a hundredth of it. */
const answerBytesMax = 8 * 1024 * 1024;
/** Source code and Korean prose have more bytes to a token than this, so a bound computed with it holds. */
const bytesPerTokenMin = 3;
const tokensPerMillion = 1_000_000;
/** Far more than any model reads in one call. */
const tokensOfCallMax = 100_000_000;

/** Anthropic's models through its own client. Retries nothing: budget and queue see each call. */
export function createModel(connection: ModelConnection): Model {
  // The client takes tens of milliseconds to load, and most runs find nothing new to ask about.
  let client: Promise<Anthropic> | null = null;
  return {
    costUsdMax(request) {
      const inputTokens = Buffer.byteLength(JSON.stringify(messageRequest(request))) / bytesPerTokenMin;
      const price = ratesOf(priceOf(request.model, connection), inputTokens);
      const inputPrice = Math.max(price.input, price.cacheWrite, price.cacheRead);
      return (inputTokens * inputPrice + request.outputTokensMax * price.output) / tokensPerMillion;
    },
    async ask(request, signal) {
      signal.throwIfAborted();
      const price = priceOf(request.model, connection);
      client ??= openClient(connection);
      return await askOnce(await client, request, price, signal);
    },
  };
}

function ratesOf(price: Price, inputTokens: number): Rates {
  return price.long !== undefined && inputTokens > price.long.overTokens ? price.long : price;
}

/** A model that nobody knows the price of is never asked: no ceiling could hold. */
function priceOf(model: string, { prices }: ModelConnection): Price {
  const price = ownValue(prices, model);
  if (price === undefined) throw unpricedError(model);
  return price;
}

/**
 * The client of the provider, which retries nothing and follows no redirect: that would carry the conversation to another origin.
 * @throws ModelError when the address cannot be used
 */
export async function openClient(connection: ModelConnection): Promise<Anthropic> {
  const { default: Client } = await import("@anthropic-ai/sdk");
  // Explicit, so that ANTHROPIC_BASE_URL of the surroundings does not decide where the key goes.
  const baseURL = connection.baseUrl ?? anthropicUrl;
  return new Client({
    apiKey: connection.apiKey,
    baseURL,
    maxRetries: 0,
    // The client's own limit ends with the first byte of the answer, so ours comes first.
    timeout: 2 * connection.timeoutMs,
    fetch: boundedFetch(connection, baseURL),
    openTelemetry: false,
    logLevel: "off",
  });
}

function boundedFetch({ fetch, timeoutMs }: ModelConnection, address: string): typeof globalThis.fetch {
  try {
    const bounds = { who: "Anthropic", address, timeoutMs, bytesMax: answerBytesMax, streams: true };
    return createBoundedFetch(fetch ?? globalThis.fetch, bounds);
  } catch (error) {
    throw lostError(error instanceof Error ? error : new Error(String(error)));
  }
}

async function askOnce(
  client: Anthropic,
  request: ModelRequest,
  price: Price,
  signal: AbortSignal,
): Promise<ModelAnswer> {
  const { APIConnectionError, APIError } = await import("@anthropic-ai/sdk");
  try {
    const { data, response } = await client.messages.create(messageRequest(request), { signal }).withResponse();
    if (!isEventStream(response.headers)) throw unreadableError("it is no stream of events");
    const message = await readMessage(data);
    // The client ends the stream without a word when it is told to stop.
    signal.throwIfAborted();
    if (message === null) throw lostError(new Error("the stream ended before the message did"));
    return answerOf(message, price);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ModelError) throw error;
    if (error instanceof APIError && !(error instanceof APIConnectionError)) throw answeredError(error);
    if (error instanceof SyntaxError) throw unreadableError("it is not JSON");
    throw lostError(error instanceof Error ? error : new Error(String(error)));
  }
}

function answerOf(message: unknown, price: Price): ModelAnswer {
  if (!saysWhatItUsed(message)) throw unreadableError("it does not say how many tokens it took");
  if (!isMessage(message)) throw unreadableError("it is not a message");
  const usage = {
    inputTokens: message.usage.input_tokens,
    outputTokens: message.usage.output_tokens,
    cacheReadTokens: message.usage.cache_read_input_tokens ?? 0,
    cacheWriteTokens: message.usage.cache_creation_input_tokens ?? 0,
  };
  const rates = ratesOf(price, usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens);
  const content = cleanContent(message.content);
  return {
    content,
    ...saidIn(content),
    stopReason: stopReasonOf(message.stop_reason),
    usage,
    costUsd:
      (usage.inputTokens * rates.input +
        usage.outputTokens * rates.output +
        usage.cacheReadTokens * rates.cacheRead +
        usage.cacheWriteTokens * rates.cacheWrite) /
      tokensPerMillion,
  };
}

const stopReasons = [
  "end_turn",
  "tool_use",
  "max_tokens",
  "refusal",
  "pause_turn",
  "model_context_window_exceeded",
] as const satisfies readonly Anthropic.StopReason[];

function stopReasonOf(reason: string | null): ModelAnswer["stopReason"] {
  return stopReasons.find((known) => known === reason) ?? "other";
}

function saysWhatItUsed(message: unknown): boolean {
  const usage = (message as Partial<Anthropic.Message> | null)?.usage;
  return usage === undefined || usage.output_tokens !== null;
}

/** The client checks nothing: what a gateway sends with status 200 arrives as it is. */
function isMessage(value: unknown): value is Anthropic.Message {
  if (typeof value !== "object" || value === null) return false;
  const { content, usage } = value as Partial<Anthropic.Message>;
  return (
    Array.isArray(content) &&
    isTokenCount(usage?.input_tokens) &&
    isTokenCount(usage?.output_tokens) &&
    isTokenCount(usage?.cache_read_input_tokens ?? 0) &&
    isTokenCount(usage?.cache_creation_input_tokens ?? 0)
  );
}

/** What the budget can be charged with: a number below zero would give money back. */
function isTokenCount(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= tokensOfCallMax;
}
