import type { Exception, Frame } from "../error-entry.ts";
import { type FrameKey, frameKeyOf } from "./frame-key.ts";
import { withoutHandled } from "./handled-exceptions.ts";
import { aboveResumption, isOnOtherThread } from "./jvm-thread.ts";
import { isPanicFrame, isStackOverflow, rootTypeOf, simpleType } from "./root-type.ts";

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
export function identityOf(all: readonly Exception[]): ExceptionIdentity | null {
  const exceptions = withoutHandled(withoutCancellation(all));
  const root = exceptions.findLast((exception) => exception.type !== null || exception.frames.length > 0);
  if (root === undefined) return null;
  const isOverflow = isStackOverflow(root);
  const type = isOverflow ? "StackOverflow" : rootTypeOf(root);
  const before = remembered.get(root.frames);
  if (before !== undefined && before.type === type && isSameChain(before.chain, exceptions)) return before.identity;
  const identity = identityWith(type, isOverflow ? cycleOf(root.frames) : null, exceptions);
  if (root.frames.length > 0) remembered.set(root.frames, { type, chain: exceptions, identity });
  return identity;
}

interface Remembered {
  readonly type: string | null;
  readonly chain: readonly Exception[];
  readonly identity: ExceptionIdentity | null;
}

/** Frame lists are immutable and shared by the entries of one bug, so most identities are those of the entry before it. */
const remembered = new WeakMap<readonly Frame[], Remembered>();

function isSameChain(one: readonly Exception[], other: readonly Exception[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ type, frames }, index) => other[index]?.frames === frames && other[index]?.type === type)
  );
}

function identityWith(
  type: string | null,
  cycle: readonly FrameKey[] | null,
  exceptions: readonly Exception[],
): ExceptionIdentity | null {
  const own = withoutClosures(ownFramesFromRoot(exceptions));
  if (own.length === 0 && type === null) return null;
  const taken = cycle ?? upToSecondPlace(own);
  return {
    type,
    frames: taken,
    isShort: cycle === null && taken.length === own.length,
    needsMessage: taken.length > 0 && (type === null || saysLittle(taken)),
  };
}

/** Python says of a timeout that it came while a task was cancelled: where that task stood is chance. */
function withoutCancellation(exceptions: readonly Exception[]): readonly Exception[] {
  const last = exceptions.findLastIndex(({ type }) => type === null || simpleType(type) !== "CancelledError");
  return last === -1 || last === exceptions.length - 1 ? exceptions : exceptions.slice(0, last + 1);
}

/** Whether frames alone would make one bug of many. */
export function saysLittle(frames: readonly FrameKey[]): boolean {
  return frames[0]?.isNameless === true || frames.every((frame) => frame.isCommon);
}

/**
 * Without functions that have no name, which some engines and compilers show and others do not: one inside a named function is that function's, and as a
 * caller it tells nothing. Where something without a name fails on its own, or a minifier took
 * its name, it stays, for its file.
 */
function withoutClosures(own: readonly FrameKey[]): readonly FrameKey[] {
  const kept = own.filter(
    ({ isNameless, isMangled, place }, index) =>
      !isNameless || (index === 0 && (isMangled || own.find((each) => !each.isNameless)?.place !== place)),
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
    isWhole = isWholeStack(frames, exceptions[index - 1]?.frames ?? []);
  }
  return found;
}

/** Only the printers of the JVM leave out frames of a cause, and then its last one is not where a thread begins. */
function isWholeStack(frames: readonly Frame[], wrapper: readonly Frame[]): boolean {
  const last = frames.at(-1);
  if (last === undefined) return false;
  const isOfJvm =
    last.module?.includes(".") === true && (last.file === null || /\.(?:java|kt|scala|groovy|clj)$/.test(last.file));
  return !isOfJvm || isOnOtherThread(frames, wrapper);
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
    own = keysOf(aboveResumption(behindPanic(frames))).filter(({ key }) => !seen.has(key) && seen.add(key));
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

/** Where a stack overflows is chance: the functions that call each other in a circle are the bug, in whatever order they were found. Null where none is twice there. */
function cycleOf(frames: readonly Frame[]): readonly FrameKey[] | null {
  const counted = new Map<string, { readonly frame: FrameKey; count: number }>();
  for (const frame of keysOf(frames)) {
    const before = counted.get(frame.key);
    if (before === undefined) counted.set(frame.key, { frame, count: 1 });
    else before.count++;
  }
  const repeated = [...counted.values()].filter(({ count }) => count > 1).map(({ frame }) => frame);
  if (repeated.length === 0) return null;
  return repeated.sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, cycleMax);
}
