import type { Exception, Frame } from "../../domain/error-entry.ts";
import { isBrowserFrame, parseBrowserFrame } from "./browser-frame.ts";
import { frameBlockAt } from "./frame-blocks.ts";
import { parseNodeFrame } from "./node-stack.ts";
import type { OwnJudge } from "./own-frame.ts";
import { exceptionsMax, framesMax, type ParsedTrace } from "./parsed-trace.ts";
import { type FoundHeader, scriptHeaderAt } from "./script-header.ts";
import { findFirstError, withoutIndent } from "./script-start.ts";

const linesMax = 20_000;
const messageLengthMax = 8192;

interface Draft {
  readonly type: string | null;
  message: string | null;
  frames: readonly Frame[];
}

/** V8 writes frames as `at …`, other engines as `name@place`. */
export type ScriptDialect = "v8" | "gecko";

/**
 * A stack trace of JavaScript, with what Node's printer of objects writes around it: causes as `[cause]:`, `Caused by:` or a property of the error, members of
 * an AggregateError as `[errors]: […]`, in the order in which they stand there.
 * @param messageAt where the log message begins, behind the logger's header: the error may be the rest of that line
 */
export function parseScriptStack(
  given: string,
  messageAt: number,
  isOwn: OwnJudge,
  dialect: ScriptDialect,
): ParsedTrace | null {
  // A stack that was logged as a text among others, and broken into lines by the printer of objects.
  const text = given.includes("\\n' +\n") ? given.replace(/\\n' \+\n\s{0,100}'/g, "\n") : given;
  const frameAt = firstFrameAt(text, dialect);
  if (frameAt === -1) return null;
  const first = findFirstError(text, messageAt, frameAt);
  const walk = new Walk(text, isOwn, dialect, first.errors, first.listIndent);
  walk.from(frameAt);
  return { exceptions: walk.drafts, startsAt: first.startsAt };
}

function firstFrameAt(text: string, dialect: ScriptDialect): number {
  for (let at = 0, lines = 0; at < text.length && lines < linesMax; lines++) {
    const end = lineEnd(text, at);
    if (isFrameLine(text, at, end, dialect)) return at;
    at = end + 1;
  }
  return -1;
}

function isFrameLine(text: string, at: number, end: number, dialect: ScriptDialect): boolean {
  const content = skipBlank(text, at, end);
  if (dialect === "v8") return content > at && text.startsWith("at ", content);
  const last = text.charCodeAt(end - 1) === 13 ? end - 1 : end;
  return isBrowserFrame(text, content, last) || isPlaceless(text, content, last);
}

/** `anonymous@`, as JavaScriptCore writes functions of evaluated text. */
function isPlaceless(text: string, content: number, end: number): boolean {
  return text.charCodeAt(end - 1) === 64 && end - content < 100 && /^[\w$.<>/]*@$/.test(text.slice(content, end));
}

/** Behind the first frame: whose frames come next, until the end of the text. */
class Walk {
  readonly drafts: Draft[];
  readonly #text: string;
  readonly #isOwn: OwnJudge;
  readonly #dialect: ScriptDialect;
  /** Whose frames, or whose further lines of a message, come next; null where nobody's do. */
  #current: Draft | null;
  /** Of its frames; -1 before the first. */
  #indent = -1;
  /** Of the line with its name: what is printed inside of something is moved in as a whole. */
  #headerIndent = 0;
  /** Of the line `[errors]: [`; -1 outside of a list. */
  #listIndent: number;
  /** pino-pretty has the stack of a member below `"stack":`. */
  #isBelowStack = false;
  /** A bracket that closes the message of `[Error: several` is still to come. */
  #isInBracket = false;

  constructor(text: string, isOwn: OwnJudge, dialect: ScriptDialect, errors: readonly Exception[], listIndent: number) {
    this.#text = text;
    this.#isOwn = isOwn;
    this.#dialect = dialect;
    this.drafts = errors.map(({ type, message }) => ({ type, message, frames: [] }));
    this.#current = this.drafts.at(-1) ?? null;
    this.#listIndent = listIndent;
  }

  from(start: number): void {
    for (let at = start, lines = 0; at < this.#text.length && lines < linesMax; lines++) {
      const end = lineEnd(this.#text, at);
      at = isFrameLine(this.#text, at, end, this.#dialect) ? this.#takeFrames(at, end) : this.#takeLine(at, end);
    }
  }

  /** @returns where the line behind them begins */
  #takeFrames(at: number, end: number): number {
    const current = this.#current;
    const indent = skipBlank(this.#text, at, end) - at;
    if (current !== null && current.frames.length === 0 && this.#indent === -1) this.#indent = indent;
    if (current === null || indent !== this.#indent) return end + 1;
    const block = this.#blockAt(at, indent);
    current.frames =
      current.frames.length === 0 ? block.frames : [...current.frames, ...block.frames].slice(0, framesMax);
    // `at main (…) {` ends the frames: what follows are the error's properties.
    if (/[{\],}]\s{0,3}$/.test(block.text.slice(-6))) this.#current = null;
    return at + block.text.length + 1;
  }

  #blockAt(at: number, indent: number) {
    const text = this.#text;
    const head = text.slice(at, at + indent) + (this.#dialect === "v8" ? "at " : "");
    const isFrame = (lineAt: number) =>
      text.startsWith(head, lineAt) &&
      (this.#dialect === "v8" || isFrameLine(text, lineAt, lineEnd(text, lineAt), this.#dialect));
    return frameBlockAt(text, at, this.#isOwn, {
      isFrameLine: isFrame,
      endOf: () => {
        let end = lineEnd(text, at);
        while (end < text.length && isFrame(end + 1)) end = lineEnd(text, end + 1);
        return end;
      },
      parse: (lines) =>
        lines
          .split("\n", framesMax)
          .map((line) => this.#parseFrame(line.trim()))
          .filter((frame) => frame !== null),
    });
  }

  #parseFrame(line: string): Frame | null {
    return this.#dialect === "v8" ? parseNodeFrame(line.slice(3), this.#isOwn) : parseBrowserFrame(line, this.#isOwn);
  }

  #takeLine(at: number, end: number): number {
    const text = this.#text;
    const content = skipBlank(text, at, end);
    const line = text.slice(content, Math.min(end, content + messageLengthMax)).trimEnd();
    const indent = content - at;
    if (line.startsWith("[errors]: [")) this.#listIndent = indent;
    else if (indent <= this.#listIndent && line.startsWith("]")) this.#listIndent = -1;
    else if (line.startsWith("Emitted '")) this.#current = null;
    else {
      const isMember = this.#isBelowStack || (this.#listIndent !== -1 && indent === this.#listIndent + 2);
      const header = headerOfNext(line, isMember);
      this.#isBelowStack = line === '"stack":';
      if (header !== null) {
        this.#headerIndent = indent;
        this.#open(header, line, isMember);
      } else if (this.#current?.frames.length === 0) this.#extend(this.#current, line, text.slice(at, end));
      // Another error, logged behind it.
      else if (scriptHeaderAt(line, 0)?.certainty === "named") this.#current = null;
    }
    return end + 1;
  }

  #open(header: FoundHeader, line: string, isMember: boolean): void {
    this.#current = null;
    if (this.drafts.length >= exceptionsMax) return;
    const isKnown = this.drafts.some(({ type, message }) => type === header.type && message === header.message);
    // A property that is the cause once more: sequelize has it as `parent` and as `original`.
    if (isKnown && !isMember) return;
    const draft: Draft = { type: header.type, message: header.message, frames: [] };
    this.drafts.push(draft);
    this.#indent = -1;
    this.#isInBracket = header.isBracketed && !/\](?: \{)?[,\]} ]{0,20}$/.test(line);
    if (!header.isBracketed || this.#isInBracket) this.#current = draft;
  }

  #extend(draft: Draft, line: string, given: string): void {
    if (line.startsWith("... ")) return;
    const whole = withoutIndent(given, this.#headerIndent);
    const length = draft.message?.length ?? 0;
    if (length + whole.length > messageLengthMax) return;
    const isLast = this.#isInBracket && /\](?: \{)?,?$/.test(line);
    const words = isLast ? whole.replace(/\](?: \{)?,?\s{0,3}$/, "") : whole;
    draft.message = draft.message === null ? words : `${draft.message}\n${words}`;
    if (isLast) this.#current = null;
  }
}

const opener =
  /(?:\[cause\]|[cC]aused by|(?:inner|original|driver|parent|previous|wrapped|root)\w{0,20}|err|error|cause|reason): /y;

/** The error that a line opens: a cause, a property, a member of a list; null for any other line. */
function headerOfNext(line: string, isMember: boolean): FoundHeader | null {
  opener.lastIndex = 0;
  if (opener.test(line)) {
    const header = scriptHeaderAt(line, opener.lastIndex);
    const isCause = line.startsWith("[cause]") || line.charCodeAt(1) === 97;
    if (header === null || isCause) return header;
    return header.certainty === "word" && !/^error: error: /.test(line) && !line.includes(": error: ") ? null : header;
  }
  return isMember ? scriptHeaderAt(line, 0) : null;
}

function lineEnd(text: string, at: number): number {
  const lineBreak = text.indexOf("\n", at);
  return lineBreak === -1 ? text.length : lineBreak;
}

function skipBlank(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at++;
  return at;
}
