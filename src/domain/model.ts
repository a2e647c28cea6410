import type { StepName } from "./step-name.ts";
import type { Redacted } from "./text.ts";

export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

/** A turn of the conversation. What the model said is kept as `ModelAnswer.content` gave it, so that it can be sent back unchanged. */
export type ModelTurn =
  | { readonly role: "user"; readonly text: Redacted }
  | { readonly role: "assistant"; readonly content: readonly unknown[] }
  | {
      readonly role: "tools";
      readonly results: readonly { readonly callId: string; readonly text: Redacted; readonly isError: boolean }[];
    };

/** How much work the model puts into its answer. */
export const efforts = ["low", "medium", "high"] as const;
export type Effort = (typeof efforts)[number];

export interface ModelRequest {
  readonly model: string;
  /** Null: nothing is said about it, for not every model can be told. */
  readonly effort: Effort | null;
  /** Whether it may think to itself first, as much as it sees fit; false: nothing is said about it. What it thinks counts as output. */
  readonly thinks: boolean;
  readonly system: Redacted;
  readonly tools: readonly ToolDefinition[];
  /** False: the tools stay in the request, for the turns so far speak of them, but the model must answer without them. */
  readonly mayUseTools: boolean;
  readonly turns: readonly ModelTurn[];
  /** JSON Schema of the final answer: every property required, no additional ones, no bounds on numbers or lengths. */
  readonly answerSchema: Readonly<Record<string, unknown>>;
  readonly outputTokensMax: number;
}

/** What the model said has passed the gate: it may repeat what an outsider wrote, and it is saved under `state/`. */
export interface ModelAnswer {
  /** The assistant turn as the provider's own blocks: plain data that JSON holds. */
  readonly content: readonly unknown[];
  readonly text: Redacted;
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly input: unknown }[];
  readonly stopReason:
    | "end_turn"
    | "tool_use"
    | "max_tokens"
    | "refusal"
    | "pause_turn"
    | "model_context_window_exceeded"
    | "other";
  readonly usage: {
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly cacheReadTokens: number;
    readonly cacheWriteTokens: number;
  };
  readonly costUsd: number;
}

/** In which conversation of an order something is asked, and with which prompt (its digest): for who keeps what was said. The model is not told. */
export interface Asker {
  readonly step: StepName;
  readonly prompt: string;
}

export interface Model {
  /** The most that one call with this request can cost, for the check before it. */
  costUsdMax(request: ModelRequest): number;
  /** One call, never repeated by itself. @throws ModelError */
  ask(request: ModelRequest, signal: AbortSignal, asker?: Asker): Promise<ModelAnswer>;
}

/** The model did not answer. `isSpent`: the call may have cost money all the same. */
export class ModelError extends Error {
  override readonly name = "ModelError";
  readonly isRetryable: boolean;
  readonly isSpent: boolean;
  /** How long to wait before another try, where the provider or its kind of failure says so. */
  readonly retryAfterMs: number | null;
  constructor(
    message: Redacted,
    kind: { readonly isRetryable: boolean; readonly isSpent: boolean; readonly retryAfterMs: number | null },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.isRetryable = kind.isRetryable;
    this.isSpent = kind.isSpent;
    this.retryAfterMs = kind.retryAfterMs;
  }
}
