import { bracketPairs } from "../brackets.ts";
import type { ChangedFile } from "../changed-file.ts";
import { type CodeSide, flatOf, isChanged } from "../code-side.ts";
import { quoted, type Violation } from "../violation.ts";

const keyword = /^(?:return|await|yield|throw|raise|new|typeof|in|of|and|or|not|if|else|case|puts|echo|print)$/;
/** What declares a function, before its name. */
const declared =
  /\b(?:def|fun|func|function|fn|sub)\b\s?(?:\([^()]{0,80}\)\s?)?(?:self\.)?([\w$]+)|\b(?:const|let|var) ([\w$]+)(?::[^=;{}]{1,120})?=(?:async ?)?(?:function\b|\([^(){};]{0,200}\)[^=;{}]{0,80}=>|[\w$]+=>)|[\w>\]?] ?([\w$]+)\([^(){};]{0,200}\)(?:throws [\w,. ]{1,80}|:[\w<>[\]|., ]{1,80})?\{/g;
const controlWords = /^(?:if|for|while|switch|catch|return|else|do|try|when|match|function|constructor|super|init)$/;

/** Calls of something that is worked out first, `(a ?? b)(c)`, and functions that newly call themselves. */
export function checkCalls(file: ChangedFile): readonly Violation[] {
  if (file.language === null) return [];
  return file.fragments.flatMap(({ before, after }) => [
    ...computed(file, after),
    ...(file.isTest ? [] : recursive(file, before, after)),
  ]);
}

function computed({ path, language }: ChangedFile, after: CodeSide): readonly Violation[] {
  const { tokens } = after;
  const pairs = bracketPairs(tokens);
  return tokens.flatMap((token, index) => {
    if (token.text !== ")" || tokens[index + 1]?.text !== "(" || !isChanged(after, token)) return [];
    if (tokens[index + 1]?.line !== token.line) return [];
    const open = pairs.get(index);
    if (open === undefined) return [];
    const previous = tokens[open - 1];
    const isCall =
      previous !== undefined &&
      ((previous.kind === "word" && !keyword.test(previous.text)) || /^[)\]]$/.test(previous.text));
    // Go converts so: `(*Order)(value)`.
    if (
      isCall ||
      (language === "go" && /^[*[]$/.test(tokens[open + 1]?.text ?? "")) ||
      language === "java" ||
      language === "csharp"
    )
      return [];
    return [
      {
        rule: "dynamic-code" as const,
        path,
        line: token.line,
        detail: `what is called is worked out first: ${quoted(flatOf(tokens, open, index + 2))}`,
      },
    ];
  });
}

function recursive({ path }: ChangedFile, before: CodeSide, after: CodeSide): readonly Violation[] {
  const names = new Set<string>();
  for (const [, one, arrow, other] of after.flat.slice(0, 400_000).matchAll(declared)) {
    const name = one ?? arrow ?? other ?? "";
    if (name.length > 1 && !controlWords.test(name)) names.add(name);
  }
  const calls = (side: CodeSide) =>
    side.tokens.filter(({ kind, text }, index) => {
      const earlier = side.tokens[index - 1]?.text ?? "";
      const isOwn = earlier !== "." || /^(?:this|self|\$this)$/.test(side.tokens[index - 2]?.text ?? "");
      const isDeclaration =
        /^(?:def|fun|func|function|fn)$/.test(earlier) || (/^[\w>\]?]+$/.test(earlier) && !keyword.test(earlier));
      return kind === "word" && names.has(text) && side.tokens[index + 1]?.text === "(" && isOwn && !isDeclaration;
    });
  const old = new Map<string, number>();
  for (const token of calls(before)) if (isChanged(before, token)) old.set(token.text, (old.get(token.text) ?? 0) + 1);
  return calls(after).flatMap((token) => {
    if (!isChanged(after, token)) return [];
    const left = old.get(token.text) ?? 0;
    old.set(token.text, left - 1);
    if (left > 0 || !isInside(after, token.line, token.text)) return [];
    return [
      { rule: "waiting" as const, path, line: token.line, detail: `a function calls itself: ${quoted(token.text)}` },
    ];
  });
}

/** Whether the nearest declaration above a line is that of this name. */
function isInside(side: CodeSide, line: number, name: string): boolean {
  for (let at = line; at >= side.firstLine && at > line - 60; at--) {
    const text = side.lines[at - side.firstLine] ?? "";
    if (text.length > 400) continue;
    const found =
      /^\s*(?:export |public |private |protected |static |async |pub |override |internal |final |abstract )*(?:(?:def|fun|func|function|fn)\s+(?:\([^()]*\)\s*)?(?:self\.)?([\w$]+)|(?:[\w<>[\],.?]+\s+)?([\w$]+)\s*\([^;]*\)\s*(?:throws [\w, .]+|:\s*[^{;]+)?\{\s*)$/.exec(
        text,
      ) ??
      /^\s*(?:(?:export|public|async|pub|private|static)\s+)*(?:def|fun|func|function|fn)\s+(?:\([^()]*\)\s*)?(?:self\.)?([\w$]+)/.exec(
        text,
      );
    const arrow = /^\s*(?:export )?(?:const|let|var)\s+([\w$]+)\b[^;]*(?:=>|\bfunction\b.*)\s*\{\s*$/.exec(text);
    const declaredName = found?.[1] ?? found?.[2] ?? arrow?.[1];
    if (declaredName !== undefined && !controlWords.test(declaredName)) return declaredName === name;
  }
  return false;
}
