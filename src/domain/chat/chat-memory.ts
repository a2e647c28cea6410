import type { Environment, IncidentId, RepositoryName, ServiceName, TraceId } from "../names.ts";
import type { RootCause } from "../root-cause.ts";
import type { Inert, Redacted } from "../text.ts";
import type { ChatId, UserId } from "./chat.ts";

/** What a forwarded alert says, as far as it could be read; its text is redacted, for it is kept. */
export interface AlertReading {
  /** `grafana`, `alertmanager`, a pattern of the service map, or what else it looked like. */
  readonly form: string;
  readonly status: "firing" | "resolved" | null;
  readonly title: Redacted | null;
  readonly service: ServiceName | null;
  readonly environment: Environment | null;
  readonly traceId: TraceId | null;
  /** A LogQL query of a link, as it stood there. */
  readonly query: Redacted | null;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly labels: Readonly<Record<string, Redacted>>;
  readonly values: Readonly<Record<string, Redacted>>;
  /** A stack trace or log lines that a person pasted. */
  readonly pasted: Redacted | null;
}

export type InquiryState = "received" | "waiting" | "answered";

/** How a look into Loki ended. */
export type Finding =
  | { readonly kind: "incidents"; readonly searched: Redacted; readonly entries: number }
  | { readonly kind: "nothing"; readonly searched: Redacted; readonly because: Redacted | null }
  | { readonly kind: "paused"; readonly by: Redacted }
  | { readonly kind: "resolved" }
  | { readonly kind: "text-please" }
  | { readonly kind: "not-understood" };

/** What a person wants to know, and the message in which the answer grows. */
export interface Inquiry {
  readonly id: string;
  readonly state: InquiryState;
  readonly chat: ChatId;
  readonly user: UserId;
  /** The person's message, to which the answer replies; 0 in a chat that it was not written in. */
  readonly message: number;
  readonly receivedAtMs: number;
  /** Empty where a person asked for an incident by its id. */
  readonly alerts: readonly AlertReading[];
  /** How long before the alert is read, in this look. */
  readonly lookBackMs: number;
  /** Asked to investigate although it is known. */
  readonly isAgain: boolean;
  /** Kinds of error in that time beyond those that are followed. */
  readonly moreKinds: number;
  readonly environment: Environment | null;
  readonly finding: Finding | null;
  /** Worst first. */
  readonly incidents: readonly { readonly id: IncidentId; readonly how: "ordered" | "known" | "waits" }[];
  readonly deadlineMs: number;
  /** Its effects so far: the next one's number. */
  readonly sent: number;
  /** The message with the answer; null until it was sent. */
  readonly answer: number | null;
  /** A digest of what was shown last. */
  readonly shown: string | null;
  readonly shownAtMs: number;
}

/** What came of an investigation, short enough to be told in a chat. */
export interface Conclusion {
  /** The order's id. */
  readonly id: string;
  /** Whom it was asked about, and whose failure it is: the same but for a symptom. */
  readonly asked: IncidentId;
  readonly incident: IncidentId;
  readonly atMs: number;
  readonly environment: Environment | null;
  readonly service: ServiceName | null;
  readonly title: Inert;
  readonly isUrgent: boolean;
  readonly answer: RootCause["kind"] | "failed";
  readonly claim: Redacted;
  readonly confidence: number | null;
  readonly severity: "low" | "medium" | "high" | null;
  readonly places: readonly { readonly repository: RepositoryName; readonly path: string; readonly line: number }[];
  readonly ruledOut: readonly Redacted[];
  readonly nextStep: Redacted | null;
  readonly hasModel: boolean;
  readonly costUsd: number;
  readonly tookMs: number;
}

/** A button that may be pressed once, by the one it was shown to, on its message. */
export interface OfferedButton {
  readonly nonce: string;
  readonly chat: ChatId;
  readonly user: UserId;
  /** The effect by which it was shown, and so the message. */
  readonly effect: string;
  readonly untilMs: number;
  readonly does: ButtonAction;
}

export type ButtonAction =
  | { readonly kind: "command"; readonly text: string }
  | { readonly kind: "wider"; readonly inquiry: string; readonly lookBackMs: number }
  | { readonly kind: "again"; readonly inquiry: string };

/** What is remembered of a chat. */
export interface ChatTrouble {
  readonly chat: ChatId;
  readonly movedTo: ChatId | null;
  /** Since when nothing can be told there, and why. */
  readonly goneSinceMs: number | null;
  readonly because: Redacted | null;
}

/** `ahead` where earlier ones are not dealt with yet, as after a stop. */
export interface HandledUpdate {
  readonly id: number;
  readonly atMs: number;
}

/** By kind, with the states in which each is looked up. */
export interface ChatMemory {
  readonly inquiry: Inquiry;
  readonly conclusion: Conclusion;
  readonly button: OfferedButton;
  readonly chat: ChatTrouble;
  readonly update: HandledUpdate;
}
export type ChatMemoryKind = keyof ChatMemory;

/** One of them as it is kept; the same id again replaces it. */
export type ChatItem = {
  readonly [Kind in ChatMemoryKind]: {
    readonly kind: Kind;
    readonly id: string;
    /** `received`, `told`, `offered`, `used` … */
    readonly state: string;
    readonly atMs: number;
    readonly value: ChatMemory[Kind];
  };
}[ChatMemoryKind];
