import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { z } from "zod";
import type { ModelRequest, ModelTurn } from "../../domain/model.ts";
import { redact } from "../../domain/redact.ts";
import { cleanContent } from "./clean-content.ts";

/** A file of that kind begins with it, so that nothing else is taken for one or written over. */
const mark = "error-autopilot";
const fileBytesMax = 256 * 1024 * 1024;
const headBytesMax = 4_096;
/** Of a date. */
const instantMsMax = 8_640_000_000_000_000;
const lineLengthMax = 600;

/** Words of a file as a terminal may show them: redacted, and without what would command it. */
export function inOneLine(text: string): string {
  return redact(text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").slice(0, lineLengthMax));
}

const head = z.strictObject({
  conversation: z.literal(mark),
  format: z.literal(1),
  /** Who answered: a host, or the words of whoever recorded a script. */
  of: z.string().transform(inOneLine),
  atMs: z.int().min(0).max(instantMsMax),
});
export type ConversationHead = z.output<typeof head>;

const digests = z.strictObject({
  digest: z.string(),
  model: z.string(),
  effort: z.string().nullable(),
  thinks: z.boolean(),
  mayUseTools: z.boolean(),
  outputTokensMax: z.int(),
  system: z.string(),
  tools: z.string(),
  answerSchema: z.string(),
  turns: z.array(z.strictObject({ role: z.enum(["user", "assistant", "tools"]), digest: z.string() })),
});
/** A request by its parts, none of which can be read from it. */
export type RequestDigests = z.output<typeof digests>;

const tokens = z.int().nonnegative();
const exchange = z.strictObject({
  /** The conversation that it belongs to; null where nobody said. */
  step: z.string().nullable(),
  /** Digest of the prompt file. */
  prompt: z.string().nullable(),
  atMs: z.int(),
  request: digests,
  /** The words of the turns that no earlier line has, as they were sent. */
  said: z.array(z.strictObject({ turn: z.int(), text: z.string() })),
  answer: z
    .strictObject({
      content: z.array(z.unknown()),
      stopReason: z.enum([
        "end_turn",
        "tool_use",
        "max_tokens",
        "refusal",
        "pause_turn",
        "model_context_window_exceeded",
        "other",
      ]),
      usage: z.strictObject({
        inputTokens: tokens,
        outputTokens: tokens,
        cacheReadTokens: tokens,
        cacheWriteTokens: tokens,
      }),
      costUsd: z.number().nonnegative(),
    })
    .nullable(),
  /** Where there was no answer. */
  failure: z
    .strictObject({
      message: z.string(),
      isRetryable: z.boolean(),
      isSpent: z.boolean(),
      retryAfterMs: z.number().nullable(),
    })
    .nullable(),
});
export type RecordedExchange = z.output<typeof exchange>;

export interface RecordedConversation {
  readonly file: string;
  readonly head: ConversationHead;
  readonly exchanges: readonly RecordedExchange[];
}

/** A file that is no recorded conversation, or none that may be written. */
export class ConversationFileError extends Error {
  override readonly name = "ConversationFileError";
  readonly isRetryable = false;
}

export function newHead(of: string, atMs: number): ConversationHead {
  return { conversation: mark, format: 1, of: redact(of), atMs };
}

/** Whether a file begins as one of ours does. @throws ConversationFileError when it cannot be read */
export function isConversation(file: string): boolean {
  const descriptor = open(file);
  try {
    const bytes = Buffer.alloc(headBytesMax);
    const count = readSync(descriptor, bytes, 0, headBytesMax, 0);
    return headOf(bytes.toString("utf8", 0, count).split("\n", 1)[0] ?? "") !== null;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * A recorded conversation. It is read as foreign input: each text of an answer passes the gate again. A last line that was cut off is left out, for whoever
 * wrote it may have died at it.
 * @throws ConversationFileError naming the line
 */
export function readConversation(file: string): RecordedConversation {
  const descriptor = open(file);
  let lines: string[];
  try {
    if (fstatSync(descriptor).size > fileBytesMax) throw new ConversationFileError(`${file} is too large to be read.`);
    lines = readFileSync(descriptor, "utf8").split("\n");
  } finally {
    closeSync(descriptor);
  }
  const read = headOf(lines[0] ?? "");
  if (read === null) {
    throw new ConversationFileError(
      `${file} is no recorded conversation of this version. Record one with analyse, replay, eval or run --record FILE.`,
    );
  }
  const isCutOff = lines.at(-1) !== "";
  const exchanges = lines.slice(1).flatMap((line, index) => {
    if (line === "") return [];
    const parsed = exchange.safeParse(jsonOf(line));
    if (parsed.success) return [{ ...parsed.data, answer: cleanAnswer(parsed.data.answer) }];
    if (isCutOff && index === lines.length - 2) return [];
    const [issue] = parsed.error.issues;
    throw new ConversationFileError(
      `${file}, line ${index + 2}, is no exchange with a model (${issue?.path.map(String).join(".") || "the whole"}: ${inOneLine(issue?.message ?? "unknown")}).`,
    );
  });
  return { file, head: read, exchanges };
}

export function digestsOf(request: ModelRequest): RequestDigests {
  const parts = {
    model: request.model,
    effort: request.effort,
    thinks: request.thinks,
    mayUseTools: request.mayUseTools,
    outputTokensMax: request.outputTokensMax,
    system: digestOf(request.system),
    tools: digestOf(request.tools),
    answerSchema: digestOf(request.answerSchema),
    turns: request.turns.map((turn) => ({ role: turn.role, digest: digestOf(turn) })),
  };
  return { digest: digestOf(parts), ...parts };
}

/** What a turn says, for people; what the model itself said stands in its answers. */
export function wordsOf(turn: ModelTurn): string {
  if (turn.role === "user") return turn.text;
  return turn.role === "tools" ? turn.results.map(({ text }) => text).join("\n") : "";
}

function digestOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}

function cleanAnswer(answer: RecordedExchange["answer"]): RecordedExchange["answer"] {
  return answer === null ? null : { ...answer, content: [...cleanContent(answer.content)] };
}

function headOf(line: string): ConversationHead | null {
  const parsed = head.safeParse(jsonOf(line));
  return parsed.success ? parsed.data : null;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function open(file: string): number {
  try {
    return openSync(file, "r");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new ConversationFileError(`${file} cannot be read (${code}).`);
  }
}
