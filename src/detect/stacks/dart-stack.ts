import type { Frame } from "../../domain/error-entry.ts";
import { linesOf, type TextLine } from "../lines/text-lines.ts";
import type { OwnJudge } from "./own-frame.ts";
import { framesMax, type ParsedTrace } from "./parsed-trace.ts";

/** `#1      Cart.total (package:shop/cart.dart:12:20)`. */
const numbered = /^\s*#\d{1,6} {1,10}(\S.{0,400}?) \((\S{1,400}?)(?::(\d{1,7}))?(?::(\d{1,7}))?\)\s*$/;
/** `package:shop/cart.dart 12:20  Cart.total` of package:stack_trace. */
const terse = /^\s*(\S{1,300}\.dart|dart:\S{1,100}) {1,3}(\d{1,7})(?::(\d{1,7}))? {2,60}(\S.{0,400})$/;
const between = /^\s*(?:<asynchronous suspension>|={3,} asynchronous gap ={3,}|\(elided .*\))\s*$/;
const box = /^The following (?:(\w{1,100}) (?:object )?was thrown|assertion was thrown|(message) was thrown)/;
const announced = /^(?:Unhandled exception:|.{0,200}Unhandled Exception: |.{0,40}\u2561 EXCEPTION CAUGHT BY )/;
const headLinesMax = 40;

/** Errors of Dart are printed by what they say; these words stand for a class. */
const classOfWords: readonly (readonly [RegExp, string])[] = [
  [/^Bad state: /, "StateError"],
  [/^Invalid argument(?:\(s\))?(?: \([^)\n]{1,100}\))?: /, "ArgumentError"],
  [/^RangeError(?: \([^)\n]{1,100}\))?: /, "RangeError"],
  [/^Unsupported operation: /, "UnsupportedError"],
  [/^UnimplementedError: /, "UnimplementedError"],
  [/^Concurrent modification during iteration: /, "ConcurrentModificationError"],
  [/^TimeoutException (?=after )/, "TimeoutException"],
  [/^(?=Null check operator used on a null value|type '.{1,200}' is not a subtype of )/, "_TypeError"],
];

/** A stack trace of Dart: of its virtual machine, of Flutter's boxes, or in the terse form of package:stack_trace. */
export function parseDartStack(text: string, messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  const lines = linesOf(text);
  const first = lines.findIndex((line) => frameOf(line.text, isOwn) !== null);
  if (first === -1) return null;
  const frames: Frame[] = [];
  for (const line of lines.slice(first)) {
    const frame = frameOf(line.text, isOwn);
    if (frame === null && !between.test(line.text)) break;
    if (frame !== null && frames.length < framesMax) frames.push(frame);
  }
  const head = headOf(lines, first, messageAt);
  return { exceptions: [{ type: head.type, message: head.message, frames }], startsAt: head.startsAt };
}

function frameOf(line: string, isOwn: OwnJudge): Frame | null {
  const found = numbered.exec(line);
  if (found !== null) return frame(found[1] ?? "", found[2] ?? "", found[3], found[4], isOwn);
  const short = line.includes(".dart ") || line.includes("dart:") ? terse.exec(line) : null;
  return short === null ? null : frame(short[4] ?? "", short[1] ?? "", short[2], short[3], isOwn);
}

function frame(
  name: string,
  file: string,
  line: string | undefined,
  column: string | undefined,
  isOwn: OwnJudge,
): Frame {
  return {
    function: name,
    module: null,
    file,
    line: line === undefined ? null : Number(line),
    column: column === undefined ? null : Number(column),
    isOwn: isOwn("dart", null, file),
  };
}

interface Head {
  readonly type: string | null;
  readonly message: string | null;
  readonly startsAt: number;
}

/** What was thrown stands above the frames: below the announcement, or below the log message. */
function headOf(lines: readonly TextLine[], first: number, messageAt: number): Head {
  const above = lines.slice(Math.max(0, first - headLinesMax), first);
  const framesAt = lines[first]?.at ?? 0;
  const begin = above.find((line) => announced.test(line.text));
  const boxed = above.findIndex((line) => box.test(line.text));
  if (boxed !== -1) {
    const said = above.slice(boxed + 1);
    const end = said.findIndex(({ text }) => text.trim() === "");
    const message = said
      .slice(0, end === -1 ? said.length : end)
      .map(({ text }) => text)
      .join("\n");
    return {
      ...thrownOf(message, box.exec(above[boxed]?.text ?? "")?.[1] ?? null),
      startsAt: (begin ?? above[boxed])?.at ?? 0,
    };
  }
  if (begin !== undefined) {
    const rest = above.filter((line) => line.at > begin.at).map(({ text }) => text);
    const same = begin.text.replace(announced, "");
    return { ...thrownOf([...(same === "" ? [] : [same]), ...rest].join("\n"), null), startsAt: begin.at };
  }
  return headBelowMessage(above, framesAt, messageAt);
}

/** The log message is one line, and the error's words begin in the next; with one line alone it is the error's, behind the message perhaps. */
function headBelowMessage(above: readonly TextLine[], framesAt: number, messageAt: number): Head {
  const [one, ...more] = above.filter((line) => line.at + line.text.length > messageAt);
  if (one === undefined) return { type: null, message: null, startsAt: framesAt };
  if (more.length > 0 && !isThrown(one.text.slice(Math.max(0, messageAt - one.at)))) {
    return { ...thrownOf(more.map(({ text }) => text).join("\n"), null), startsAt: more[0]?.at ?? framesAt };
  }
  const startsAt = Math.max(one.at, messageAt);
  const words = [one.text.slice(startsAt - one.at), ...more.map(({ text }) => text)].join("\n");
  const inside = words.search(/(?<=: )(?:Bad state: |Invalid argument|[A-Z]\w{1,60}(?:Error|Exception)\b)/);
  const from = isThrown(words) || inside === -1 ? 0 : inside;
  return { ...thrownOf(words.slice(from), null), startsAt: startsAt + from };
}

function isThrown(words: string): boolean {
  return /^[A-Z]\w{0,60}(?:Error|Exception)\b/.test(words) || classOfWords.some(([pattern]) => pattern.test(words));
}

function thrownOf(
  given: string,
  named: string | null,
): { readonly type: string | null; readonly message: string | null } {
  const words = given.trim();
  const known = classOfWords.find(([pattern]) => pattern.test(words));
  const typed = known === undefined ? /^([A-Z_]\w{0,100}(?:Error|Exception|Failure)): /.exec(words) : null;
  const message = known === undefined ? words.slice(typed?.[0].length ?? 0) : words.replace(known[0], "");
  return { type: named ?? known?.[1] ?? typed?.[1] ?? null, message: message === "" ? null : message };
}
