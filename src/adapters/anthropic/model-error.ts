import type { APIError } from "@anthropic-ai/sdk";
import { ModelError } from "../../domain/model.ts";
import { ownValue } from "../../domain/own-value.ts";
import { redact } from "../../domain/redact.ts";
import { HttpError } from "../http.ts";

/** Characters of the provider's own words that an error of ours repeats. */
const messageLengthMax = 400;
/** Waited where the provider says "later" without saying when. */
const waitMsDefault = 30_000;
/** Nobody is left alone for longer, whatever the header says. */
const waitMsMax = 3_600_000;

/** What to do about a status, in our own words. */
const advice: Readonly<Record<number, string>> = {
  400: "The request is not one it accepts; if the model name or the prompt was changed, look there first.",
  401: "Check the API key.",
  402: "Check the account's billing.",
  403: "The key may not use this model; check its workspace.",
  404: "Check the model's name in service-map.yaml.",
  413: "The request is too large; lower the analysis limits in service-map.yaml.",
};

/** Ceilings of the account: nothing changes before somebody raises them or the month ends, so waiting in a queue is no use. */
const spendLimits: Readonly<Record<string, string>> = {
  enforced_spend_limit_reached:
    "The account's monthly limit at Anthropic is used up; it lasts until the first of the next month, or until it is raised in the console.",
  contract_spend_limit_reached: "The spend limit of the contract with Anthropic is reached; ask Anthropic to raise it.",
  linked_organization_spend_limit_reached:
    "The linked organization has reached its spend limit at Anthropic; it can be raised in the console.",
};

/** Said with a plain 400, of which nothing but the words tells it from a mistake of ours. */
const noCredit = /credit balance is too low/i;

/** An answer other than 2xx, as an error of ours. Anthropic bills none of them, but a gateway may have lost an answer that was billed. */
export function answeredError(error: APIError): ModelError {
  const status = error.status ?? 0;
  const spendLimit = error.errorCode === null ? undefined : ownValue(spendLimits, error.errorCode);
  if (spendLimit !== undefined) {
    return modelError(`Anthropic refused the call. ${spendLimit}`, false, false, null);
  }
  if (error.status === undefined) return brokenOffError(error.type);
  const said = (error.apiMessage ?? "without a reason").replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, " ");
  if (noCredit.test(said) || error.type === "billing_error") {
    return modelError(
      `Anthropic answered ${status} (${said.slice(0, messageLengthMax)}). The account has no credit left: add some in Anthropic's console, under Plans & Billing.`,
      false,
      false,
      null,
    );
  }
  const isRetryable = status === 408 || status === 429 || status >= 500;
  const cure = isRetryable ? "It is tried again later." : (advice[status] ?? "See Anthropic's error page.");
  return modelError(
    `Anthropic answered ${status} (${said.slice(0, messageLengthMax)}). ${cure}`,
    isRetryable,
    status === 408 || status === 502 || status === 504,
    isRetryable ? retryAfterMs(error.headers) : null,
  );
}

/** In the middle of the answer, after a good status. What came before it is billed. */
function brokenOffError(type: string | null): ModelError {
  const isRetryable = type === null || !notTransient.has(type);
  return modelError(
    `Anthropic broke off its answer (${(type ?? "without a reason").slice(0, 60)}); the call counts as spent.`,
    isRetryable,
    true,
    isRetryable ? waitMsDefault : null,
  );
}

const notTransient: ReadonlySet<string> = new Set([
  "invalid_request_error",
  "authentication_error",
  "permission_error",
  "billing_error",
  "not_found_error",
]);

/** No answer came. The call counts as spent unless the connection was never made. */
export function lostError(error: Error): ModelError {
  const broken = httpErrorIn(error);
  if (broken !== null) {
    const wasSent = broken.failure !== "bad-address" && broken.failure !== "plain-http-refused";
    // What is too large is so again, and may be paid for again.
    const counts = wasSent ? " The call counts as spent." : "";
    return modelError(`${broken.message}${counts}`, broken.isRetryable, wasSent, null);
  }
  const code = causeCode(error);
  const neverSent =
    code !== null && ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"].includes(code);
  return modelError(
    neverSent
      ? `Anthropic could not be reached (${code}). Check the network and the model's address.`
      : `The connection to Anthropic was lost before the answer was complete (${code ?? error.message}); the call counts as spent.`,
    true,
    !neverSent,
    null,
  );
}

/** An answer that is no message: a proxy's page, say. It was paid for if it was Anthropic's. */
export function unreadableError(because: string): ModelError {
  return modelError(
    `Anthropic's answer could not be read (${because}). Check that the model's address is an Anthropic endpoint.`,
    false,
    true,
    null,
  );
}

/** Nothing was sent. */
export function unpricedError(model: string): ModelError {
  return modelError(
    `The model ${model} has no known price, so it was not asked. Say what it costs in model.price or model.prices of service-map.yaml.`,
    false,
    false,
    null,
  );
}

function modelError(message: string, isRetryable: boolean, isSpent: boolean, retryAfterMs: number | null): ModelError {
  // The cause itself is not attached: its text has not passed the gate, and a logger would print it.
  return new ModelError(redact(message), { isRetryable, isSpent, retryAfterMs });
}

/** `retry-after-ms`, else `retry-after`, which Anthropic sends in seconds. */
function retryAfterMs(headers: Headers | undefined): number {
  const milliseconds = Number.parseFloat(headers?.get("retry-after-ms") ?? "");
  const seconds = Number.parseFloat(headers?.get("retry-after") ?? "");
  const waitMs = milliseconds >= 0 ? milliseconds : seconds >= 0 ? seconds * 1000 : waitMsDefault;
  return Math.min(waitMs, waitMsMax);
}

function httpErrorIn(error: Error): HttpError | null {
  let inner: unknown = error;
  for (let depth = 0; depth < 4 && inner instanceof Error; depth += 1) {
    if (inner instanceof HttpError) return inner;
    inner = inner.cause;
  }
  return null;
}

function causeCode(error: Error): string | null {
  let inner: unknown = error;
  for (let depth = 0; depth < 4 && inner instanceof Error; depth += 1) {
    if ("code" in inner && typeof inner.code === "string") return inner.code;
    inner = inner.cause;
  }
  return null;
}
