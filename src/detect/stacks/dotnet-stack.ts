import type { Frame } from "../../domain/error-entry.ts";
import { linesOf } from "../lines/text-lines.ts";
import { parseDotnetFrame } from "./dotnet-frame.ts";
import type { OwnJudge } from "./own-frame.ts";
import { exceptionsMax, framesMax, type ParsedTrace } from "./parsed-trace.ts";

const messageLengthMax = 8192;
const endOfInner = "--- End of inner exception stack trace ---";

interface Draft {
  readonly type: string | null;
  message: string | null;
  readonly frames: Frame[];
}

/**
 * A stack trace of .NET or mono. Causes are announced by ` ---> ` in the head or below it, and their frames come first, up to `--- End of inner exception stack
 * trace ---`; the further exceptions of an aggregate stand behind its frames.
 */
export function parseDotnetStack(given: string, messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  const text = inLines(given);
  const lines = linesOf(text);
  const firstFrame = lines.findIndex((line) => frameAt(line.text) !== -1);
  if (firstFrame === -1) return null;
  const framesAt = lines[firstFrame]?.at ?? 0;
  const head = findHead(text, messageAt, framesAt);
  const all: Draft[] = [];
  /** Exceptions whose frames still come, the outermost first. */
  const open: Draft[] = [];
  const begin = (header: string) => {
    const draft = draftOf(header);
    open.push(draft);
    if (all.length < exceptionsMax) all.push(draft);
  };
  const startsAt = head === null ? framesAt : behindAnnouncement(text, head);
  if (head === null) begin("");
  else
    for (const header of text
      .slice(head, framesAt)
      .trimEnd()
      .split(/\s---> (?=[\w(])/))
      begin(header);
  for (const line of lines.slice(firstFrame)) {
    const from = frameAt(line.text);
    const top = open.at(-1);
    const content = line.text.trim();
    if (from !== -1) {
      // Mono's own glue between two functions is no function.
      const isGlue = line.text.startsWith("(wrapper ", from);
      if (!isGlue && top !== undefined && top.frames.length < framesMax)
        top.frames.push(parseDotnetFrame(line.text.slice(from), isOwn));
    } else if (content.startsWith("---> ")) {
      begin(content.slice(5));
    } else if (content === endOfInner) {
      if (open.length > 1) open.pop();
    } else if (content === "" || content.startsWith("--- End of ")) {
      continue;
    } else if (open.length === 1 && open[0]?.frames.length !== 0) {
      break;
    }
    if (content.endsWith("<---") && open.length > 1) open.pop();
  }
  return { exceptions: withoutRepeated(all), startsAt };
}

/** Where what stands behind `at ` begins; -1 for any other line. */
function frameAt(line: string): number {
  const found = /^[ \t]{1,40}at /.exec(line);
  return found === null ? -1 : found[0].length;
}

/** Some loggers write all in one line, each line break as a space; in the same places again, so that what is found is found there. */
function inLines(text: string): string {
  if (/^[ \t]+at /m.test(text)) return text;
  return text.replace(/ (?= {2,3}at [\w<(]| {3}--- End of |--- End of | ---> )/g, "\n");
}

const typed =
  /((?:[A-Za-z_]\w{0,100}[.+]){1,15}[A-Za-z_][\w`]{0,100}|[A-Z]\w{0,100}(?:Exception|Error))(?: \([^)\n]{1,60}\))?: /g;

/** Where the outermost exception's type begins, at the start of a line or behind what the logger wrote; null where none is named. */
function findHead(text: string, messageAt: number, framesAt: number): number | null {
  for (const from of messageAt > 0 && messageAt < framesAt ? [messageAt, 0] : [0]) {
    const block = text.slice(from, framesAt);
    typed.lastIndex = 0;
    for (const found of block.matchAll(typed)) {
      const before = found.index === 0 ? "\n" : block.charAt(found.index - 1);
      const isError = /(?:Exception|Error|Failure|Fault)(?:`\d+)?$/.test(found[1] ?? "");
      if (before === "\n" || (isError && /[\s|:(\]]/.test(before)) || (isError && before === " "))
        return from + found.index;
      if (/^\s*$/.test(block.slice(block.lastIndexOf("\n", found.index) + 1, found.index))) return from + found.index;
    }
  }
  return null;
}

/** `Unhandled exception. ` in front of it is no message. */
function behindAnnouncement(text: string, head: number): number {
  const found = /Unhandled [Ee]xception[.:]\s{1,4}$/.exec(text.slice(Math.max(0, head - 40), head));
  return found === null ? head : head - found[0].length;
}

function draftOf(header: string): Draft {
  const text = header.replace(/^\(Inner Exception #\d+\) /, "");
  typed.lastIndex = 0;
  const found = typed.exec(text);
  if (found === null || found.index !== 0) return { type: null, message: text === "" ? null : text, frames: [] };
  const message = text
    .slice(found[0].length, found[0].length + messageLengthMax)
    .replace(/<---$/, "")
    .trimEnd();
  return { type: found[1] ?? null, message: unindented(message), frames: [] };
}

/** The console logger of .NET indents the exception, and so the further lines of its message. */
function unindented(message: string): string {
  const plain = message.replaceAll("\r", "");
  return plain.includes("\n      ") ? plain.replace(/\n {6}/g, "\n") : plain;
}

/** Older runtimes print the first exception of an aggregate twice. */
function withoutRepeated(all: readonly Draft[]): readonly Draft[] {
  return all.filter((draft, index) => {
    const before = all.findIndex(
      (each) =>
        each.type === draft.type && each.message === draft.message && each.frames.length === draft.frames.length,
    );
    return before === index || draft.frames.length === 0;
  });
}
