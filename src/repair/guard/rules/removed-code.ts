import type { ChangedFile } from "../changed-file.ts";
import { flatOf } from "../code-side.ts";
import type { Token } from "../token.ts";
import { type TokenEdit, type TokenGroup, tokenEdits, tokenGroups } from "../token-groups.ts";
import { quoted, type Violation } from "../violation.ts";
import { asksForAbsence, asksForPresence } from "./conditions.ts";
import { areAlike } from "./similar-names.ts";

/** Words of which there must not be fewer afterwards, and what is lost with them. */
const kept: readonly { readonly words: RegExp; readonly detail: string }[] = [
  {
    words: /^(?:throw|raise|panic|rethrow|bail|ensure|assert|require|check|error|guard|abort)$/,
    detail: "something is no longer refused",
  },
  {
    // Said in the name of what is called: it throws where the plain one only answers.
    words: /^(?:[a-z]\w*(?:OrThrow|OrFail|_or_404|_or_raise|_or_fail)|Must[A-Z]\w*)$/,
    detail: "something is no longer refused",
  },
  { words: /^(?:if|unless|when|elif|elsif|case|switch|match)$/, detail: "a condition is taken out" },
  { words: /^(?:await|yield)$/, detail: "something is no longer waited for" },
  {
    words: /^(?:synchronized|volatile|lock|Lock|RLock|mutex|Mutex|atomic|transaction|defer|finally|ensure|using|with)$/,
    detail: "a protection is taken out",
  },
  { words: /^(?:private|protected|internal|readonly|sealed)$/, detail: "what was closed is opened" },
  { words: /^@+[A-Za-z]\w*$/, detail: "an annotation is taken out" },
  {
    words:
      /^(?:requireNonNull|checkNotNull|requireNotNull|checkArgument|isValid|validate\w*|Validate\w*|verify\w*|\w*_valid\??|valid\?|freeze|frozen|strict)$/,
    detail: "a check is taken out",
  },
];

const operators: readonly { readonly mark: RegExp; readonly instead: RegExp; readonly detail: string }[] = [
  { mark: /^(?:&&|and)$/, instead: /^(?:\?\.|\?\?|&\.|\?->|if|unless)$/, detail: "a part of a condition is taken out" },
  {
    mark: /^(?:\|\||or)$/,
    instead: /^(?:\?\?|\?:|\|\|=|\?\?=|orElse\w*|get|fetch|default|if|unless)$/,
    detail: "a part of a condition is taken out",
  },
  {
    mark: /^(?:\?\.|&\.|\?->)$/,
    instead: /^(?:if|&&|\?:|Optional|map|let|and|unless)$/,
    detail: "a null check is taken out",
  },
];

/** Calls that other ones do better: what is asked of a value that may be missing, and turning values into others. */
const replaceable =
  /^(?:get(?:[A-Z]\w*)?|fetch|unwrap|expect|first|First|last|Last|next|single|Single|of|parse\w*|Parse|valueOf|toString|ToString|String|Number|Integer|Long|Double|Boolean|Decimal|int|str|float|bool|to_[isf]|to_sym|equals|Equals|isEmpty|isBlank|size|length|count|len|charAt|substring|at|elementAt|item|iterator|trim|strip|Trim|toInt|toLong|toDouble|toFloat|asText|textValue|asInt|\w+Value|value|orElse|orElseGet|orElseThrow|Optional|ofNullable|isPresent|hasOwnProperty|intval|strval|floatval|as_ref|as_str|to_string|to_owned|clone|into|from|Some|Ok|dig|key\?|has_key\?|contains|has|includes|in|isNaN|isset|empty|is_null|nil\?|map|let|also|run|Atoi|Itoa|Sprintf|format|toFixed|Math|abs|list|dict|tuple|set)$/;

const keywords = new Set(
  "return new const let var val def fn func function class public private static final this self null None nil undefined true false True False in of is not and or if else elif unless end then do for while try catch except throw raise import from as async await int long double float string bool boolean void mut ref where with".split(
    " ",
  ),
);

/** What a patch takes out of a source file without anything in its place. */
export function checkRemovedCode(file: ChangedFile): readonly Violation[] {
  if (file.language === null || file.isTest || file.isNew) return [];
  const groups = tokenGroups(file);
  const before = groups.flatMap((group) => group.before);
  const after = groups.flatMap((group) => group.after);
  const line = groups.find((group) => group.before.length > group.after.length)?.line ?? groups[0]?.line ?? null;
  const refuse = (detail: string): Violation => ({ rule: "removed-code", path: file.path, line, detail });
  if (before.length === 0) return [];
  if (after.length === 0) return [refuse("code is taken out and nothing stands in its place")];
  return [
    ...fewer(before, after).map(refuse),
    ...lostCalls(before, after).map(refuse),
    ...quieterCalls(before, after).map(refuse),
    ...groups.flatMap((group) => rarerChecks(group.before, group.after)).map(refuse),
    ...lostWords(before, after).map(refuse),
    ...groups.flatMap((group) => widened(file, group)),
  ];
}

function fewer(before: readonly Token[], after: readonly Token[]): readonly string[] {
  const details: string[] = [];
  const code = (tokens: readonly Token[]) => tokens.filter(({ kind }) => kind === "word" || kind === "mark");
  for (const { words, detail } of kept) {
    const lost = countOf(code(before), words) - countOf(code(after), words);
    if (lost > 0) details.push(`${detail}: ${quoted(code(before).find(({ text }) => words.test(text))?.text ?? "")}`);
  }
  for (const { mark, instead, detail } of operators) {
    const lost = countOf(code(before), mark) - countOf(code(after), mark);
    if (lost > 0 && countOf(code(after), instead) - countOf(code(before), instead) < 1) details.push(detail);
  }
  return details;
}

function countOf(tokens: readonly Token[], pattern: RegExp): number {
  return tokens.filter(({ text }) => pattern.test(text)).length;
}

function lostCalls(before: readonly Token[], after: readonly Token[]): readonly string[] {
  const there = new Set(after.map(({ text }) => text));
  const gained = callsIn(after).filter((name) => !before.some(({ text }) => text === name));
  const lost = [...new Set(callsIn(before))].filter(
    (name) => !there.has(name) && !replaceable.test(name) && !keywords.has(name),
  );
  return lost
    .filter((name) => !gained.some((other) => areAlike(name, other)) && !after.some(({ text }) => areAlike(name, text)))
    .map((name) => `a call is gone: ${quoted(name)}`);
}

/** `save!` that became `save`, and `orElseThrow(…)` with an exception of its own: what was told is now only answered. */
function quieterCalls(before: readonly Token[], after: readonly Token[]): readonly string[] {
  const loud = (tokens: readonly Token[]) =>
    tokens.flatMap(({ kind, text }, index) => {
      if (kind !== "word") return [];
      // Without an exception of its own, `orElseThrow()` is `get()`.
      const isLoud = /^\w+!$/.test(text) || (text === "orElseThrow" && tokens[index + 2]?.text !== ")");
      return isLoud ? [text] : [];
    });
  const left = loud(after);
  return loud(before)
    .filter((name) => !left.includes(name) && !after.some(({ text }) => /^(?:throw|raise)$/.test(text)))
    .map((name) => `something is no longer refused: ${quoted(name)}`);
}

const checking = /^(?:check|verify|validate|ensure|require|assert|authori[sz]e|guard)(?:[A-Z_]\w*)?$/;

/** A check that was always made, and stands behind a new condition. */
function rarerChecks(before: readonly Token[], after: readonly Token[]): readonly string[] {
  const isIf = ({ kind, text }: Token): boolean => kind === "word" && /^(?:if|unless|when)$/.test(text);
  if (after.filter(isIf).length <= before.filter(isIf).length) return [];
  const first = after.findIndex(isIf);
  const then = callsIn(after.slice(first));
  return callsIn(before)
    .filter((name) => checking.test(name) && then.includes(name) && !callsIn(after.slice(0, first)).includes(name))
    .map((name) => `a check is only made sometimes: ${quoted(name)}`);
}

function callsIn(tokens: readonly Token[]): readonly string[] {
  return tokens.flatMap(({ kind, text }, index) =>
    kind === "word" && /^(?:\(|!)$/.test(tokens[index + 1]?.text ?? "") ? [text] : [],
  );
}

/** Names that are gone. One may have become another, two are more than a slip. */
function lostWords(before: readonly Token[], after: readonly Token[]): readonly string[] {
  const names = (tokens: readonly Token[]) =>
    new Set(tokens.filter(({ kind }) => kind === "word").map(({ text }) => text));
  const there = names(after);
  const gained = [...there].filter((name) => !names(before).has(name));
  const lost = [...names(before)].filter(
    (name) =>
      !there.has(name) &&
      !keywords.has(name) &&
      !replaceable.test(name) &&
      ![...there].some((other) => areAlike(name, other)),
  );
  // Alone on its line, a name in a string may have taken its place, and the other way round.
  const most = gained.length > 0 || after.some(({ kind }) => kind === "string") ? 1 : 0;
  return lost.length > most ? [`what was there is gone: ${quoted(lost.slice(0, 4).join(", "))}`] : [];
}

const isBranch = /^(?:if|elif|elsif|elseif|unless|while)$/;

function wordBefore({ after }: TokenGroup, token: Token): string {
  return after[after.indexOf(token) - 1]?.text ?? "";
}

const joins = /^(?:&&|\|\||and|or)$/;

/** What was put in, so that it begins or ends with what joins it: `a.b` and `a.c or a.b` differ by `c or a.`, which says the same as `a.c or `. */
function joinedPart(inserted: readonly Token[], { after }: TokenGroup): readonly Token[] {
  let part = inserted;
  const [begin] = inserted;
  let at = begin === undefined ? -1 : after.indexOf(begin) - 1;
  while (at >= 0 && !joins.test(part[0]?.text ?? "") && !joins.test(part.at(-1)?.text ?? "")) {
    const before = after[at];
    if (before === undefined || before.text !== part.at(-1)?.text) return inserted;
    part = [before, ...part.slice(0, -1)];
    at -= 1;
  }
  return part;
}

/** Conditions that were there and now ask for something else than whether a value is there. */
function widened(file: ChangedFile, group: TokenGroup): readonly Violation[] {
  const violations: Violation[] = [];
  for (const edit of tokenEdits(group)) {
    const problem = conditionProblem(edit, group);
    if (problem !== null) violations.push({ rule: "removed-code", path: file.path, line: group.line, detail: problem });
  }
  return violations;
}

function conditionProblem({ inserted: all, deleted, next: behind }: TokenEdit, group: TokenGroup): string | null {
  const end = all.findIndex(({ text }) => text === ";");
  const part = end === -1 ? all : all.slice(0, end);
  const next = end === -1 ? behind : (all[end] ?? null);
  if (deleted.length > 0 || part.length === 0) return null;
  const inserted = joinedPart(part, group);
  const begin = inserted[0];
  const previous = begin === undefined ? null : (group.after[group.after.indexOf(begin) - 1] ?? null);
  const first = inserted[0]?.text ?? "";
  const last = inserted.at(-1)?.text ?? "";
  const mark = joins.test(first) ? first : joins.test(last) ? last : null;
  if (mark === null || group.before.length === 0) return null;
  const asked = flatOf(joins.test(first) ? inserted.slice(1) : inserted.slice(0, -1), 0, inserted.length);
  const isDefault =
    joins.test(first) && !/^[!=<>]=?$|^\)$/.test(next?.text ?? ")")
      ? false
      : !inserted.some(({ text }) => /^(?:[=!<>]=*|is|not|in|!)$/.test(text));
  const isAsked =
    isBranch.test(previous?.text ?? "") || (previous?.text === "(" && isBranch.test(wordBefore(group, previous)));
  // `value || 0`: not a condition but a value for where there is none.
  if ((mark === "||" || mark === "or") && isDefault && previous !== null && !isAsked) return null;
  const parts = asked.split(/&&|\|\|| and | or /);
  // `return a === b || user === null`: what is missing is now as good as what fits.
  const isAnswer = !isAsked && (mark === "||" || mark === "or") && !group.after.some(({ text }) => isBranch.test(text));
  if (isAnswer && /[=!<>]=?|\bis\b|\bnot\b/.test(asked) && !askedForAbsence(group))
    return `what is missing is answered with yes: ${quoted(asked)}`;
  const isAbout = mark === "||" || mark === "or" || parts.every((each) => speaksOf(each, group));
  // What is there is no reason to do it as well.
  const mayBeThere = !((mark === "||" || mark === "or") && isAsked);
  const isFine = isAbout && parts.every((each) => (mayBeThere && asksForPresence(each)) || asksForAbsence(each));
  return isFine ? null : `a condition asks for something else now: ${quoted(asked)}`;
}

/** Whether the answer was already whether something is missing: `text.isEmpty()`. */
function askedForAbsence({ before }: TokenGroup): boolean {
  const old = flatOf(before, 0, before.length);
  return asksForAbsence(old.replace(/^.*(?:\breturn |=>|->|(?<![=!<>])=(?!=))/, "").replace(/;$/, ""));
}

/** Whether a part of a condition asks for what the condition was about: `a.b && a.b.c`, and not `a.x && a.b.c`, which leaves cases out. */
function speaksOf(part: string, { before }: TokenGroup): boolean {
  const old = plainChain(flatOf(before, 0, before.length));
  const chains = plainChain(part).match(/[A-Za-z_$@][\w$]*(?:\.[A-Za-z_$][\w$]*)*/g) ?? [];
  return chains.some(
    (chain) =>
      !/^(?:null|undefined|None|nil|typeof|not|is|in|instanceof|string|number|object|true|false)$/.test(chain) &&
      hasChain(old, chain),
  );
}

function plainChain(text: string): string {
  return text.replaceAll(/\?->|\?\.|&\.|->/g, ".").replaceAll("()", "");
}

function hasChain(text: string, chain: string): boolean {
  for (let at = text.indexOf(chain); at !== -1; at = text.indexOf(chain, at + 1)) {
    const isWhole = !/[\w$.]/.test(text.charAt(at - 1)) && !/[\w$]/.test(text.charAt(at + chain.length));
    if (isWhole) return true;
  }
  return false;
}
