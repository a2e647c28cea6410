import type { Frame } from "../../domain/error-entry.ts";
import { linesOf } from "../lines/text-lines.ts";
import type { OwnJudge } from "./own-frame.ts";
import { framesMax, type ParsedTrace } from "./parsed-trace.ts";

const atom = "('(?:[^'\\\\\\n]|\\\\.){1,300}'|[a-z][\\w@]{0,200})";
/** The beginning of `{pharmacy,price,1,[{file,"src/pharmacy.erl"},{line,6}]}`. */
const term = new RegExp(`\\{${atom},\\s{0,60}${atom},\\s{0,60}(?:(\\d{1,3}),|(?=\\[))`, "y");
const place = /\[\{file,\s{0,60}"([^"\n]{1,400})"\},\s{0,60}\{line,\s{0,60}(\d{1,7})\}/y;
/** `in call from pharmacy:price/1 (src/pharmacy.erl, line 6)` of a crash report. */
const called = new RegExp(
  `^\\s*in (?:function|call from)\\s{1,3}(?:${atom}:)?${atom}/(\\d{1,3})(?: \\(([^,)\\n]{1,400}), line (\\d{1,7})\\))?`,
);
/** What no clause matched is the innermost function, and stands in the reason: `pharmacy:stock(<<"text">>,1) (src/pharmacy.erl, line 7)`. */
const unmatched = new RegExp(
  `no function clause matching\\s{1,20}${atom}:${atom}\\((.{0,2000})\\) \\(([^,)\\n]{1,400}), line (\\d{1,7})\\)\\s*$`,
);
const exception = /^\s*exception (error|exit|throw): ?(.*)$/;
/** `… error: `, `Error in process <0.1.0> with exit value: `, in front of the reason. */
const beforeReason = /^.*(?:^|[\s,])(?:error|exit|throw|exit value|reason):,?\s{1,4}(?=[{<[a-z'])/s;
const termsMax = 2000;
const listLengthMax = 4000;
const reasonLengthMax = 2000;

/** A stack trace of Erlang: as the terms that the runtime hands out, or in the words of a crash report. */
export function parseErlangStack(text: string, messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  return parseReport(text, isOwn) ?? parseTerms(text, messageAt, isOwn);
}

function parseReport(text: string, isOwn: OwnJudge): ParsedTrace | null {
  if (!text.includes("in function ") && !text.includes("in call from ")) return null;
  const lines = linesOf(text);
  const first = lines.findIndex((line) => called.test(line.text));
  if (first === -1) return null;
  const headAt = lines.findLastIndex((line, index) => index < first && exception.test(line.text));
  const head = lines[headAt];
  const reason = [
    head?.text.replace(exception, "$2") ?? "",
    ...lines.slice(headAt + 1, first).map(({ text: more }) => more.trim()),
  ];
  const said = headAt === -1 ? "" : reason.join(" ").trim();
  const frames: Frame[] = [];
  const clause = unmatched.exec(said);
  if (clause !== null) {
    const given = `(${clause[3] ?? ""})`;
    const arity = String(elementsIn(given, 0, given.length - 1));
    frames.push(frameOf(clause[1], clause[2], arity, clause[4] ?? null, clause[5] ?? null, isOwn));
  }
  for (const line of lines.slice(first)) {
    const found = called.exec(line.text);
    if (found !== null && frames.length < framesMax)
      frames.push(frameOf(found[1], found[2], found[3] ?? "0", found[4] ?? null, found[5] ?? null, isOwn));
    else if (found === null && !/^\s*(?:called as|\(|$)/.test(line.text) && exception.test(line.text)) break;
  }
  return { exceptions: [{ ...reasonOf(said), frames }], startsAt: (head ?? lines[first])?.at ?? 0 };
}

function parseTerms(text: string, messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  if (!text.includes("{file,")) return null;
  const frames: Frame[] = [];
  let firstAt = -1;
  let tries = 0;
  for (let at = text.indexOf("{"); at !== -1 && tries < termsMax && frames.length < framesMax; tries++) {
    const read = readTerm(text, at, isOwn);
    if (read !== null) {
      if (firstAt === -1) firstAt = at;
      frames.push(read.frame);
      // Behind a stack's last frame may come another process' one.
      if (text.charCodeAt(read.end) === 93) break;
    }
    at = text.indexOf("{", read === null ? at + 1 : read.end);
  }
  if (firstAt === -1) return null;
  const lineAt = text.lastIndexOf("\n", text.slice(0, firstAt).trimEnd().replace(/\[$/, "").trimEnd().length - 1) + 1;
  const begin = Math.max(lineAt, messageAt <= firstAt ? messageAt : 0);
  const above = text.slice(begin, firstAt);
  const startsAt = begin + (beforeReason.exec(above.slice(0, reasonLengthMax))?.[0].length ?? 0);
  const reason = text
    .slice(startsAt, firstAt)
    .slice(0, reasonLengthMax)
    .replace(/[\s,[]+$/, "");
  return { exceptions: [{ ...reasonOf(reason), frames }], startsAt };
}

interface Read {
  readonly frame: Frame;
  readonly end: number;
}

/** One tuple of module, function, arity or arguments, and place. */
function readTerm(text: string, from: number, isOwn: OwnJudge): Read | null {
  term.lastIndex = from;
  const found = term.exec(text);
  if (found === null) return null;
  let at = term.lastIndex;
  let arity = found[3];
  if (arity === undefined) {
    const end = closingOf(text, at);
    if (end === -1 || text.charCodeAt(end) !== 44) return null;
    arity = String(elementsIn(text, at, end - 1));
    at = end + 1;
  }
  while (/\s/.test(text.charAt(at))) at++;
  if (text.charCodeAt(at) !== 91) return null;
  place.lastIndex = at;
  const placed = place.exec(text);
  const end = closingOf(text, at);
  if (end === -1 || text.charCodeAt(end) !== 125) return null;
  return { frame: frameOf(found[1], found[2], arity, placed?.[1] ?? null, placed?.[2] ?? null, isOwn), end: end + 1 };
}

/** Behind the bracket that closes the one at `from`; -1 where it is too far. */
function closingOf(text: string, from: number): number {
  let depth = 0;
  let isQuoted = false;
  for (let at = from; at < text.length && at < from + listLengthMax; at++) {
    const code = text.charCodeAt(at);
    if (code === 92) at++;
    else if (code === 34) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (code === 91 || code === 123 || code === 40) depth++;
    else if ((code === 93 || code === 125 || code === 41) && --depth === 0) return at + 1;
  }
  return -1;
}

function elementsIn(text: string, open: number, close: number): number {
  if (text.slice(open + 1, close).trim() === "") return 0;
  let count = 1;
  for (let at = open + 1; at < close; at++) {
    const code = text.charCodeAt(at);
    if (code === 44) count++;
    else if (code === 91 || code === 123 || code === 40) at = Math.max(at, closingOf(text, at) - 1);
  }
  return count;
}

function frameOf(
  moduleName: string | undefined,
  functionName: string | undefined,
  arity: string,
  file: string | null,
  line: string | null,
  isOwn: OwnJudge,
): Frame {
  const module = plainAtom(moduleName ?? "erlang");
  return {
    function: `${plainAtom(functionName ?? "")}/${arity}`,
    module,
    file,
    line: line === null ? null : Number(line),
    column: null,
    isOwn: isOwn("beam", module, file),
  };
}

/** `'Elixir.Shop.Cart'` → `Shop.Cart`. */
function plainAtom(text: string): string {
  return text.replace(/^'|'$/g, "").replace(/^Elixir\./, "");
}

/** How crash reports put the runtime's own reasons. */
const atomOfWords: readonly (readonly [string, string])[] = [
  ["bad key: ", "badkey"],
  ["bad map: ", "badmap"],
  ["bad function ", "badfun"],
  ["bad argument", "badarg"],
  ["an error occurred when evaluating an arithmetic expression", "badarith"],
  ["no match of right hand side value ", "badmatch"],
  ["no function clause matching ", "function_clause"],
  ["no case clause matching ", "case_clause"],
  ["no try clause matching ", "try_clause"],
  ["no true branch found when evaluating an if expression", "if_clause"],
  ["undefined function ", "undef"],
  ["interpreted function with arity ", "badarity"],
];

/** `{badkey,{price,1}}`: its first atom is what went wrong. */
function reasonOf(given: string): { readonly type: string | null; readonly message: string | null } {
  const reason = given
    .replace(/^(?:\*\* )?(?:error|exit|throw):/, "")
    .replace(/^(?:\*\* )?\{(?=\{|[a-z]\w*$)/, "")
    .trim();
  const known = atomOfWords.find(([words]) => reason.startsWith(words))?.[1];
  const type = known ?? /^\{*([a-z][\w@]{0,100})(?![\w ]*:? )/.exec(reason)?.[1] ?? null;
  return { type, message: reason === "" ? null : reason };
}
