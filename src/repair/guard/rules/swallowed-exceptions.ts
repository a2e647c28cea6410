import { bracketPairs } from "../brackets.ts";
import type { ChangedFile } from "../changed-file.ts";
import { type CodeSide, changedMatches, type Found, flatOf, indexOfMark, isChanged, touches } from "../code-side.ts";
import { hasBraces } from "../languages.ts";
import type { Token } from "../token.ts";
import { quoted, type Violation } from "../violation.ts";
import { indentedHandlers } from "./indented-handlers.ts";
import { anyError, isPassedOn, isTooWide, passesOn } from "./passing-on.ts";
import { added, java, type PatternRule, patternRules, script } from "./pattern-rule.ts";

/** Ways to make nothing of an error that are told by one word. */
export const swallowingWords: readonly PatternRule[] = patternRules({ rule: "exceptions", seen: "new", text: "code" }, [
  [
    java,
    /\brunCatching\b|\bonErrorReturn\w*\(|\bonErrorResume\w*\(|\bonErrorComplete\w*\(|\bonErrorContinue\b|\bonErrorMap\b|\bexceptionally\w*\(|\.handle\(\(|\bwhenComplete\(|\bTry\.(?:of|run)\b|\bCoroutineExceptionHandler\b|\bsetDefaultUncaughtExceptionHandler\b|\bsetUncaughtExceptionHandler\b|\bgetOrElse\{|\bgetOrNull\(\)|\bsupervisorScope\b|\bcloseQuietly\b|\btryOrNull\b|\bignoreExceptions?\b|\bnoRollbackFor\b|\bfallbackMethod\b/g,
    "errors are made into something else",
  ],
  [
    script,
    /\bPromise\.allSettled\b|\b(?:unhandledRejection|uncaughtException)\w*\b|\bonerror\b|\bcatchError\(|\.on\(["'`]error["'`],(?:\(\w*\)|\w+)=>\{?\}?\)|\bonErrorResumeNext\b|\b_?\.attempt\(|\bp-try\b|\bvoid \w+[.(]|\.then\([^;]{0,300}?,(?:\(\w*\)|\w+)=>|\.then\([\w.]+,[\w.]+\)/g,
    "errors are made into something else",
  ],
  [
    ["python"],
    /\bsuppress\(|\bcontextlib\b|\breturn_exceptions=True|\bon_error\b|errors=["'](?:ignore|replace|coerce)["']|\bsys\.excepthook\b|\braise_for_status\b(?!\()|\bfaulthandler\b|\berrors=["']/g,
    "errors are made into something else",
  ],
  [
    ["go"],
    /\brecover\(\)|\berr=nil\b|(?:^|[{;}])_=(?!=)|(?<![\w.])_(?:,_)*:?=\w[\w.]*\(|,_(?:,_)*:?=(?!range\b)[^;{}]{0,80}\(|,_(?::?=)<-|\berrors\.Is\([^)]*\)\{\}|\bif err==nil\{\}|\b\w*[eE]rr!=nil&&|&&\w*[eE]rr!=nil|\berr==nil\|\|/g,
    "an error is thrown away",
  ],
  [
    ["rust"],
    /\blet _=|\blet _\w*:[^=;]{1,40}=\w[\w.:]*\(|\bcatch_unwind\b|\.ok\(\)|\.unwrap_or_else\(\|_\||\.unwrap_or_default\(\)(?<=parse[^;]{0,60})|\bdrop\(/g,
    "an error is thrown away",
  ],
  [
    ["ruby"],
    /\brescue (?:nil|false|true|\[\]|\{\}|0|""|''|\w+\b(?=$|[;)}]))|\bsuppress\(|\bexception:false\b|\bignore_exceptions?\b|\bretry_on\b|\bdiscard_on\b/g,
    "an error is thrown away",
  ],
  [["php"], /@(?=[\w$\\(])|\bcatch\(\\?Throwable\b|\brescue\(|\breport_if\b/g, "an error is thrown away"],
  [
    ["csharp"],
    /\bUnobservedTaskException\b|\bSetObserved\b|\bUnhandledException\b|\bContinueOnError\b|\bFireAndForget\b|\bContinueWith\(|(?:^|[;{}])_=\w/g,
    "an error is thrown away",
  ],
]);

/** Code that was run where it stood is handed to somebody who may run it, or catch what it throws. */
export const handedOver: readonly PatternRule[] = patternRules(
  { rule: "exceptions", seen: "new", text: "code", isFineInTests: true },
  [
    [
      null,
      /\b(?!(?:orElseGet|orElseThrow|ifPresentOrElse|requireNonNull|requireNonNullElseGet|computeIfAbsent|getOrPut|ifEmpty|or|isEqualTo|ok_or_else|unwrap_or_else|expect|useMemo|useCallback|useEffect|setImmediate|map|each)\()\w+\((?:[^()]{0,80},)?\(\)(?:->|=>)/g,
      "code is handed to something that may catch what it throws",
    ],
    [["python"], /\blambda:/g, "code is handed to something that may catch what it throws"],
  ],
);

/** Work that lasts, and is left out where something is missing: `store?.save(order)`. */
const work =
  "(?:[sS]ave|[iI]nsert|[uU]psert|[uU]pdate|[pP]ersist|[cC]ommit|[pP]ublish|[sS]end|[cC]harge|[pP]ay|[rR]efund|[bB]ook|[eE]nqueue|[dD]ispatch)";
const leftOut = new RegExp(
  String.raw`(?:\?\.|&\.|\?->)(?:\w+\.){0,3}${work}(?:[A-Z_]\w*)?!?\(|\b${work}(?:[A-Z_]\w*)?\?\.\(`,
  "g",
);
const wideCatch = "whatever goes wrong is caught, our own mistakes too";
const handlerWords = new Set(["catch", "finally"]);

export function checkExceptions(file: ChangedFile): readonly Violation[] {
  if (file.language === null) return [];
  const before = file.fragments.flatMap(({ before: side }) => handlers(side, false));
  const after = file.fragments.flatMap(({ after: side }) => handlers(side, true));
  const told =
    (what: string) =>
    ({ line, text }: Found): Violation => ({
      rule: "exceptions",
      path: file.path,
      line,
      detail: `${what}: ${quoted(text)}`,
    });
  return [
    ...added(before, after).map((each) =>
      told(each.text.endsWith(anyError) ? wideCatch : "an error ends here and nobody hears of it")(each),
    ),
    ...added(
      file.fragments.flatMap(({ before: side }) => changedMatches(side, leftOut)),
      file.fragments.flatMap(({ after: side }) => changedMatches(side, leftOut)),
    ).map(told("what was to be done may now be left out, and nobody hears of it")),
  ];
}

/** Handlers that pass nothing on, by their heads. @param isNew only those with a changed line count, for what is cut off by a hunk cannot be told */
function handlers(side: CodeSide, isNew: boolean): readonly Found[] {
  if (!hasBraces(side.language)) return indentedHandlers(side, isNew);
  const { tokens } = side;
  const pairs = bracketPairs(tokens);
  const found: Found[] = [];
  const isTouched = (from: number, to: number) => touches(side, from, to);
  tokens.forEach((token, index) => {
    if (token.kind !== "word") return;
    if (handlerWords.has(token.text) && tokens[index - 1]?.text !== ".") {
      const head = tokens[index + 1]?.text === "(" ? pairs.get(index + 1) : index;
      // C#: `catch (E e) when (…) {`.
      const open = head === undefined ? -1 : indexOfMark(tokens, head + 1, "{", 60);
      if (open === -1) {
        if (isNew && isChanged(side, token)) found.push({ text: flatOf(tokens, index, index + 6), line: token.line });
        return;
      }
      const close = pairs.get(open) ?? tokens.length;
      const body = tokens.slice(open + 1, close);
      const header = flatOf(tokens, index, open);
      if (isTooWide(header, side.language) && isTouched(index, open)) {
        found.push({ text: header + anyError, line: token.line });
      }
      const isFine = token.text === "finally" ? !hasJump(body) : isPassedOn(body, header);
      if (!isFine && isTouched(index, Math.min(close, tokens.length - 1))) {
        found.push({ text: `${header}{${bodyKey(body)}`, line: firstChanged(side, index, close) });
      }
    }
    if (token.text === "catch" && tokens[index - 1]?.text === "." && tokens[index + 1]?.text === "(") {
      const close = pairs.get(index + 1) ?? tokens.length;
      const body = tokens.slice(index + 2, close);
      if (!isHandedOn(body) && isTouched(index, Math.min(close, tokens.length - 1))) {
        found.push({ text: `.catch(${flatOf(body, 0, body.length)})`, line: token.line });
      }
    }
    found.push(...goAndRustHandlers(side, pairs, index));
  });
  return found;
}

/** `if err != nil { … }` that does not speak of `err`, and arms `Err(_) => …`. */
function goAndRustHandlers(side: CodeSide, pairs: ReadonlyMap<number, number>, index: number): readonly Found[] {
  const { tokens, language } = side;
  const token = tokens[index];
  if (token === undefined) return [];
  if (
    language === "go" &&
    /^\w*[eE]rr\w*$/.test(token.text) &&
    tokens[index + 1]?.text === "!=" &&
    tokens[index + 2]?.text === "nil"
  ) {
    const open = indexOfMark(tokens, index + 1, "{", 80);
    if (open === -1) return [];
    const close = pairs.get(open) ?? tokens.length;
    const body = tokens.slice(open + 1, close);
    const text = flatOf(body, 0, body.length);
    const isFine =
      body.some((each) => each.text === token.text) && /\breturn\b[^;]*\b\w*[eE]rr/.test(text)
        ? true
        : /\bhttp\.Error\(|\bpanic\(|\bt\.(?:Fatal|Error)\w*\(|\bb\.Fatal|\brequire\.|\bassert\.|\breturn[^;]*\b(?:fmt\.Errorf|errors\.New|status\.Error\w*|Err\w+|\w+Error)\b|\bErr\w+\b|\bWriteHeader\(|\bJSON\((?:4|5|http\.Status)|\bAbort\w*\(/.test(
            text,
          );
    const isTouched = touches(side, index, close);
    return isFine || !isTouched
      ? []
      : [{ text: `if ${token.text}!=nil{${text}`, line: firstChanged(side, index, close) }];
  }
  if (language === "rust" && token.text === "Err" && tokens[index + 1]?.text === "(") {
    const close = pairs.get(index + 1);
    if (close === undefined || tokens[close + 1]?.text !== "=>") return [];
    const from = close + 2;
    const end = tokens[from]?.text === "{" ? (pairs.get(from) ?? tokens.length) : endOfArm(tokens, pairs, from);
    const body = tokens.slice(from, end);
    const text = flatOf(body, 0, body.length);
    const isFine =
      /\bErr\(|\bpanic!|\bbail!|\breturn Err|\?(?:;|$)|\bStatusCode::|\bpropagate|\berr(?:or)?\.into\(/.test(text);
    const isTouched = touches(side, index, end);
    return isFine || !isTouched ? [] : [{ text: `Err(…)=>${text}`, line: token.line }];
  }
  if (
    language === "rust" &&
    token.text === "if" &&
    tokens[index + 1]?.text === "let" &&
    tokens[index + 2]?.text === "Ok"
  ) {
    // The other side is left out, unless an `else` has it.
    const open = indexOfMark(tokens, index + 1, "{", 80);
    const close = open === -1 ? undefined : pairs.get(open);
    if (close === undefined || tokens[close + 1]?.text === "else") return [];
    const isTouched = touches(side, index, open);
    return isTouched ? [{ text: flatOf(tokens, index, open), line: token.line }] : [];
  }
  return [];
}

function endOfArm(tokens: readonly Token[], pairs: ReadonlyMap<number, number>, from: number): number {
  let at = from;
  while (at < tokens.length && tokens[at]?.text !== "," && tokens[at]?.text !== "}") {
    const partner = pairs.get(at);
    at = partner !== undefined && partner > at ? partner + 1 : at + 1;
  }
  return at;
}

function isHandedOn(body: readonly Token[]): boolean {
  const text = flatOf(body, 0, body.length);
  if (/^(?:next|reject|done|cb|callback)$/.test(text)) return true;
  const inner = text
    .replace(/^(?:async )?(?:\([^()]*\)|\w+)=>\{?/, "")
    .replace(/^(?:async )?function\s?\w*\([^()]*\)\{/, "");
  const statements = inner.split(";").filter((each) => each !== "" && each !== "}");
  return passesOn.test((statements.at(-1) ?? "").replace(/\}$/, ""));
}

function hasJump(body: readonly Token[]): boolean {
  return body.some(({ kind, text }) => kind === "word" && /^(?:return|break|continue|throw)$/.test(text));
}

/** A handler that was there before and still passes nothing on is the same one, if what it does did not shrink. */
function bodyKey(body: readonly Token[]): string {
  return body.length === 0 ? "}" : body.some(({ text }) => text === "return") ? "return" : "…";
}

function firstChanged(side: CodeSide, from: number, to: number): number {
  const tokens = side.tokens.slice(from, to + 1);
  return (tokens.find((each) => isChanged(side, each)) ?? tokens[0])?.line ?? side.firstLine;
}
