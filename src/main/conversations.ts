import type { ModelConfig } from "../config/config.ts";
import type { Model } from "../domain/model.ts";
import type { Io } from "./io.ts";
import { systemClock } from "./system-clock.ts";

/** Puts something between the loop and the model. */
export type WrapModel = (model: Model) => Model;

export interface ConversationOptions {
  /** A file that what is said to and heard from the model is added to. */
  readonly record: string | null;
  /** A file of that kind, which stands in for the model. */
  readonly conversation: string | null;
}

/** What stands between the loop and the model. */
export interface Conversations {
  readonly wrap: WrapModel;
  /** False: answers are read from a file, and nobody is asked. */
  readonly isPaid: boolean;
}

export const withTheModel: Conversations = { wrap: (model) => model, isPaid: true };

/** Set where answers come from a file, so that a service map without a key has a model with a name and prices all the same. */
export const environmentOfRecorded = { ANTHROPIC_API_KEY: "none-is-needed" } as const;

/** @throws ConversationFileError when a file is not what it should be */
export async function openConversations(
  { record, conversation }: ConversationOptions,
  model: ModelConfig | null,
  io: Pick<Io, "stderr">,
): Promise<Conversations> {
  if (conversation !== null) {
    const { readConversation } = await import("../adapters/anthropic/conversation-file.ts");
    const { createRecordedModel } = await import("../adapters/anthropic/recorded-model.ts");
    const recorded = readConversation(conversation);
    const day = new Date(recorded.head.atMs).toISOString().slice(0, 10);
    io.stderr(
      `The answers are those of ${conversation}, recorded on ${day} (${recorded.head.of}): no model is asked, and nothing is paid.\n`,
    );
    return { isPaid: false, wrap: (asked) => createRecordedModel(recorded, asked.costUsdMax) };
  }
  if (record === null) return withTheModel;
  if (model === null) {
    io.stderr(`Nothing is recorded in ${record}: there is no model to ask (ANTHROPIC_API_KEY).\n`);
    return withTheModel;
  }
  const { openRecorder, recordModel } = await import("../adapters/anthropic/record-model.ts");
  const host = model.baseUrl === null ? "api.anthropic.com" : new URL(model.baseUrl).host;
  const recorder = openRecorder(record, `answered by ${host}`, () => systemClock.nowMs());
  return {
    isPaid: true,
    wrap: (asked) =>
      recordModel(
        asked,
        recorder,
        () => systemClock.nowMs(),
        (sentence) => io.stderr(`${sentence}\n`),
      ),
  };
}
