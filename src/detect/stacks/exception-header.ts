import { levelOfWord } from "../lines/level.ts";

/** `java.lang.IllegalStateException: invoice 77` as type and message. */
export interface ExceptionHeader {
  readonly type: string;
  readonly message: string | null;
}

const typeLengthMax = 200;
const prefix =
  /(?:Exception in thread "[^"\n]{0,200}" |Uncaught |Unhandled (?:promise )?rejection:? |UnhandledPromiseRejectionWarning: |Unhandled exception[.:]? )+/iy;
/** A class name, Node's code behind it (`TypeError [ERR_X]`), then `:` or the end. */
const typed = /([A-Za-z_$][\w$.]{0,200})(?: \[[\w.-]{1,80}\])?(?::[ \t\n]|:?(?=\n|$))/y;

/** The type and message of a stack trace's first line (or of a cause's); null where the text does not begin with a class name. `text` may have more lines: they belong to the message. */
export function parseExceptionHeader(text: string): ExceptionHeader | null {
  prefix.lastIndex = 0;
  const from = prefix.test(text) ? prefix.lastIndex : 0;
  typed.lastIndex = from;
  const found = typed.exec(text.length > 4096 ? text.slice(0, 4096) : text);
  const type = found?.[1];
  if (type === undefined || type.length > typeLengthMax || !looksLikeType(type)) return null;
  const message = text.slice(typed.lastIndex).trimEnd();
  return { type, message: message === "" ? null : message };
}

const endings =
  /(?:Exception|Error|Throwable|Fault|Failure|Warning|Interrupt|Exit|Panic|Timeout|Rejected|Rejection|Iteration|Abort)(?:_\d+)?$/;

function looksLikeType(type: string): boolean {
  if (endings.test(type)) return true;
  // A qualified class name: `kotlinx.coroutines.JobCancellation`, not `example.com` or `file.txt`.
  const dot = type.lastIndexOf(".");
  return dot > 0 && dot < type.length - 1 && /^[A-Z]\w*[a-z]/.test(type.slice(dot + 1)) && /^[a-z]/.test(type);
}

const anyClass = /^([A-Z][\w$]{0,100}[a-z][\w$]{0,100})(?:: |:?(?=\n|$))/;

/** As `parseExceptionHeader`, for a line right above frames: there any class name will do, `Problem: no such plan`, but no level. */
export function parseHeaderAboveFrames(text: string): ExceptionHeader | null {
  const parsed = parseExceptionHeader(text);
  if (parsed !== null) return parsed;
  const found = anyClass.exec(text.length > 4096 ? text.slice(0, 4096) : text);
  const type = found?.[1];
  if (found === null || type === undefined || levelOfWord(type) !== null) return null;
  const message = text.slice(found[0].length).trim();
  return { type, message: message === "" ? null : message };
}

/** Whether a text begins as an exception's first line does: `TypeError: x is undefined`. */
export function isErrorName(text: string): boolean {
  const code = text.charCodeAt(0);
  if (!((code >= 65 && code <= 90) || (code >= 97 && code <= 122))) return false;
  const colon = text.indexOf(":");
  if (colon < 3 || colon > typeLengthMax) return false;
  const space = text.indexOf(" ");
  if (space !== -1 && space < colon) return false;
  return (
    /(?:Exception|Error)$/.test(text.slice(0, colon)) &&
    (text.length === colon + 1 || text.charCodeAt(colon + 1) === 32)
  );
}
