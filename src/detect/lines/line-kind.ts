import { parseExceptionHeader } from "../stacks/exception-header.ts";
import { frameFamilyOf } from "../stacks/frame-line.ts";
import { familyOfHead } from "../stacks/trace-lines.ts";
import { secondLineLevel } from "./level.ts";
import type { LineReading } from "./line-reading.ts";

/**
 * What one physical line may be in a stack trace that was shipped line by line.
 * start: a log entry of its own · preamble: `/app/main.js:3`, which Node prints above an uncaught error · exception: `Type: message`, as a trace's first or
 * Python's last line · uncaught: the same, said to be uncaught · traceback: Python's first line · panic: the first line of a crash
 * (Go, Rust, sanitizers) · frame · cause: what links two
 * exceptions, or heads a list of frames · announcement: what Python prints above some tracebacks · goroutine · indented, blank, other: decided by what they follow.
 */
export type LineKind =
  | "start"
  | "preamble"
  | "exception"
  | "uncaught"
  | "announcement"
  | "traceback"
  | "panic"
  | "frame"
  | "cause"
  | "goroutine"
  | "second-line"
  | "indented"
  | "blank"
  | "other";

const headerLengthMax = 2000;
export const preamble = /^(?:file:\/\/\/?|\/|node:|[A-Za-z]:\\)\S{1,500}:\d{1,9}$/;
/** The same behind words: `could not load rules /app/rules.js:1`. */
const preambleBehind = /\s(?:file:\/\/\/?|\/|[A-Za-z]:\\)\S{1,300}\.[cm]?[jt]sx?:\d{1,9}$/;
const announcement =
  /^(?:={20,200}$|Exception in thread [^"\n]{1,200}:$|Process [\w.-]{1,100}:$|Exception ignored in|(?:Task|Future) exception was never retrieved|Exception in (?:callback|Tkinter callback|default exception handler)|Unhandled exception in|Error in (?:atexit|sys\.excepthook)|Exception (?:occurred|happened) during)/;
/** `{ code: 17, reason: 'no luck' }`, as Node prints an object that was thrown: no JSON, whose names are in quotes. */
const printedObject = /^\{(?: [A-Za-z_$][\w$]{0,60}: |$)/;
/** `{{badkey,{price,1}},`, as Erlang prints a reason. */
const erlangTuple = /^\{(?:\{{0,3}'|\{{1,3}[a-z]|[a-z]\w{0,60},)/;
/** rich leaves out a time that stands in the line above: `                    INFO     message      app.py:12`. */
const richLine = /^ {20}(?:DEBUG|INFO|WARNING|ERROR|CRITICAL) {1,4} \S/;
/** `/app/cart.rb:12:in 'add': no stock (RuntimeError)`: frame and exception in one. */
export const rubyHeader = /^\S{1,300}:\d{1,7}:in [`'].{1,200}': .{0,2000}\([A-Z][\w:]{1,100}\)$/;

/** `... 42 more`, `... 12 common frames omitted`, `... 3 frames excluded`: what printers of the JVM leave out. */
const leftOut = /^\.\.\. (?:\d+ (?:more|common|frames|lines|filtered|omitted|skipped)|suppressed \d)/;

export function kindOfLine(text: string, reading: LineReading): LineKind {
  if (reading.privateFormat !== null) return "start";
  if (reading.format !== "text") return "start";
  if (text.charCodeAt(0) === 123 && !printedObject.test(text)) return erlangTuple.test(text) ? "other" : "start";
  const first = text.charCodeAt(0);
  if (first === 32 || first === 9) return kindOfIndented(text, reading);
  if (text === "") return "blank";
  secondLineLevel.lastIndex = 0;
  if ((first < 97 || first > 127) && secondLineLevel.test(text)) return "second-line";
  const kind = kindByFirstWord(text, first);
  if (kind !== null) return kind;
  if (familyOfHead(text) !== null) return "panic";
  const exception = kindOfException(text);
  if (exception !== null) return exception;
  if (text.startsWith("error: Uncaught ")) return "uncaught";
  // Erlang's class and reason: `error:{badkey,3}`.
  if (/^(?:error|exit|throw):[{<[a-z]/.test(text)) return "exception";
  if (text.includes("\n")) return "start";
  if (preamble.test(text) || preambleBehind.test(text)) return "preamble";
  if (first === 69 || first === 80 || first === 84 || first === 70 || first === 85 || first === 61) {
    if (announcement.test(text)) return "announcement";
  }
  if (/RemoteTraceback: ?$/.test(text)) return "announcement";
  const isLogLine = reading.hasTimestamp || (reading.level !== null && isLogger(reading));
  if (isLogLine) return "start";
  const tagged = first === 91 ? kindOfTagged(text) : null;
  if (tagged !== null) return tagged;
  if (frameFamilyOf(text, 0, text.length) === null) return "other";
  return rubyHeader.test(text) ? "exception" : "frame";
}

function kindByFirstWord(text: string, first: number): LineKind | null {
  // The boxes that rich draws tracebacks in.
  if (first >= 0x2500 && first <= 0x257f) {
    if (familyOfHead(text) !== null) return "panic";
    return text.includes(" Traceback (most recent call last)") ? "traceback" : "indented";
  }
  switch (first) {
    case 84: // T
      if (text.startsWith("Traceback (most recent call last):")) return "traceback";
      if (text.startsWith("The above exception was the direct cause")) return "cause";
      return null;
    case 67: // C
      if (text.startsWith("Caused by: ")) return "cause";
      return null;
    case 87: // W
      return text.startsWith("Wrapped by: ") ? "cause" : null;
    case 68: // D
      return text.startsWith("During handling of the above exception") ? "cause" : null;
    case 112: // p
      return text.startsWith("panic: ") ? "panic" : null;
    case 102: // f
      return text.startsWith("fatal error: ") ? "panic" : null;
    case 116: // t
      return /^thread '[^'\n]{0,200}'(?: \(\d{1,12}\))? panicked at /.test(text) ? "panic" : null;
    case 103: // g
      return /^goroutine \d+ \[/.test(text) ? "goroutine" : null;
    case 91: // [
      if (text.startsWith("[stacktrace]") || text.startsWith("[previous exception]")) return "cause";
      return /^\[[A-Z]\w{0,80}Error: /.test(text) ? "exception" : null;
    case 46: // .
      return leftOut.test(text) ? "frame" : null;
    case 33: // !
      return kindOfMarked(text);
    case 60: // <
      return /^<#[0-9a-f]{1,16}> [a-z]/.test(text) ? "exception" : null;
    case 45: // -
      return text.startsWith("--- End of ") ? "cause" : null;
    case 78: // N
      return /^Next [A-Z][\w\\]{1,200}: /.test(text) ? "cause" : null;
    case 85: // U
      return /^Unhandled [Ee]xception:\s*$/.test(text) ? "announcement" : null;
    case 42: // *
      return /^\*\* \([A-Z][\w.]{1,200}\) /.test(text) ? "exception" : null;
    case 83: // S
      if (text.startsWith("Stack trace:")) return "cause";
      return text.startsWith("Suppressed: ") ? "frame" : null;
    case 115: // s
      return text.startsWith("stack backtrace:") ? "cause" : null;
    default:
      return null;
  }
}

/** `NoMethodError (undefined method 'x' for nil):` */
const railsHeader = /^[A-Z]\w{0,80}(?:::[A-Z]\w{0,80}){0,10} \(/;
const tags = /^(?:\[[^\]\n]{1,100}\] ?){1,5}/;

/** Rails puts its tags in front of each line of a stack trace. */
function kindOfTagged(text: string): LineKind | null {
  const rest = text.slice(tags.exec(text)?.[0].length ?? 0);
  if (rest === text) return null;
  if (rest.trim() === "") return "blank";
  if (kindOfException(rest) !== null || railsHeader.test(rest)) return "exception";
  return frameFamilyOf(rest, 0, rest.length) === "ruby" ? "frame" : null;
}

/** Dropwizard begins each line of a stack trace with an exclamation mark. */
function kindOfMarked(text: string): LineKind | null {
  if (text.trimEnd() === "!") return "blank";
  if (text.charCodeAt(1) !== 32) return null;
  const content = text.slice(2).trimStart();
  if (content.startsWith("Caused by: ")) return "cause";
  if (leftOut.test(content) || content.startsWith("Suppressed: ") || frameFamilyOf(text, 0, text.length) === "at")
    return "frame";
  return kindOfException(content) === null ? "indented" : "exception";
}

/** `App\Cart\Empty: no items` of PHP, `Shop::Closed (no key):` of Ruby. */
const qualifiedName = /^[A-Za-z_]\w{0,80}(?:(?:\\\w{1,80}){1,10}(?:: | in |$)|(?:::[A-Z]\w{0,80}){1,10}(?:: | \(|$))/;

/** What stands in front is a logger's, as far as one line tells. */
function isLogger({ levelTrust }: LineReading): boolean {
  return levelTrust === "stated" || levelTrust === "leading";
}

function kindOfException(text: string): LineKind | null {
  const code = text.charCodeAt(0);
  if (!((code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95)) return null;
  const lineBreak = text.indexOf("\n");
  const line = text.slice(0, lineBreak === -1 ? headerLengthMax : Math.min(lineBreak, headerLengthMax));
  const parsed = parseExceptionHeader(line);
  if (parsed === null) return qualifiedName.test(line) ? "exception" : null;
  return line.startsWith(parsed.type) ? "exception" : "uncaught";
}

function kindOfIndented(text: string, reading: LineReading): LineKind {
  const content = text.trimStart();
  if (content === "") return "blank";
  if (content.startsWith("+ Exception Group Traceback")) return "traceback";
  if (content.startsWith("panic: ")) return "frame";
  // An entry of several lines was put together by its shipper.
  if (content.includes("\n")) return "start";
  if (
    content.startsWith("at ") ||
    content.startsWith('File "') ||
    leftOut.test(content) ||
    content.startsWith("Suppressed: ") ||
    content.startsWith("Caused by: ") ||
    content.startsWith("[cause]: ") ||
    frameFamilyOf(text, 0, text.length) !== null
  ) {
    return "frame";
  }
  // `%5p` right-aligns its levels; what stands further in is inside something.
  const isNearMargin = text.length - content.length <= 3 || reading.hasTimestamp;
  // `  err: TypeError: x` is a property of an object that Node prints.
  const isLogLine =
    reading.level !== null && isLogger(reading) && kindOfException(content) === null && !/^[a-z]+: /.test(content);
  return (isLogLine && isNearMargin) || richLine.test(text) ? "start" : "indented";
}

/** `main.(*Store).Get(0xc0)`, `created by main.main`, `[signal SIGSEGV …`, `main.load`: what Go prints between frames. */
export function isGoLine(text: string): boolean {
  return /^(?:[\w./%-]+\.[\w.()*[\]{}-]+(?:\(.*\))?|panic\(.*\)|created by .+|\[signal .+|exit status \d+)$/.test(
    text.slice(0, 1000),
  );
}

/** `KeyboardInterrupt`, `app.Problem: no such plan`: the last line of a traceback, whatever the class is called. */
export function mayEndTraceback(text: string): boolean {
  return /^[A-Za-z_][\w.]{0,200}(?::|$)/.test(text);
}
