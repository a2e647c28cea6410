import type { Ceilings } from "../../domain/budget.ts";
import type { ChatText } from "../../domain/chat/chat-text.ts";
import type { JobQueue } from "../../domain/job-queue.ts";
import type { Environment } from "../../domain/names.ts";
import type { Store } from "../../domain/store.ts";
import type { Redacted } from "../../domain/text.ts";
import type { ChatWords } from "../../report/chat/chat-words.ts";
import type { BrainRules } from "../brain-means.ts";

/** What a command is answered with, on whatever surface it was said. */
export interface AnswerMeans {
  readonly store: Store;
  readonly queue: Pick<JobQueue, "pause" | "resume">;
  readonly nowMs: number;
  /** Who asks, for the audit. */
  readonly by: string;
  readonly words: ChatWords;
  /** An instant as it is said there. */
  readonly time: (atMs: number) => string;
  /** Null where the service map cannot be read: what stops must not wait for a typing error in it. */
  readonly map: MapView | null;
  /** Our own last lines, oldest first. */
  readonly ownLines: (count: number) => readonly Redacted[];
}

/** What the service map says, as far as answers need it. */
export interface MapView {
  readonly environments: readonly Environment[];
  readonly modeOf: BrainRules["modeOf"];
  readonly ceilings: Ceilings;
  /** Hosts that an answer may link to. */
  readonly linkHosts: readonly string[];
  /** What holds, and where it comes from; without secrets. */
  readonly settings: readonly Setting[];
  /** Which kind of process reads the chats; null where that is not asked about. */
  readonly chatReader: "daemon" | "bot" | "run" | null;
}

export interface Setting {
  readonly name: string;
  readonly value: string;
  readonly from: string;
}

/** In the words of whom it is told to: other chats have other languages. */
export type Notice = (words: ChatWords) => ChatText;

/** What came of a command. `unreached`: it holds, and hands on other machines are not told yet. */
export interface Answer {
  readonly text: ChatText;
  readonly end: "done" | "refused" | "unreached";
  /** Why they are not told. */
  readonly because?: Redacted;
  /** For others who wait for something: what one person did holds for all. */
  readonly notice?: Notice;
}
