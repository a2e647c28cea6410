import type { Exception, Frame } from "../error-entry.ts";
import { type FrameKey, frameKeyOf } from "./frame-key.ts";
import { withoutGenerated } from "./function-name.ts";

/** Own frames in an identity: enough to tell who called a helper, few enough that the same bug reached by another way is the same. */
const framesMax = 4;
/** Places in the program that are no helpers. */
const placesMax = 2;
const placeFramesMax = 3;
/** Functions of an endless recursion. */
const cycleMax = 8;

/** What of an exception chain decides the fingerprint. */
export interface ExceptionIdentity {
  /** Of the root cause, without its package: the same failure may be wrapped differently on its way up. */
  readonly type: string | null;
  /** Own frames, throw site first; empty when no frame is ours. */
  readonly frames: readonly FrameKey[];
  /** There was nothing more to take: a copy that was cut off, or caught early, would end so too. */
  readonly isShort: boolean;
  /** The frames alone say too little of what went wrong: the message counts too. */
  readonly needsMessage: boolean;
}

/** Null when the chain names neither a type nor an own frame. */
export function identityOf(exceptions: readonly Exception[]): ExceptionIdentity | null {
  const root = exceptions.findLast((exception) => exception.type !== null || exception.frames.length > 0);
  if (root === undefined) return null;
  const own = withoutClosures(ownFramesFromRoot(exceptions));
  const isOverflow = isStackOverflow(root);
  const type = isOverflow ? "StackOverflow" : typeOf(root, own);
  if (own.length === 0 && type === null) return null;
  const cycle = isOverflow ? cycleOf(exceptions) : null;
  const taken = cycle ?? upToSecondPlace(own);
  return {
    type,
    frames: taken,
    isShort: cycle === null && taken.length === own.length,
    needsMessage: taken.length > 0 && (type === null || saysLittle(taken)),
  };
}

/** Whether frames alone would make one bug of many. */
export function saysLittle(frames: readonly FrameKey[]): boolean {
  return frames[0]?.isNameless === true || frames.every((frame) => frame.isCommon);
}

/**
 * Without functions that have no name, which some engines and compilers show and others do not: one inside a named function is that function's, and as a
 * caller it tells nothing. Where something without a name fails on its own, it stays, for its file.
 */
function withoutClosures(own: readonly FrameKey[]): readonly FrameKey[] {
  const kept = own.filter(
    ({ isNameless, place }, index) =>
      !isNameless || (index === 0 && own.find((each) => !each.isNameless)?.place !== place),
  );
  const seen = new Set<string>();
  return kept.filter(({ key }) => !seen.has(key) && seen.add(key));
}

/** Own frames through the second place that is no helper's, so that one bug is not told apart by who called its callers. */
function upToSecondPlace(own: readonly FrameKey[]): readonly FrameKey[] {
  const places = new Set<string>();
  let frames = 0;
  for (const [index, { place, isHelper }] of own.entries()) {
    if (!isHelper) {
      places.add(place);
      frames++;
    }
    if (places.size >= placesMax || frames >= placeFramesMax || index + 1 >= framesMax) return own.slice(0, index + 1);
  }
  return own;
}

/**
 * The root cause's own frames, then the frames of what wrapped it from where they meet: runtimes leave out what a cause has in common with its wrapper
 * ("... 4 more"), so the same throw, logged bare or wrapped, gives the same list. Where they do not meet although nothing was left out, the wrapper was
 * thrown elsewhere, on another thread say.
 */
function ownFramesFromRoot(exceptions: readonly Exception[]): readonly FrameKey[] {
  let found: readonly FrameKey[] = [];
  let isWhole = false;
  for (let index = exceptions.length - 1; index >= 0 && found.length < framesMax; index--) {
    const { type = null, frames = [] } = exceptions[index] ?? {};
    const own = withoutConstructor(ownFramesOf(frames), type);
    const known = new Set(found.map((frame) => frame.key));
    const last = own.findLastIndex((frame) => known.has(frame.key));
    if (last !== -1) found = [...found, ...own.slice(last + 1)];
    else if (found.length === 0 || !isWhole) found = [...found, ...own];
    isWhole = isWholeStack(frames);
  }
  return found;
}

/** Only the printers of the JVM leave out frames of a cause, and then its last one is not where a thread begins. */
function isWholeStack(frames: readonly Frame[]): boolean {
  const last = frames.at(-1);
  if (last === undefined) return false;
  const isOfJvm =
    last.module?.includes(".") === true && (last.file === null || /\.(?:java|kt|scala|groovy|clj)$/.test(last.file));
  return !isOfJvm || last.module === "java.lang.Thread" || last.function === "main";
}

/** Some engines show the constructor of the error that was thrown, others do not. */
function withoutConstructor(own: readonly FrameKey[], type: string | null): readonly FrameKey[] {
  const [first] = own;
  if (first === undefined || own.length === 1) return own;
  const name = first.key.slice(first.key.lastIndexOf("|") + 1);
  const isConstructor = name !== "" && (name === simpleType(type ?? "") || /^[A-Z]\w*(?:Error|Exception)$/.test(name));
  return isConstructor ? own.slice(1) : own;
}

const ownFramesByList = new WeakMap<readonly Frame[], readonly FrameKey[]>();

/** Own frames, each once, as recursion and proxies repeat them. Frame lists are immutable and shared by the entries of one bug, so each is judged once. */
function ownFramesOf(frames: readonly Frame[]): readonly FrameKey[] {
  let own = ownFramesByList.get(frames);
  if (own === undefined) {
    const seen = new Set<string>();
    own = keysOf(behindPanic(frames)).filter(({ key }) => !seen.has(key) && seen.add(key));
    ownFramesByList.set(frames, own);
  }
  return own;
}

function keysOf(frames: readonly Frame[]): readonly FrameKey[] {
  return frames.flatMap((frame) => (frame.isOwn ? (frameKeyOf(frame) ?? []) : []));
}

/** Go prints the stack of whoever recovered from a panic: what failed stands behind `panic`. */
function behindPanic(frames: readonly Frame[]): readonly Frame[] {
  const panic = frames.findLastIndex(isPanicFrame);
  return panic === -1 || !frames.slice(panic + 1).some((frame) => frame.isOwn) ? frames : frames.slice(panic + 1);
}

function isPanicFrame({ function: name, module }: Frame): boolean {
  return (name === "panic" && module === null) || (name === "gopanic" && module === "runtime");
}

/** Where a stack overflows is chance: the functions that call each other in a circle are the bug, in whatever order they were found. Null where none is twice there. */
function cycleOf(exceptions: readonly Exception[]): readonly FrameKey[] | null {
  const counted = new Map<string, { readonly frame: FrameKey; count: number }>();
  for (const frame of keysOf(exceptions.at(-1)?.frames ?? [])) {
    const before = counted.get(frame.key);
    if (before === undefined) counted.set(frame.key, { frame, count: 1 });
    else before.count++;
  }
  const repeated = [...counted.values()].filter(({ count }) => count > 1).map(({ frame }) => frame);
  if (repeated.length === 0) return null;
  return repeated.sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, cycleMax);
}

const overflowTypes = new Set(["StackOverflowError", "StackOverflowException", "RecursionError", "SystemStackError"]);

function isStackOverflow({ type, message }: Exception): boolean {
  return (
    overflowTypes.has(simpleType(type ?? "")) ||
    (message !== null &&
      /maximum call stack size exceeded|too much recursion|stack overflow|stack exceeds|stack level too deep|recursion depth exceeded/i.test(
        message.slice(0, 300),
      ))
  );
}

/** Types of Go that wrap any text, and say nothing of it. */
const wrappingTypes = new Set([
  "errorString",
  "wrapError",
  "wrapErrors",
  "fundamental",
  "withStack",
  "withMessage",
  "joinError",
]);
/** What the language's own code throws; any other class of JavaScript is sometimes printed by its name and sometimes as `Error`. */
const scriptTypes = new Set([
  "TypeError",
  "RangeError",
  "SyntaxError",
  "ReferenceError",
  "URIError",
  "EvalError",
  "AggregateError",
]);

function typeOf(root: Exception, own: readonly FrameKey[]): string | null {
  const said = root.type === null ? "" : simpleType(root.type);
  const type = said === "" || wrappingTypes.has(said) ? null : said;
  if (type === "panic" || (type === null && root.frames.some(isPanicFrame))) return panicType(root.message);
  if (type === null || scriptTypes.has(type) || own.length === 0 || !isThrownInOwnScript(root)) return type;
  return "Error";
}

/** One word for all panics would be one bug for all that a function does wrong; the runtime's own words have no values but in brackets. */
function panicType(message: string | null): string {
  const words = /^(?:runtime error: |interface conversion: |assignment to )?[a-z ]{4,60}(?=[^a-z ]|$)/.exec(
    message ?? "",
  )?.[0];
  const isRuntimes = words !== undefined && /^(?:runtime error|interface conversion|assignment to)/.test(words);
  return isRuntimes ? `panic: ${words.trim()}` : "panic";
}

function isThrownInOwnScript({ frames }: Exception): boolean {
  const [site] = frames;
  return site?.isOwn === true && site.module === null && /\.(?:[cm]?[jt]sx?|vue|svelte)(?:$|\?)/.test(site.file ?? "");
}

/** `java.lang.IllegalStateException`, `Order$Missing`, `Shop::NotFound`, `*fs.PathError` by their last name: loggers differ in how much of it they print. */
function simpleType(type: string): string {
  return (
    withoutGenerated(type)
      .replace(/[`(<[{].*$/, "")
      .split(/[.$/\\:*+ ]+/)
      .findLast((part) => part !== "") ?? type
  );
}
