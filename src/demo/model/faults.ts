/** How the stand-in may fail. Each is something that the real API does, or that a model does. */
export type ModelFault =
  /** 529 overloaded, 500, 429 with retry-after, 401, and the account's monthly limit. */
  | "overloaded"
  | "broken"
  | "rate-limited"
  | "wrong-key"
  | "spend-limit"
  /** The request is read, and the connection reset before an answer. */
  | "reset"
  /** 200 with a page instead of a message. */
  | "page"
  /** Answers only when released, or never. */
  | "slow"
  /** In the middle of its stream the answer ends, the connection is reset, nothing more comes until released, or an error comes in place of the rest. */
  | "cut-stream"
  | "reset-stream"
  | "stalled-stream"
  | "overloaded-stream"
  /** Stop reasons. */
  | "refusal"
  | "max-tokens"
  | "context-window"
  | "pause-turn"
  /** What a model says: not by the schema; something that is not there; tools for ever; a tool that does not exist, or wrong input for one. */
  | "outside-schema"
  | "false-citation"
  /** A sentence more in the claim, about a function, a file and a number that are nowhere. */
  | "invented-sentence"
  | "endless-tools"
  | "unknown-tool";

/** Which requests fail: `next` are used up in order, then `always`. Null in `next`: that request goes well. */
export interface ModelFaults {
  readonly next: (ModelFault | null)[];
  always: ModelFault | null;
}

export function nextFault(faults: ModelFaults): ModelFault | null {
  return faults.next.length > 0 ? (faults.next.shift() ?? null) : faults.always;
}

interface Failure {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly error: {
    readonly type: string;
    readonly message: string;
    readonly details?: { readonly error_code: string };
  };
}

export const failures: Readonly<Partial<Record<ModelFault, Failure>>> = {
  overloaded: { status: 529, headers: {}, error: { type: "overloaded_error", message: "Overloaded" } },
  broken: { status: 500, headers: {}, error: { type: "api_error", message: "Internal server error" } },
  "rate-limited": {
    status: 429,
    headers: { "retry-after": "7" },
    error: { type: "rate_limit_error", message: "This request would exceed your organization's rate limit." },
  },
  "wrong-key": { status: 401, headers: {}, error: { type: "authentication_error", message: "invalid bearer token" } },
  "spend-limit": {
    status: 429,
    headers: {},
    error: {
      type: "rate_limit_error",
      message: "You have reached your API usage limit.",
      details: { error_code: "enforced_spend_limit_reached" },
    },
  },
};
