import type { Exception, Frame } from "../error-entry.ts";
import { plainJvmClass } from "./jvm-name.ts";

const overflowTypes = new Set(["StackOverflowError", "StackOverflowException", "RecursionError", "SystemStackError"]);
/** Types that are an overflow only by their words. */
const otherTypes = new Set(["", "RangeError", "InternalError", "Error", "panic", "error", "ErlangError"]);
const overflowWords =
  /maximum call stack size exceeded|too much recursion|stack overflow|stack exceeds|stack level too deep|recursion depth exceeded/i;
const wordsLengthMax = 300;

/** Whether a function called itself without an end. */
export function isStackOverflow({ type, message }: Exception): boolean {
  const simple = simpleType(type ?? "");
  if (overflowTypes.has(simple)) return true;
  return message !== null && otherTypes.has(simple) && overflowWords.test(message.slice(0, wordsLengthMax));
}

/** Types of Go that wrap any text, and say nothing of it. */
const wrappingTypes = new Set(
  "errorString wrapError wrapErrors fundamental withStack withMessage joinError".split(" "),
);
/** What the language's own code throws; any other class of JavaScript is sometimes printed by its name and sometimes as `Error`. */
const scriptTypes = new Set(
  "TypeError RangeError SyntaxError ReferenceError URIError EvalError AggregateError".split(" "),
);

/** The type of a root cause as all loggers and versions agree on it; null where it says nothing. */
export function rootTypeOf(root: Exception): string | null {
  const said = root.type === null ? "" : simpleType(root.type);
  const type = said === "" || wrappingTypes.has(said) ? null : said;
  if (type === "ExceptionInInitializerError") return initializerType(root.message) ?? type;
  if (type === "panic" || (type === null && root.frames.some(isPanicFrame))) return panicType(root.message);
  if (root.type === "fatal error") return fatalType(root.message);
  if (type === null || scriptTypes.has(type) || !isThrownInOwnScript(root)) return type;
  return "Error";
}

/** Each use of a class that failed to start after the first is told of what the first one threw: `Exception java.io.IOException: closed [in thread "main"]`. */
function initializerType(message: string | null): string | null {
  const first = /^Exception ([\w.$]{1,200})(?::| \[in thread )/.exec(message ?? "")?.[1];
  return first === undefined ? null : simpleType(first);
}

/** One word for all panics would be one bug for all that a function does wrong; the runtime's own words have no values but in brackets. */
function panicType(message: string | null): string {
  const words = /^(?:runtime error: |interface conversion: |assignment to )[a-z ]{4,60}(?=[^a-z ]|$)/.exec(
    message ?? "",
  );
  return words === null ? "panic" : `panic: ${words[0].trim()}`;
}

/** Go's runtime ends a program with few words, which are the same each time but for numbers. */
function fatalType(message: string | null): string {
  const words = /^[^\n]{0,60}/.exec(message ?? "")?.[0].replace(/(?:0x)?\d.*$/, "") ?? "";
  return `fatal error: ${words.trim()}`;
}

/** Go's own frame between what recovered from a panic and what failed. */
export function isPanicFrame({ function: name, module }: Frame): boolean {
  return (name === "panic" && module === null) || (name === "gopanic" && module === "runtime");
}

function isThrownInOwnScript({ frames }: Exception): boolean {
  const [site] = frames;
  return site?.isOwn === true && site.module === null && /\.(?:[cm]?[jt]sx?|vue|svelte)(?:$|\?)/.test(site.file ?? "");
}

const rememberedMax = 2_000;
const remembered = new Map<string, string>();

/** `java.lang.IllegalStateException`, `Order$Missing`, `Shop::NotFound`, `*fs.PathError` by their last name: loggers differ in how much of it they print. */
export function simpleType(type: string): string {
  let simple = remembered.get(type);
  if (simple === undefined) {
    const parts = plainJvmClass(type)
      .replace(/[`(<[{].*$/s, "")
      .split(/[.$/\\:*+ ]+/);
    simple = parts.findLast((part) => part !== "") ?? type;
    if (remembered.size >= rememberedMax) remembered.clear();
    remembered.set(type, simple);
  }
  return simple;
}
