import type { ChatId, ChatSender, ChatSetting, UpdateSource, UserId } from "../../domain/chat/chat.ts";
import type { Role } from "../../domain/command/role.ts";
import type { Environment } from "../../domain/names.ts";
import type { Redacted } from "../../domain/text.ts";
import type { AlertRules } from "../../forward/read-alert.ts";
import type { BrainMeans } from "../brain-means.ts";
import type { Setting } from "../handles/answer-means.ts";
import type { OneAtATime } from "./one-at-a-time.ts";

export interface ChatRules {
  readonly chats: Readonly<Record<ChatId, ChatSetting>>;
  readonly people: Readonly<Record<UserId, Role>>;
  readonly chatOf: Readonly<Record<Environment, ChatId>>;
  readonly failuresChat: ChatId | null;
  readonly fallbackChat: ChatId | null;
  readonly alertBots: readonly UserId[];
  readonly alerts: AlertRules;
  /** Names of labels that may carry a service. */
  readonly serviceLabels: readonly string[];
  readonly urgentMsMax: number;
  readonly reportMinute: number | null;
  /** Hosts that a message may link to. */
  readonly linkHosts: readonly string[];
  /** What holds, and where it comes from; without secrets. */
  readonly settings: readonly Setting[];
}

/** What a question is looked into and answered with, in a chat or on a terminal. */
export type AskMeans = Pick<ChatMeans, "brain" | "rules">;

/** What reads and tells chats. One process at a time does, by the lease `updates`. */
export interface ChatMeans {
  readonly brain: BrainMeans;
  readonly telegram: UpdateSource & ChatSender;
  readonly rules: ChatRules;
  /** Which kind of process this is, for `/status`. */
  readonly process: "daemon" | "bot" | "run";
  /** Random, never the same again: the one-time word of a button. */
  readonly newNonce: () => string;
  /** Reads all environments now. */
  readonly pollNow: (signal: AbortSignal) => Promise<void>;
  /** What changes a question or its answer. */
  readonly oneAtATime: OneAtATime;
  /** Our own last lines, oldest first. */
  readonly ownLines: (count: number) => readonly Redacted[];
  /** Null: it works again. */
  readonly onFault: (sentence: string | null) => void;
}
