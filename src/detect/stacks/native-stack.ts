import type { Frame } from "../../domain/error-entry.ts";
import { linesOf, type TextLine } from "../lines/text-lines.ts";
import { parseNativeFrame } from "./native-frame.ts";
import type { OwnJudge } from "./own-frame.ts";
import { framesMax, type ParsedTrace } from "./parsed-trace.ts";

/** What ended a program of machine code, as runtimes, sanitizers and debuggers say it: a type, a message, or both. */
interface Said {
  readonly type: string | null;
  readonly message: string | null;
  readonly site: Frame | null;
  readonly startsAt: number;
}

/** A stack of C, C++ or Swift by sanitizers, gdb, boost, glibc, glog or Swift's own backtraces; the first one of a report is where it failed. */
export function parseNativeStack(text: string, messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  const lines = linesOf(text);
  const first = lines.findIndex((line) => parseNativeFrame(line.text, isOwn) !== null);
  const said = headOf(text, lines, isOwn);
  if (first === -1) return said === null ? null : { exceptions: [exceptionOf(said, [])], startsAt: said.startsAt };
  const frames: Frame[] = [];
  for (const line of lines.slice(first)) {
    const frame = parseNativeFrame(line.text, isOwn);
    if (frame === null) {
      if (line.text.trim() === "" || !/^\s{4,}\S/.test(line.text)) break;
    } else if (frames.length < framesMax) frames.push(frame);
  }
  const framesAt = lines[first]?.at ?? 0;
  const startsAt = Math.min(said?.startsAt ?? framesAt, framesAt);
  const above = messageAt < framesAt ? text.slice(messageAt, framesAt).trim() : "";
  const unnamed: Said = { type: null, message: above === "" ? null : above, site: null, startsAt };
  return { exceptions: [exceptionOf(said ?? unnamed, frames)], startsAt };
}

/** What is said without a stack: an assertion, an uncaught exception, a heap that is broken. */
export function parseNativeNote(text: string, _messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  if (!mayTell.test(text.slice(0, searchedLength))) return null;
  const said = headOf(text, linesOf(text.slice(0, searchedLength)), isOwn);
  return said === null ? null : { exceptions: [exceptionOf(said, [])], startsAt: said.startsAt };
}

function exceptionOf({ type, message, site }: Said, frames: readonly Frame[]) {
  return { type, message, frames: frames.length > 0 || site === null ? frames : [site] };
}

/** What a crash says of itself stands in front. */
const searchedLength = 20_000;
const mayTell =
  /Sanitizer|runtime error: |terminate called |SIG[A-Z]{2}|Assertion |Fatal error|Precondition failed|detected|\b(?:free|malloc|realloc|calloc)\(|corrupted|munmap_chunk|malloc_consolidate|sysmalloc|unlink_chunk|Segmentation fault|Bus error|Illegal instruction|Floating point exception|Aborted/;
const sanitizer = /==\d{1,10}==(?:ERROR|WARNING): (\w{1,20}Sanitizer): ([^\n]{1,1000})/;
const undefinedBehavior = /^(\S{1,400}?):(\d{1,7}):(\d{1,7}): runtime error: ([^\n]{1,1000})/m;
const terminated =
  /terminate called (?:after throwing an instance of '([^'\n]{1,300})'|(without an active exception|recursively))(?:\s{1,4}what\(\):\s{1,4}([^\n]{0,2000}))?/;
const signalled = /(?:received signal|terminated with signal) (SIG[A-Z]{2,10}), ([^\n.]{1,100})/;
const handled = /\*\*\* (SIG[A-Z]{2,10}) \((@[^)\n]{1,40})\) received by PID/;
const assertion = /(?:^|: )(\S{1,400}?):(\d{1,7}): (?:(.{1,500}): )?Assertion [`'](.{1,1000})' failed\.?/;
const swift =
  /(?:^|\s)(?:(\S{1,300}\.swift):(\d{1,7}): )?(Fatal error|Precondition failed|Assertion failed)(?:: ([^\n]{0,2000}?))?(?:: file (\S{1,300}), line (\d{1,7}))?(?:\n|$)/;
const heap =
  /^(?:\*\*\* )?(stack smashing detected|buffer overflow detected|(?:free|malloc|realloc|calloc|munmap_chunk|malloc_consolidate|corrupted|double free|sysmalloc|unlink_chunk)[^\n]{0,120}?)(?: \*\*\*)?(?:: (?:terminated|\S{1,200}(?: terminated)?))?$/m;

/** A shell's words for a child that a signal ended. */
const shell =
  /(?:^|\n|: line \d{1,6}: {1,6}\d{1,10} )(Segmentation fault|Bus error|Illegal instruction|Floating point exception|Aborted)(?: {1,30}\(core dumped\)| *(?:\n|$))/;

function shellOf(text: string): Said | null {
  const found = shell.exec(text);
  if (found === null) return null;
  return { type: found[1] ?? null, message: null, site: null, startsAt: text.lastIndexOf("\n", found.index) + 1 };
}

function headOf(whole: string, lines: readonly TextLine[], isOwn: OwnJudge): Said | null {
  const text = whole.length > searchedLength ? whole.slice(0, searchedLength) : whole;
  if (!mayTell.test(text)) return null;
  const found = sanitizer.exec(text);
  if (found !== null) {
    const [kind = "", ...rest] = (found[2] ?? "").split(/ (?=on |:|in |\(|of )/);
    const line = text.lastIndexOf("\n", found.index) + 1;
    const above = lines.findLast((each) => each.at < line);
    const startsAt = above !== undefined && /^={20,}$/.test(above.text) ? above.at : line;
    return { type: kind, message: rest.length === 0 ? null : stable(rest.join(" ")), site: null, startsAt };
  }
  return (
    behaviorOf(text, isOwn) ??
    terminationOf(text) ??
    assertionOf(text, isOwn) ??
    swiftOf(text, isOwn) ??
    heapOf(text) ??
    shellOf(text)
  );
}

/** Addresses and process ids are different in each run. */
function stable(message: string): string {
  return message.replace(/ at pc 0x\S{1,20} bp 0x\S{1,20} sp 0x\S{1,20}.*$/, "").trim();
}

function behaviorOf(text: string, isOwn: OwnJudge): Said | null {
  const found = undefinedBehavior.exec(text);
  if (found === null) return null;
  const site = siteOf(null, found[1], found[2], found[3], isOwn);
  return { type: "runtime error", message: found[4] ?? null, site, startsAt: found.index };
}

function terminationOf(text: string): Said | null {
  const thrown = terminated.exec(text);
  if (thrown !== null) {
    return {
      type: thrown[1] ?? "terminate",
      message: thrown[3] ?? thrown[2] ?? null,
      site: null,
      startsAt: thrown.index,
    };
  }
  const found = signalled.exec(text) ?? handled.exec(text);
  return found === null
    ? null
    : {
        type: found[1] ?? null,
        message: found[2] ?? null,
        site: null,
        startsAt: text.lastIndexOf("\n", found.index) + 1,
      };
}

function assertionOf(text: string, isOwn: OwnJudge): Said | null {
  if (!text.includes("Assertion ")) return null;
  const line = text.split("\n", 50).find((each) => assertion.test(each)) ?? "";
  const found = assertion.exec(line);
  if (found === null) return null;
  const name = (found[3] ?? "").replace(/\(.*$/, "").split(" ").at(-1) ?? "";
  const site = siteOf(name === "" ? null : name, found[1], found[2], undefined, isOwn);
  return { type: "Assertion", message: found[4] ?? null, site, startsAt: text.indexOf(line) };
}

function swiftOf(text: string, isOwn: OwnJudge): Said | null {
  const at = text.search(/Fatal error|Precondition failed|Assertion failed/);
  if (at === -1 || text.includes("PHP ")) return null;
  const lineAt = text.lastIndexOf("\n", at) + 1;
  const found = swift.exec(text.slice(lineAt, at + 3000).split("\n", 1)[0] ?? "");
  const file = found?.[1] ?? found?.[5];
  if (found === null || file === undefined) return null;
  const site = siteOf(null, file, found[2] ?? found[6], undefined, isOwn);
  const startsAt = lineAt + found.index + (/^\s/.test(found[0]) ? 1 : 0);
  return { type: found[3] ?? null, message: found[4] ?? null, site, startsAt };
}

function heapOf(text: string): Said | null {
  const found = heap.exec(text);
  if (found === null || !(text.includes("***") || /\(\)|corrupted|double free/.test(found[0]))) return null;
  return { type: "abort", message: found[1] ?? null, site: null, startsAt: found.index };
}

function siteOf(name: string | null, file = "", line = "", column: string | undefined, isOwn: OwnJudge): Frame {
  return {
    function: name,
    module: null,
    file,
    line: Number(line),
    column: column === undefined ? null : Number(column),
    isOwn: isOwn("native", null, file),
  };
}
