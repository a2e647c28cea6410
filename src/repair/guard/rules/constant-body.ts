import { bracketPairs } from "../brackets.ts";
import type { ChangedFile, Fragment } from "../changed-file.ts";
import { type CodeSide, changedMatches, flatOf, isChanged, touches } from "../code-side.ts";
import { hasBraces } from "../languages.ts";
import type { Token } from "../token.ts";
import { quoted, type Violation } from "../violation.ts";
import { answeredBefore } from "./answered-before.ts";
import { asksForAbsence } from "./conditions.ts";
import { indentOf } from "./indented-handlers.ts";

const literal = String.raw`(?:null|None|nil|undefined|void 0|NaN|Unit|NULL|true|false|True|False|TRUE|FALSE|[-+]?(?:\d|\.\d)[\w.]*|[bfru]?"(?:[^"\\$#{]|\\.)*"|[bfru]?'(?:[^'\\]|\\.)*'|\x60[^\x60$]*\x60|\[\]|\{\}|\(\)|\(\{\}\)|:\w+|"".to_string\(\)|new [\w.]+(?:<[\w.,<>]*>)?\([\w."']*\)(?:\{\})?|(?:[\w.]+(?:\.|::))?(?:empty\w*|Empty\w*|of|just|ZERO|ONE|EMPTY|NONE|Zero|None|MinValue|MaxValue|MIN_VALUE|NaN|default|new|resolve|CompletedTask|FromResult|emptyList|emptyMap|emptySet|listOf|mapOf|setOf)(?:<[\w.,<>]*>)?(?:\([-\w."']*\))?|[A-Z][A-Z0-9_]*(?:\.[A-Z][A-Z0-9_]*)?|(?:dict|list|set|tuple|Decimal|str|int|float|bool|array)\(["'\d.]*\)|vec!\[\]|string\.Empty|default(?:\(\w*\))?|(?:Ok|Some|Promise\.resolve|Optional\.of|Result\.success|Mono\.just)\((?:\(\)|[-\w."']*|\[\]|\{\})\)|\w+\{\}|&?\w+(?:\.\w+)?\{\})`;
const constant = new RegExp(`^\\(*${literal}\\)*(?:,\\(*${literal}\\)*)*;?$`);

/** Whether an expression, without blanks, is the same whatever the function was called with. */
export function isConstant(expression: string): boolean {
  return expression.length <= 200 && (expression === "" || expression === ";" || constant.test(expression));
}

/** Conditions that are always so, or never. */
const fixedConditions =
  /\b(?:if|while|elif|unless|elsif)\(?!?\(?(?:true|false|True|False|[01]|!0|!1|null|None|nil|"[^"]*"|'[^']*')\)?(?=[){:;]|$)|\|\|!?(?:true|1)\b(?![.\w<>=!])|\bor True\b|\bor true\b|&&!?(?:false|0)\b(?![.\w<>=!])|\band False\b|\band false\b|(?<![<>=!+\-*/%.\w])(?:true|1)\|\||(?<![<>=!+\-*/%.\w])(?:false|0)&&|\bTrue or\b|\bFalse and\b|(?:\.length|\.size\(\)|\.Length|\.Count|len\([\w.]+\)|count\(\$?\w+\))>=0(?![.\d])|\bif (?:not )?(?:True|False|None|0|1) else\b|(?<=[;{}]|^)return (?:true|false|null|0);return\b/g;
/** A constant where the value is there: the work is left out for everybody. */
const answersThePresent =
  /\bif\s?\(?[\w$.?>-]+(?:\(\))?(?:!==?|is not )(?:null|undefined|None|nil)\)?[{:]?\s?return (?:null|None|nil|undefined|true|false|True|False|-?[\d.]+\w?|""|''|\[\]|\{\}|[\w.]*(?:ZERO|EMPTY|empty\(\)))(?=[;}\s]|$)/g;

const control = /^(?:if|else|for|foreach|while|switch|when|catch|case|match|unless|select|elif|guard|until|loop)$/;
const passThrough = /^(?:try|finally|synchronized|using|do|lock|with|unsafe|checked|unchecked|fixed)$/;
const typeWords = /^(?:class|interface|enum|struct|record|object|trait|impl|namespace|module|companion|extension)$/;

export function checkConstantBody(file: ChangedFile): readonly Violation[] {
  if (file.language === null || file.isNew) return [];
  return file.fragments.flatMap((fragment) => {
    const { after } = fragment;
    const found = [
      ...changedMatches(after, fixedConditions).map(({ text, line }) => ({
        line,
        detail: `a condition that is always so, or never: ${quoted(text)}`,
      })),
      ...changedMatches(after, answersThePresent).map(({ text, line }) => ({
        line,
        detail: `a constant is answered where the value is there: ${quoted(text)}`,
      })),
      ...(hasBraces(after.language) ? ofBraces(fragment) : ofLines(fragment)),
    ];
    return found.map(({ line, detail }) => ({ rule: "constant-body" as const, path: file.path, line, detail }));
  });
}

interface Finding {
  readonly line: number;
  readonly detail: string;
}

function ofBraces(fragment: Fragment): readonly Finding[] {
  const { before, after } = fragment;
  const { tokens } = after;
  const pairs = bracketPairs(tokens);
  const enclosing = enclosingBraces(tokens);
  const findings: Finding[] = [];
  tokens.forEach((token, index) => {
    if (!isChanged(after, token)) return;
    if (token.kind === "word" && token.text === "return" && !token.isFilledIn) {
      findings.push(...ofReturn(fragment, pairs, enclosing, index));
    }
    // `=> 0`, `= 0`: the body is one expression.
    const isArrow =
      token.text === "=>" || (token.text === "=" && after.language === "kotlin" && tokens[index - 1]?.text !== "]");
    if (isArrow) {
      const end = endOfExpression(tokens, pairs, index + 1);
      const head = flatOf(tokens, Math.max(0, index - 6), index + 1);
      const isFunction = token.text === "=>" || /\)(?::[\w<>?.]+)?=$/.test(head);
      if (
        isFunction &&
        isConstant(flatOf(tokens, index + 1, end)) &&
        before.flat.includes(head) &&
        !before.flat.includes(head + flatOf(tokens, index + 1, end))
      ) {
        findings.push({
          line: token.line,
          detail: `a function only answers ${quoted(flatOf(tokens, index + 1, end))}`,
        });
      }
    }
  });
  // Rust and others: the last expression is the answer.
  tokens.forEach((token, index) => {
    if (token.text !== "{" || token.kind !== "mark") return;
    const close = pairs.get(index);
    if (close === undefined || close === index + 1 || close - index > 24) return;
    const body = tokens.slice(index + 1, close);
    if (!body.some((each) => isChanged(after, each)) || body[0]?.text === "return") return;
    const head = headerOf(tokens, pairs, index);
    if (head.kind !== "function" || !isConstant(flatOf(body, 0, body.length))) return;
    if (wasThere(before, head.name))
      findings.push({ line: token.line, detail: "the body of a function became a constant" });
  });
  return findings;
}

function ofReturn(
  { before, after }: Fragment,
  pairs: ReadonlyMap<number, number>,
  enclosing: readonly number[],
  index: number,
): readonly Finding[] {
  const { tokens } = after;
  const line = tokens[index]?.line ?? after.firstLine;
  const end = endOfStatement(tokens, pairs, index + 1);
  const answer = flatOf(tokens, index + 1, end);
  const guard = guardOf(tokens, pairs, enclosing, index);
  if (guard.kind === "condition") {
    if (!isConstant(answer) || guard.condition === null) return [];
    const parts = guard.condition.split(/&&|\|\|/);
    const wasSo = before.flat.includes(`(${guard.condition})`) || before.flat.includes(`if ${guard.condition}{`);
    if (wasSo || parts.every(asksForAbsence) || answeredBefore(before, guard.condition, answer)) return [];
    return [{ line, detail: `a constant is answered although nothing is missing: ${quoted(guard.condition)}` }];
  }
  if (guard.kind === "guarded") return [];
  const next = tokens[end]?.text === ";" ? tokens[end + 1] : tokens[end];
  if (next !== undefined && next.text !== "}" && !/^(?:case|default)$/.test(next.text) && guard.brace !== -1) {
    return [{ line, detail: "what stands behind it is never reached" }];
  }
  if (next !== undefined && next.text !== "}" && guard.brace === -1 && next.line > line) {
    return [{ line, detail: "what stands behind it is never reached" }];
  }
  const isWhole = guard.brace !== -1 && index === guard.brace + 1;
  if (isWhole && isConstant(answer) && wasThere(before, guard.name)) {
    return [{ line, detail: `the body of a function became ${quoted(`return ${answer}`)}` }];
  }
  return [];
}

type Guard =
  | { readonly kind: "condition"; readonly condition: string | null }
  | { readonly kind: "guarded" }
  | { readonly kind: "open"; readonly brace: number; readonly name: string | null };

/** What has to be so for a statement to be reached. */
function guardOf(
  tokens: readonly Token[],
  pairs: ReadonlyMap<number, number>,
  enclosing: readonly number[],
  index: number,
): Guard {
  const previous = tokens[index - 1]?.text ?? "";
  if (previous === ")") {
    const open = pairs.get(index - 1);
    if (open !== undefined && control.test(tokens[open - 1]?.text ?? "")) {
      return { kind: "condition", condition: flatOf(tokens, open + 1, index - 1) };
    }
  }
  if (/^(?:else|->|=>|:|\?:|\?\?|\|\||or)$/.test(previous)) return { kind: "guarded" };
  let brace = enclosing[index] ?? -1;
  for (let depth = 0; depth < 50 && brace !== -1; depth++) {
    const head = headerOf(tokens, pairs, brace);
    if (head.kind === "condition") return { kind: "condition", condition: head.condition };
    if (head.kind === "control") return { kind: "guarded" };
    if (head.kind !== "through") return { kind: "open", brace, name: head.name };
    brace = enclosing[brace] ?? -1;
  }
  return { kind: "open", brace: -1, name: null };
}

interface Header {
  readonly kind: "condition" | "control" | "through" | "function" | "other";
  readonly name: string | null;
  readonly condition: string | null;
}

/** What a brace belongs to, by the words before it. */
function headerOf(tokens: readonly Token[], pairs: ReadonlyMap<number, number>, brace: number): Header {
  const words: string[] = [];
  let name: string | null = null;
  let condition: string | null = null;
  let hasParentheses = false;
  for (let at = brace - 1, steps = 0; at >= 0 && steps < 40; at--, steps++) {
    const token = tokens[at];
    if (token === undefined) break;
    const { text, kind } = token;
    if (text === ")" || text === "]") {
      const open = pairs.get(at);
      if (open === undefined) break;
      if (text === ")") {
        hasParentheses = true;
        name = tokens[open - 1]?.kind === "word" ? (tokens[open - 1]?.text ?? null) : name;
        if (/^(?:if|elseif|elif|unless|while)$/.test(tokens[open - 1]?.text ?? ""))
          condition = flatOf(tokens, open + 1, at);
      }
      at = open;
      continue;
    }
    if (kind === "mark" && /^[;{},]$/.test(text)) break;
    if (kind === "mark" && (text === "=>" || text === "->") && words.length === 0) words.push("=>");
    if (kind === "word") words.push(text);
    if (
      kind === "word" &&
      (text === "if" || text === "for" || text === "switch" || text === "match") &&
      condition === null
    ) {
      // Go and Rust write conditions without parentheses.
      if (text === "if") condition = flatOf(tokens, at + 1, brace);
      break;
    }
  }
  const named = { name, condition };
  if (condition !== null && words.includes("if")) return { kind: "condition", ...named };
  if (words.some((each) => control.test(each))) return { kind: "control", ...named };
  if (words.some((each) => typeWords.test(each))) return { kind: "other", ...named };
  if (words.some((each) => passThrough.test(each)) && !hasParentheses) return { kind: "through", ...named };
  if (/^(?:synchronized|using|lock|with|fixed|try)$/.test(name ?? "")) return { kind: "through", ...named };
  return hasParentheses || words.includes("=>") ? { kind: "function", ...named } : { kind: "other", ...named };
}

function enclosingBraces(tokens: readonly Token[]): readonly number[] {
  const open: number[] = [];
  return tokens.map(({ kind, text }, index) => {
    if (kind === "mark" && text === "}") open.pop();
    const around = open.at(-1) ?? -1;
    if (kind === "mark" && text === "{") open.push(index);
    return around;
  });
}

function endOfStatement(tokens: readonly Token[], pairs: ReadonlyMap<number, number>, from: number): number {
  let at = from;
  while (at < tokens.length) {
    const token = tokens[at];
    const before = tokens[at - 1];
    if (token === undefined || token.text === ";" || token.text === "}") break;
    const goesOn = /^(?:[.?:&|+*/,(=<>-].*|\?\.|&&|\|\||==|!=)$/;
    if (
      before !== undefined &&
      token.line > before.lastLine &&
      !goesOn.test(token.text) &&
      !(at > from && goesOn.test(before.text))
    )
      break;
    const partner = pairs.get(at);
    at = partner !== undefined && partner > at ? partner + 1 : at + 1;
  }
  return at;
}

function endOfExpression(tokens: readonly Token[], pairs: ReadonlyMap<number, number>, from: number): number {
  let at = from;
  while (at < tokens.length && at < from + 24) {
    const text = tokens[at]?.text ?? "";
    if (
      /^[;,)}\]]$/.test(text) ||
      (at > from && (tokens[at]?.line ?? 0) > (tokens[at - 1]?.lastLine ?? 0) && !/^[.?]/.test(text))
    )
      break;
    const partner = pairs.get(at);
    at = partner !== undefined && partner > at ? partner + 1 : at + 1;
  }
  return at;
}

function wasThere(before: CodeSide, name: string | null): boolean {
  return name === null ? before.changed.size > 0 : before.flat.includes(`${name}(`) || before.flat.includes(`${name} `);
}

/** Python and Ruby: bodies are lines further in. */
function ofLines({ before, after }: Fragment): readonly Finding[] {
  const { tokens, language } = after;
  const findings: Finding[] = [];
  tokens.forEach((token, index) => {
    const isFirst = tokens[index - 1]?.line !== token.line;
    if (token.kind !== "word" || token.isFilledIn) return;
    if (token.text === "def" && isFirst) {
      const end = bodyEnd(after, index);
      if (!touches(after, index, end - 1)) return;
      let from = index;
      while (from < end && tokens[from]?.line === token.line) from += 1;
      const body = tokens.slice(from, end).filter(({ text }) => !(language === "ruby" && text === "end"));
      const flat = flatOf(body, 0, body.length)
        .replace(/^return ?/, "")
        .replace(/^pass$/, "None");
      const name = tokens[index + 1]?.text ?? "";
      if (
        body.length > 0 &&
        body.some((each) => isChanged(after, each)) &&
        isConstant(flat) &&
        before.flat.includes(`def ${name}`)
      ) {
        findings.push({ line: token.line, detail: `the body of ${quoted(name)} became a constant` });
      }
    }
    if (token.text !== "return" || !isChanged(after, token)) return;
    const line = tokens.filter((each, at) => at >= index && at < index + 60 && each.line === token.line);
    const flat = flatOf(line, 1, line.length);
    const [, answer = flat, word, asked = ""] =
      /^(.*?)\b(if|unless) ?(.*)$/.exec(language === "ruby" ? flat : "") ?? [];
    if (word !== undefined) {
      if (!isConstant(answer.trim())) return;
      const isMissing = asked.split(/&&|\|\|| and | or /).every(asksForAbsence);
      const isPresent = word === "unless";
      if (!isPresent && !isMissing)
        findings.push({
          line: token.line,
          detail: `a constant is answered although nothing is missing: ${quoted(asked)}`,
        });
      return;
    }
    if (!isFirst) {
      const header = headerBefore(after, index, token.line);
      if (header !== null && isConstant(flat) && !isAbsent(header))
        findings.push({
          line: token.line,
          detail: `a constant is answered although nothing is missing: ${quoted(header)}`,
        });
      return;
    }
    const around = blockAround(after, token.line);
    if (around !== null && /^(?:if|elif|elsif|unless)\b/.test(around.text)) {
      const isNew =
        !isAbsent(around.text) &&
        !before.flat.includes(around.flat) &&
        !answeredBefore(before, around.text.replace(/^(?:if|elif|elsif) ?|:$/g, ""), flat);
      if (isConstant(flat) && around.isTold && isNew) {
        findings.push({
          line: token.line,
          detail: `a constant is answered although nothing is missing: ${quoted(around.text)}`,
        });
      }
      return;
    }
    const depth = indentOf(after, token.line);
    const next = tokens.slice(index, index + 2_000).find((each) => each.line > token.line);
    const opens = around === null || /^(?:def|async def|try|with|begin|class)\b/.test(around.text);
    const lineEnd = tokens.findLastIndex((each, at) => at < index + 200 && each.line === token.line);
    const isOpenCall = /[([{,]$/.test(tokens[lineEnd]?.text ?? "");
    if (
      opens &&
      !isOpenCall &&
      next !== undefined &&
      indentOf(after, next.line) === depth &&
      next.text !== "end" &&
      !/^[)\]}]|^(?:rescue|except|ensure|finally|else|elif|when|elsif)$/.test(next.text)
    ) {
      findings.push({ line: token.line, detail: "what stands behind it is never reached" });
    }
  });
  return findings;
}

function isAbsent(header: string): boolean {
  const condition = header.replace(/^(?:if|elif|elsif|unless)\s*/, "").replace(/:$/, "");
  if (/^unless\b/.test(header)) return true;
  return condition.split(/&&|\|\|| and | or /).every((each) => asksForAbsence(each.trim()));
}

function headerBefore(side: CodeSide, index: number, line: number): string | null {
  const before = side.tokens.slice(Math.max(0, index - 60), index).filter((each) => each.line === line);
  const text = flatOf(before, 0, before.length);
  return /^(?:if|elif|elsif|unless)\b/.test(text) ? text : null;
}

/** The line that opens the block in which a line stands. */
function blockAround(
  side: CodeSide,
  line: number,
): { readonly text: string; readonly flat: string; readonly isTold: boolean } | null {
  const depth = indentOf(side, line);
  for (let at = line - 1; at >= side.firstLine && at > line - 400; at--) {
    const text = side.lines[at - side.firstLine]?.trim() ?? "";
    if (text === "" || text.startsWith("#") || indentOf(side, at) >= depth) continue;
    const tokens = side.tokens.filter((each) => each.line === at);
    const flat = flatOf(tokens, 0, tokens.length);
    return { text: flat, flat, isTold: side.language === "ruby" || text.endsWith(":") };
  }
  return null;
}

function bodyEnd(side: CodeSide, index: number): number {
  const { tokens } = side;
  const head = tokens[index];
  const depth = indentOf(side, head?.line ?? 0);
  let end = index + 1;
  while (end < tokens.length) {
    const each = tokens[end];
    if (each === undefined) break;
    if (each.line !== head?.line && indentOf(side, each.line) <= depth && each.text !== ")") break;
    end += 1;
  }
  return end;
}
