import { chmodSync, closeSync, existsSync, fstatSync, openSync, readSync, writeFileSync, writeSync } from "node:fs";
import { type Asker, type Model, type ModelAnswer, ModelError, type ModelRequest } from "../../domain/model.ts";
import { redact } from "../../domain/redact.ts";
import { cleanContent } from "./clean-content.ts";
import {
  ConversationFileError,
  digestsOf,
  isConversation,
  newHead,
  type RecordedExchange,
  wordsOf,
} from "./conversation-file.ts";

/** Nobody but its owner reads it: it holds log text and code, redacted, but theirs. */
const fileMode = 0o600;

/** Where exchanges are kept, one line each. */
export interface Recorder {
  add(exchange: RecordedExchange): void;
}

/**
 * A file that exchanges are added to: a new one, or one of ours.
 * @param of who answers, for whoever reads it later
 * @throws ConversationFileError when the file is something else, or cannot be written
 */
export function openRecorder(file: string, of: string, nowMs: () => number): Recorder {
  const write = (text: string) => {
    const descriptor = openSync(file, "a+", fileMode);
    try {
      // A line that was cut off must not swallow the next one.
      writeSync(descriptor, endsOpen(descriptor) ? `\n${text}` : text);
    } finally {
      closeSync(descriptor);
    }
  };
  try {
    if (existsSync(file)) {
      if (!isConversation(file)) {
        throw new ConversationFileError(
          `${file} is there already and no recorded conversation, so nothing is added to it. Name another file.`,
        );
      }
      chmodSync(file, fileMode);
    } else {
      writeFileSync(file, `${JSON.stringify(newHead(of, nowMs()))}\n`, { mode: fileMode, flag: "wx" });
    }
  } catch (error) {
    if (error instanceof ConversationFileError) throw error;
    throw new ConversationFileError(
      `${file} cannot be written (${codeOf(error)}). Name a file in a folder that is there.`,
    );
  }
  return { add: (exchange) => write(`${JSON.stringify(exchange)}\n`) };
}

function endsOpen(descriptor: number): boolean {
  const { size } = fstatSync(descriptor);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}

/**
 * A model whose exchanges are kept. An answer is paid for when it comes, so a recorder that fails loses no answer.
 * @param onLost told when an exchange could not be kept
 */
export function recordModel(
  model: Model,
  recorder: Recorder,
  nowMs: () => number,
  onLost: (sentence: string) => void,
): Model {
  /** Turns whose words are in the file. */
  const told = new Set<string>();

  function keep(request: ModelRequest, asker: Asker | undefined, came: Pick<RecordedExchange, "answer" | "failure">) {
    const digests = digestsOf(request);
    const said = request.turns.flatMap((turn, index) => {
      const digest = digests.turns[index]?.digest ?? "";
      if (turn.role === "assistant" || told.has(digest)) return [];
      told.add(digest);
      return [{ turn: index, text: wordsOf(turn) }];
    });
    const of = { step: asker?.step ?? null, prompt: asker?.prompt ?? null };
    try {
      recorder.add({ ...of, atMs: nowMs(), request: digests, said, ...came });
    } catch (error) {
      onLost(`An exchange with the model could not be recorded (${codeOf(error)}); the recording has a gap.`);
    }
  }

  return {
    costUsdMax: (request) => model.costUsdMax(request),
    async ask(request, signal, asker) {
      let answer: ModelAnswer;
      try {
        answer = await model.ask(request, signal, asker);
      } catch (error) {
        if (error instanceof ModelError) {
          const { isRetryable, isSpent, retryAfterMs } = error;
          keep(request, asker, {
            answer: null,
            failure: { message: redact(error.message), isRetryable, isSpent, retryAfterMs },
          });
        }
        throw error;
      }
      const { content, stopReason, usage, costUsd } = answer;
      keep(request, asker, {
        answer: { content: [...cleanContent(content)], stopReason, usage, costUsd },
        failure: null,
      });
      return answer;
    },
  };
}
