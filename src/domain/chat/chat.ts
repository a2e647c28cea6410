import type { Language } from "../language.ts";
import type { Redacted } from "../text.ts";
import type { ChatText } from "./chat-text.ts";

/** As Telegram numbers them, in decimal: a group's is negative. */
export type ChatId = string;
/** A person's number; never a name, which anybody can take. */
export type UserId = string;

/** A place to talk, as the service map says it. */
export interface ChatSetting {
  readonly chat: ChatId;
  readonly language: Language;
  /** IANA name. */
  readonly timeZone: string;
  /** Minutes of the day, in its time zone; null: none. */
  readonly quiet: { readonly fromMinute: number; readonly toMinute: number } | null;
}

/** A button below a message: what it says, and the one-time word by which it is known again. */
export interface ChatButton {
  readonly label: Redacted;
  /** At most 64 bytes. */
  readonly data: string;
}

export type ButtonRows = readonly (readonly ChatButton[])[];

/** What is sent to a chat: rendered once together with the intent. */
export type ChatOutgoing =
  | {
      readonly kind: "chat-message";
      readonly chat: ChatId;
      readonly text: ChatText;
      readonly buttons: ButtonRows;
      readonly replyTo: number | null;
      /** Arrives without a sound. */
      readonly isSilent: boolean;
    }
  | {
      readonly kind: "edit-chat-message";
      readonly chat: ChatId;
      readonly message: number;
      readonly text: ChatText;
      readonly buttons: ButtonRows;
    };

export type ChatOutcome =
  | { readonly kind: "done"; readonly message: number | null }
  | { readonly kind: "refused"; readonly because: Redacted; readonly isGone: boolean }
  /** Not carried out; the chat wants to be left alone until then. */
  | { readonly kind: "wait"; readonly untilMs: number; readonly because: Redacted }
  /** Not carried out: the group became a supergroup, with another number. */
  | { readonly kind: "moved"; readonly to: ChatId }
  /** May have been carried out. */
  | { readonly kind: "unknown"; readonly because: Redacted };

export interface ChatSender {
  send(outgoing: ChatOutgoing, signal: AbortSignal): Promise<ChatOutcome>;
  /** Stops the waiting sign on a pressed button; a failure is nothing to anybody. */
  answerButton(button: string, text: Redacted | null, signal: AbortSignal): Promise<void>;
  /** The list of commands that a chat is shown, or one person in it. @returns why it was refused; null when it was not */
  setCommands(
    commands: readonly { readonly command: string; readonly description: Redacted }[],
    scope: { readonly chat: ChatId; readonly user: UserId | null },
    signal: AbortSignal,
  ): Promise<Redacted | null>;
}

/** One thing that happened in a chat, parsed; what is of no use to us is null. */
export interface IncomingUpdate {
  readonly id: number;
  readonly what: IncomingMessage | PressedButton | MovedChat | null;
}

export interface IncomingMessage {
  readonly kind: "message";
  readonly chat: ChatId;
  readonly isPrivate: boolean;
  readonly user: UserId;
  readonly message: number;
  readonly atMs: number;
  /** Of a forward: when the forwarded message was written. */
  readonly forwardedFromMs: number | null;
  readonly isForward: boolean;
  /** A bot wrote it: only those that are listed as alert bots are read, and never for commands. */
  readonly isBot: boolean;
  /** Its text or caption; bounded. */
  readonly text: string;
  /** Where the links of its text lead: `text_link` entities and buttons below a forward. */
  readonly links: readonly string[];
  readonly hasPicture: boolean;
}

export interface PressedButton {
  readonly kind: "button";
  /** By which the press is answered. */
  readonly press: string;
  readonly chat: ChatId;
  readonly user: UserId;
  readonly message: number;
  readonly data: string;
}

export interface MovedChat {
  readonly kind: "moved";
  readonly from: ChatId;
  readonly to: ChatId;
}

export interface UpdateSource {
  /**
   * What happened since; waits up to `waitMs` for something.
   * @param offset the first update that is wanted: lower ones are forgotten by the server; null: whatever is there
   * @throws ChatSourceError
   */
  updates(offset: number | null, waitMs: number, signal: AbortSignal): Promise<readonly IncomingUpdate[]>;
  /**
   * By which the bot is called where several are, `our_bot` of `/pause@our_bot`.
   * @throws ChatSourceError
   */
  ownName(signal: AbortSignal): Promise<string>;
}

/** The Bot API did not give updates. The message names the cure, and no token. */
export class ChatSourceError extends Error {
  override readonly name = "ChatSourceError";
  readonly isRetryable: boolean;
  /** `conflict`: another process asks with the same token. `revoked`: the token is good no more. */
  readonly reason: "conflict" | "revoked" | "wait" | "away";
  readonly untilMs: number | null;
  constructor(message: Redacted, reason: ChatSourceError["reason"], untilMs: number | null, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
    this.untilMs = untilMs;
    this.isRetryable = reason !== "revoked";
  }
}
