import type { Exception, Frame } from "../../domain/error-entry.ts";
import { linesOf, type TextLine } from "../lines/text-lines.ts";
import type { OwnJudge } from "./own-frame.ts";
import { exceptionsMax, framesMax, type ParsedTrace } from "./parsed-trace.ts";
import { readRustFrames } from "./rust-frame.ts";

/** `thread 'main' (17) panicked at src/main.rs:12:5:` with the message below it; before 1.73 `panicked at 'message', src/main.rs:12:5`. */
const panicked = /thread '[^'\n]{0,100}' (?:\(\d{1,10}\) )?panicked at /;
/** color-eyre's and human-panic's words for the same. */
const crashed = /^The application panicked \(crashed\)/;
const placeOfPanic = /^([^\s'][^\n]{0,400}?):(\d{1,9}):(\d{1,9}):?\s*$/;
const quoted = /^'(.{0,8000}?)', ([^\s,][^\n]{0,400}?):(\d{1,9}):(\d{1,9})[ \t\r]*(?:\n|$)/s;
const frameLine = /^\s*\d{1,5}: {1,30}(?:0x[0-9a-f]{1,16} - )?[\w<{&[(]/;
const mayHaveFrames = /(?:^|\n)[ \t]{0,20}(?:\d{1,5}: {1,30}\S|[Ss]tack backtrace:)/;
const backtrace = /^\s*[Ss]tack backtrace:\s*$/;
const note = /^(?:note: |thread caused |fatal runtime error)/;
const causedBy = /^\s*Caused by:\s*$/;
const messageLinesMax = 40;

/** A panic of Rust with its backtrace, or at least the place that it names; or an error of anyhow or eyre with its causes, and the root's backtrace if it has one. */
export function parseRustStack(text: string, messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  if (!text.includes("panicked ") && !text.includes("Caused by:") && !mayHaveFrames.test(text)) return null;
  const lines = linesOf(text);
  const panicAt = lines.findIndex((line) => panicked.test(line.text));
  if (panicAt !== -1) return parsePanic(text, lines, panicAt, isOwn);
  const crashAt = lines.findIndex((line) => crashed.test(line.text));
  if (crashAt !== -1) return parseCrash(lines, crashAt, isOwn);
  const causesAt = lines.findIndex((line) => causedBy.test(line.text));
  if (causesAt > 0) return parseChain(text, lines, causesAt, messageAt, isOwn);
  const from = framesFrom(lines, 0);
  if (from === -1) return null;
  const { frames } = readRustFrames(textsOf(lines), from, isOwn);
  if (frames.length === 0) return null;
  const startsAt = lines[from > 0 && backtrace.test(lines[from - 1]?.text ?? "") ? from - 1 : from]?.at ?? 0;
  const message = text.slice(messageAt < startsAt ? messageAt : 0, startsAt).trim();
  return {
    exceptions: [
      {
        type: isPanic(frames) ? "panic" : null,
        message: message === "" ? null : message,
        frames: frames.slice(0, framesMax),
      },
    ],
    startsAt,
  };
}

/** The runtime's own part of a panic's backtrace. */
function isPanic(frames: readonly Frame[]): boolean {
  return frames.some(
    ({ module, function: name }) =>
      name === "rust_begin_unwind" || module === "core::panicking" || module === "std::panicking",
  );
}

function parsePanic(text: string, lines: readonly TextLine[], panicAt: number, isOwn: OwnJudge): ParsedTrace {
  const line = lines[panicAt] ?? { text: "", at: 0 };
  const found = panicked.exec(line.text);
  const startsAt = line.at + (found?.index ?? 0);
  const rest = line.text.slice((found?.index ?? 0) + (found?.[0].length ?? 0));
  const placed = placeOfPanic.exec(rest);
  const old = placed === null ? quoted.exec(text.slice(line.at + line.text.length - rest.length)) : null;
  const message = old?.[1] ?? (placed === null ? rest : messageBelow(lines, panicAt + 1));
  const from = framesFrom(lines, panicAt + 1);
  const { frames } = from === -1 ? { frames: [] } : readRustFrames(textsOf(lines), from, isOwn);
  const site = placed === null ? (old === null ? null : old.slice(2)) : placed.slice(1);
  const known = frames.length > 0 || site === null ? frames : [siteOf(site, isOwn)];
  return {
    exceptions: [{ type: "panic", message: message === "" ? null : message, frames: known.slice(0, framesMax) }],
    startsAt,
  };
}

/** `Message:  no stock` and `Location: src/main.rs:12` below it. */
function parseCrash(lines: readonly TextLine[], crashAt: number, isOwn: OwnJudge): ParsedTrace {
  const below = lines.slice(crashAt + 1, crashAt + messageLinesMax).map(({ text }) => text);
  const message =
    below
      .find((line) => line.startsWith("Message:"))
      ?.slice(8)
      .trim() ?? null;
  const placed = /^Location:\s{1,4}(\S{1,400}?):(\d{1,9})(?::(\d{1,9}))?$/.exec(
    below.find((line) => line.startsWith("Location:")) ?? "",
  );
  const from = framesFrom(lines, crashAt + 1);
  const { frames } = from === -1 ? { frames: [] } : readRustFrames(textsOf(lines), from, isOwn);
  const known = frames.length > 0 || placed === null ? frames : [siteOf(placed.slice(1), isOwn)];
  return {
    exceptions: [{ type: "panic", message, frames: known.slice(0, framesMax) }],
    startsAt: lines[crashAt]?.at ?? 0,
  };
}

function siteOf([file = "", line, column]: readonly string[], isOwn: OwnJudge): Frame {
  return {
    function: null,
    module: null,
    file,
    line: Number(line),
    column: column === undefined ? null : Number(column),
    isOwn: isOwn("rust", null, file),
  };
}

function messageBelow(lines: readonly TextLine[], from: number): string {
  const end = lines.findIndex((line, index) => index >= from && (backtrace.test(line.text) || note.test(line.text)));
  const below = lines.slice(from, Math.min(end === -1 ? lines.length : end, from + messageLinesMax));
  return below
    .map(({ text }) => text)
    .join("\n")
    .trimEnd();
}

/** Behind `stack backtrace:`, or the first line that is a frame with a place below it. */
function framesFrom(lines: readonly TextLine[], from: number): number {
  const headed = lines.findIndex((line, index) => index >= from && backtrace.test(line.text));
  if (headed !== -1) return frameLine.test(lines[headed + 1]?.text ?? "") ? headed + 1 : -1;
  return lines.findIndex(
    (line, index) =>
      index >= from &&
      frameLine.test(line.text) &&
      (line.text.includes("::") || /^\s+at \S+\.rs:\d/.test(lines[index + 1]?.text ?? "")),
  );
}

/** `message`, `Caused by:`, and the causes below it, numbered where there are several. */
function parseChain(
  text: string,
  lines: readonly TextLine[],
  causesAt: number,
  messageAt: number,
  isOwn: OwnJudge,
): ParsedTrace {
  const headAt = lines[causesAt]?.at ?? 0;
  const begin = messageAt < headAt ? messageAt : 0;
  const message = text
    .slice(begin, headAt)
    .trim()
    .replace(/^Error: /, "");
  const causes: string[] = [];
  let at = causesAt + 1;
  for (; at < lines.length && causes.length < exceptionsMax; at++) {
    const line = lines[at]?.text ?? "";
    const found = /^\s{2,30}(\d{1,3}): (.*)$/.exec(line);
    if (found !== null && Number(found[1]) === causes.length) causes.push(found[2] ?? "");
    else if (line.trim() === "" || !/^\s/.test(line) || backtrace.test(line)) {
      if (causes.length > 0) break;
    } else if (causes.length === 0) causes.push(line.trim());
    else causes.push(`${causes.pop()}\n${line.trim()}`);
  }
  const from = framesFrom(lines, at);
  const { frames } = from === -1 ? { frames: [] } : readRustFrames(textsOf(lines), from, isOwn);
  const chain = [message, ...causes];
  const exceptions: Exception[] = chain.map((each, index) => ({
    type: null,
    message: each === "" ? null : each,
    frames: index === chain.length - 1 ? frames.slice(0, framesMax) : [],
  }));
  return { exceptions, startsAt: headAt };
}

function textsOf(lines: readonly TextLine[]): readonly string[] {
  return lines.map(({ text }) => text);
}
