import { levelOfWord } from "../lines/level.ts";

/** `TypeError: x is undefined` as type and message. */
export interface ScriptHeader {
  readonly type: string;
  readonly message: string | null;
}

/** How sure it is that a text names an error: by its ending or layout, by how classes are written, or merely because it is a capitalised word. */
type Certainty = "named" | "class" | "word";

export interface FoundHeader extends ScriptHeader {
  /** Where the name begins in the line. */
  readonly at: number;
  readonly certainty: Certainty;
  /** `[TypeError: fetch failed] {`: an error without frames, whose message ends at the bracket. */
  readonly isBracketed: boolean;
}

const lineLengthMax = 8192;
const typeLengthMax = 150;

const prefix =
  /(?:[⨯✖✗×❌] |<ref \*\d{1,4}> |Uncaught |\(in promise\) |Unhandled (?:promise )?rejection:? |UnhandledPromiseRejectionWarning: |error: (?=Uncaught )|Unhandled exception[.:]? )+/iy;
const name = /(\[?)([A-Za-z_$](?:[\w$]|\.(?=[\w$])){0,150})(?: \[([^\]\n]{1,80})\])?(?=(: |:?\]|:?$))/y;
const endings =
  /(?:Exception|Error|Rejection|Warning|Timeout|Fault|Failure|Abort|Interrupt|Panic|Throwable|UnhandledPromiseRejection)\d{0,3}$/;

/** The error that a line's text begins with. @param text one line, from where its first word begins */
export function scriptHeaderAt(text: string, from: number): FoundHeader | null {
  prefix.lastIndex = from;
  const start = prefix.test(text) ? prefix.lastIndex : from;
  name.lastIndex = start;
  const found = name.exec(text.length > lineLengthMax ? text.slice(0, lineLengthMax) : text);
  const given = found?.[2];
  if (found === null || given === undefined || given.length > typeLengthMax) return null;
  const isBracketed = found[1] === "[";
  const note = found[3] ?? null;
  const certainty = certaintyOf(given, note, start > from || isBracketed);
  if (certainty === null) return null;
  const behind = name.lastIndex + (found[4]?.startsWith(":") === true ? 1 : 0);
  const rest = text.slice(behind);
  const message = isBracketed ? insideBracket(rest) : rest;
  return {
    type: typeOf(given, note),
    message: message.trim() === "" ? null : message.trimStart(),
    at: from,
    certainty,
    isBracketed,
  };
}

/** Up to the bracket that closes the error, with what it has besides in braces. */
function insideBracket(rest: string): string {
  const end = /\](?: \{)?[,\]} ]{0,20}$/.exec(rest);
  return end === null ? rest : rest.slice(0, end.index);
}

function certaintyOf(given: string, note: string | null, isMarked: boolean): Certainty | null {
  if (note !== null) return /^[A-Z]/.test(note) ? "named" : null;
  const last = given.slice(given.lastIndexOf(".") + 1);
  if (endings.test(last)) return "named";
  if (last === "error") return "word";
  if (levelOfWord(given) !== null || !/^[A-Z]/.test(last)) return null;
  if (/[a-z][A-Z]/.test(last)) return "class";
  return /[a-z]/.test(last) || isMarked ? "word" : null;
}

/**
 * `TypeError [ERR_INVALID_URL]` has a code, `OutOfStock [Error]` a class that sets no name, `DOMException [AbortError]` and a minifier's `s [CheckoutError]` a name that
 * is not the class's: the class is known only where Node prints it, the name everywhere.
 */
function typeOf(given: string, note: string | null): string {
  return note === null || note === "Error" || !/^[A-Z][\w$]*[a-z]/.test(note) ? given : note;
}

const inside =
  /[ \t(:'"`]((?:\[?(?:[A-Za-z_$][\w$]{0,80}\.){0,8}[A-Z_$a-z][\w$]{0,100}(?:Error|Exception)|\[?[A-Za-z_$][\w$]{0,100} \[[A-Z][\w$.-]{1,80}\]|\[?(?:[A-Z][a-z0-9]{1,40}){2,8})(?: \[[\w$.-]{1,80}\])?(?=: |:?\]|:?$)|Error(?=: |$))/g;

/** `charge failed TypeError: x is undefined`, as `console.error("charge failed", error)` writes it: the first error in a line behind other words. */
export function scriptHeaderInside(line: string): FoundHeader | null {
  inside.lastIndex = 0;
  const text = line.length > 2000 ? line.slice(0, 2000) : line;
  for (let found = inside.exec(text); found !== null; found = inside.exec(text)) {
    const header = scriptHeaderAt(line, found.index + 1);
    if (header !== null) return header;
  }
  return null;
}
