import type { Exception, Frame } from "../../domain/error-entry.ts";
import { linesOf, type TextLine } from "../lines/text-lines.ts";
import type { OwnJudge } from "./own-frame.ts";
import { exceptionsMax, framesMax, type ParsedTrace } from "./parsed-trace.ts";
import { type PhpHead, phpHeadOf, phpObjectsIn } from "./php-head.ts";

const numbered = /^\s*#\d{1,6} /;
const placed = /^(?:(.{1,500}?)\((\d{1,9})\)|\[internal function\]): (.*)$/;
const headLinesMax = 40;

/**
 * A stack trace of PHP: where it was thrown, in the function that was called last, and below it, numbered, what was called from where, as
 * `Throwable::getTrace()` has it. In the text of an exception the
 * cause comes first and `Next` what it caused; Monolog prints the cause last, behind `[previous exception]`.
 */
export function parsePhpStack(text: string, messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  const lines = linesOf(text);
  const first = lines.findIndex((line) => numbered.test(line.text));
  if (first === -1) return null;
  const exceptions: Exception[] = [];
  let startsAt: number | null = null;
  let isCauseFirst = false;
  let from = 0;
  let at = first;
  while (at < lines.length && exceptions.length < exceptionsMax) {
    const framesAt = lines[at]?.at ?? 0;
    const above = Math.max(from, at - headLinesMax);
    const headAt = Math.max(lines[above]?.at ?? 0, exceptions.length === 0 && messageAt <= framesAt ? messageAt : 0);
    const block = text.slice(headAt, framesAt);
    const head = phpHeadOf(block);
    const read = readFrames(lines, at, head?.isEscaped === true, isOwn);
    if (exceptions.length === 0) startsAt = head === null ? framesAt : headAt + head.startsAt;
    else if (head === null) break;
    isCauseFirst ||= head?.isNext === true;
    exceptions.push(exceptionOf(head, read.frames, isOwn));
    from = read.end;
    at = lines.findIndex((line, index) => index >= read.end && numbered.test(line.text));
    if (at === -1) break;
  }
  if (isCauseFirst) exceptions.reverse();
  return { exceptions, startsAt: startsAt ?? 0 };
}

/** Exceptions that Monolog or Symfony tell without a stack trace: type, message and where it was thrown. */
export function parsePhpObjects(text: string, messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  const objects = phpObjectsIn(text);
  const [outermost] = objects;
  if (outermost === undefined) return null;
  const exceptions = objects.slice(0, exceptionsMax).map((head) => exceptionOf(head, [], isOwn));
  // The log message stands in front of the object's field.
  const field = text.lastIndexOf(' {"', outermost.startsAt);
  return { exceptions, startsAt: field > messageAt ? field : outermost.startsAt };
}

function exceptionOf(head: PhpHead | null, frames: readonly Frame[], isOwn: OwnJudge): Exception {
  if (head === null) return { type: null, message: null, frames };
  if (head.file === null) return { type: head.type, message: head.message, frames };
  const { file } = head;
  // What was called last is where it was thrown.
  const { function: name = null, module = null } = frames[0] ?? {};
  const site = { function: name, module, file, line: head.line, column: null, isOwn: isOwn("php", null, file) };
  return { type: head.type, message: head.message, frames: [site, ...frames] };
}

function readFrames(
  lines: readonly TextLine[],
  from: number,
  isEscaped: boolean,
  isOwn: OwnJudge,
): { readonly frames: Frame[]; readonly end: number } {
  const frames: Frame[] = [];
  let at = from;
  for (; at < lines.length; at++) {
    const text = lines[at]?.text ?? "";
    const found = numbered.exec(text);
    if (found === null || (at > from && /^\s*#0 /.test(text))) break;
    const rest = text.slice(found[0].length);
    const frame = frameOf(isEscaped ? rest.replaceAll("\\\\", "\\") : rest, isOwn);
    if (frame !== null && frames.length < framesMax) frames.push(frame);
  }
  return { frames, end: at };
}

/** `/app/Cart.php(12): App\Cart->add(Object)`; null for `{main}`, which is no call. */
function frameOf(text: string, isOwn: OwnJudge): Frame | null {
  const found = placed.exec(text);
  // A length limit may have cut the last one.
  if (found === null || !text.includes("(", text.length - (found[3]?.length ?? 0))) return null;
  const file = found[1] ?? null;
  const { module, name } = callOf(found[3] ?? "");
  return {
    function: name === "" ? null : name,
    module,
    file,
    line: file === null ? null : Number(found[2]),
    column: null,
    isOwn: isOwn("php", null, file),
  };
}

/** `App\Cart->add(…)`, `App\Cart::of(…)`, `App\total(…)`, `App\Cart->App\{closure}(…)`, and since PHP 8.4 `App\Cart->{closure:App\Cart::add():12}(…)`. */
function callOf(call: string): { readonly module: string | null; readonly name: string } {
  const closure = call.indexOf("{closure");
  const named = closure === -1 ? -1 : call.indexOf("}", closure);
  const open = call.indexOf("(", Math.max(named, 0));
  const whole = open === -1 ? call : call.slice(0, open);
  const searched = closure === -1 ? whole : whole.slice(0, closure);
  const arrow = Math.max(searched.lastIndexOf("->"), searched.lastIndexOf("::"));
  return arrow === -1 ? { module: null, name: whole } : { module: whole.slice(0, arrow), name: whole.slice(arrow + 2) };
}
