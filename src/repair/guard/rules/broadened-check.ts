import { bracketPairs } from "../brackets.ts";
import type { ChangedFile } from "../changed-file.ts";
import { type CodeSide, flatOf } from "../code-side.ts";
import type { CodeLanguage } from "../languages.ts";
import type { Token } from "../token.ts";
import type { TokenGroup } from "../token-groups.ts";
import { isConstant } from "./constant-body.ts";

/** Ways for a value to be missing. `list`: a list or a text with nothing in it, told by its length. */
type Missing = "null" | "undefined" | "text" | "list" | "blank";

/** Branches that end the work: the request is refused, or nothing is answered. */
const refuses =
  /^(?:throw|raise|panic|abort|bail|continue)\b|^return (?:Promise\.reject\(|\w+\.status\(4|badRequest\(|Err\()/;
const looked = 40;

/**
 * Whether the only change of a group is that a condition with a refusing branch is met by more values that are missing: `x === ""` → `!x`. Everything
 * that it met it still meets, and the branch is as it was.
 */
export function asksMoreBroadly(file: ChangedFile, { before, after }: TokenGroup): boolean {
  const { language } = file;
  const [was, now] = [conditionOf(before), conditionOf(after)];
  if (language === null || was === null || now === null || was.rest !== now.rest) return false;
  const fragment = file.fragments.find((each) => each.after.tokens.includes(now.last));
  if (fragment === undefined || !endsTheWork(fragment.after, now.last)) return false;
  const wasMet = missingOf(was.condition, language);
  const isMet = missingOf(now.condition, language);
  if (wasMet === null || isMet === null) return false;
  return [...wasMet].every(([operand, kinds]) => [...kinds].every((kind) => isMet.get(operand)?.has(kind) === true));
}

/** Whether the condition before a refusal lost a comparison, though it is not met by more. */
export function refusesLess(file: ChangedFile, group: TokenGroup): boolean {
  const [was, now] = [conditionOf(group.before), conditionOf(group.after)];
  if (was === null || now === null || was.rest !== now.rest) return false;
  const fragment = file.fragments.find((each) => each.after.tokens.includes(now.last));
  if (fragment === undefined || !endsTheWork(fragment.after, now.last)) return false;
  const compared = (condition: string) => condition.match(/[=!]==?|[<>]=?|!(?=\w)|\bnot\b|\bis\b/g)?.length ?? 0;
  return compared(now.condition) < compared(was.condition) && !asksMoreBroadly(file, group);
}

interface Condition {
  readonly condition: string;
  /** What stands around it on the changed lines. */
  readonly rest: string;
  /** The last token of the condition, with its parenthesis. */
  readonly last: Token;
}

function conditionOf(tokens: readonly Token[]): Condition | null {
  const from = tokens.findIndex(({ kind, text }) => kind === "word" && text === "if");
  if (from === -1 || tokens.slice(from + 1).some(({ text }) => text === "if" || text === "else")) return null;
  const close = tokens[from + 1]?.text === "(" ? bracketPairs(tokens).get(from + 1) : undefined;
  const isBare = close === undefined || !/^(?:\{|return|throw|continue)$/.test(tokens[close + 1]?.text ?? "{");
  const end = isBare ? tokens.findIndex(({ text }, index) => index > from && /^[{:]$/.test(text)) : close + 1;
  const last = tokens[end - 1];
  if (end <= from + 1 || last === undefined) return null;
  const inner = isBare ? flatOf(tokens, from + 1, end) : flatOf(tokens, from + 2, end - 1);
  return { condition: inner, rest: `${flatOf(tokens, 0, from)} ? ${flatOf(tokens, end, tokens.length)}`, last };
}

function endsTheWork(side: CodeSide, last: Token): boolean {
  const { tokens } = side;
  let from = tokens.indexOf(last) + 1;
  const isBlock = tokens[from]?.text === "{";
  if (/^[{:]$/.test(tokens[from]?.text ?? "")) from += 1;
  const first = tokens[from];
  if (first === undefined) return false;
  const pairs = bracketPairs(tokens);
  const close = isBlock ? pairs.get(from - 1) : undefined;
  if (isBlock && (close === undefined || tokens[close + 1]?.text === "else")) return false;
  const branch = flatOf(tokens, from, Math.min(from + looked, close ?? tokens.length));
  if (refuses.test(branch)) return true;
  if (first.text !== "return") return false;
  const answer = tokens.slice(from + 1, from + looked).filter(({ line }) => line === first.line);
  const text = flatOf(answer, 0, answer.length).replace(/[;}].*$/, "");
  return isConstant(text) && !/^(?:true|false|True|False|[\d"'`])/.test(text);
}

/** What a condition is met by, for each value that it asks about; null where it asks for anything else. */
function missingOf(condition: string, language: CodeLanguage): Map<string, Set<Missing>> | null {
  const met = new Map<string, Set<Missing>>();
  for (const part of condition.split(/\|\|| or /)) {
    const one = missingPart(part.trim(), language);
    if (one === null) return null;
    const operand = one.operand.replaceAll("?.", ".").replaceAll(/\.trim\(\)$|\.strip\(\)$/g, "");
    met.set(operand, new Set([...(met.get(operand) ?? []), ...one.kinds]));
  }
  return met;
}

const chain = String.raw`([\w$@]+(?:(?:\?\.|\.|->)[\w$]+(?:\(\))?)*)`;
const script: readonly CodeLanguage[] = ["typescript", "javascript"];

const forms: readonly {
  readonly pattern: RegExp;
  readonly kinds: readonly Missing[];
  readonly languages?: readonly CodeLanguage[];
}[] = [
  { pattern: new RegExp(`^${chain}===null$`), kinds: ["null"] },
  { pattern: new RegExp(`^${chain}===undefined$`), kinds: ["undefined"] },
  { pattern: new RegExp(`^${chain}==(?:null|undefined|nil)$`), kinds: ["null", "undefined"] },
  { pattern: new RegExp(`^${chain} is None$`), kinds: ["null", "undefined"] },
  { pattern: new RegExp(`^${chain}===?(?:""|'')$`), kinds: ["text"] },
  { pattern: new RegExp(String.raw`^${chain}\.isEmpty\(\)$`), kinds: ["text", "list"] },
  {
    pattern: new RegExp(String.raw`^${chain}\.isBlank\(\)$`),
    kinds: ["text", "list", "blank"],
    languages: ["java", "kotlin"],
  },
  {
    pattern: new RegExp(String.raw`^${chain}\.isNullOrEmpty\(\)$`),
    kinds: ["null", "undefined", "text", "list"],
    languages: ["kotlin"],
  },
  {
    pattern: new RegExp(String.raw`^${chain}\.isNullOrBlank\(\)$`),
    kinds: ["null", "undefined", "text", "list", "blank"],
    languages: ["kotlin"],
  },
  { pattern: new RegExp(`^!${chain}$`), kinds: ["null", "undefined", "text"], languages: script },
  { pattern: new RegExp(`^not ${chain}$`), kinds: ["null", "undefined", "text", "list"], languages: ["python"] },
  {
    pattern: new RegExp(String.raw`^(?:string\.IsNullOrEmpty)\(${chain}\)$`),
    kinds: ["null", "undefined", "text"],
    languages: ["csharp"],
  },
  {
    pattern: new RegExp(String.raw`^(?:string\.IsNullOrWhiteSpace)\(${chain}\)$`),
    kinds: ["null", "undefined", "text", "blank"],
    languages: ["csharp"],
  },
];

function missingPart(
  part: string,
  language: CodeLanguage,
): { readonly operand: string; readonly kinds: readonly Missing[] } | null {
  for (const { pattern, kinds, languages } of forms) {
    if (languages !== undefined && !languages.includes(language)) continue;
    const operand = pattern.exec(part)?.[1];
    if (operand !== undefined) return { operand, kinds };
  }
  return null;
}
