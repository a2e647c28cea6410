import type { CodeLanguage } from "./languages.ts";
import type { Token } from "./token.ts";

/** A string literal, and the expressions that fill it in. */
export interface StringSpan {
  readonly end: number;
  readonly holes: readonly { readonly from: number; readonly to: number }[];
}

interface Form {
  readonly open: RegExp;
  readonly close: string;
  /** What begins an expression inside, up to its `}`; "" for none. */
  readonly hole: "" | "${" | "#{" | "{" | "{$";
  readonly isLong: boolean;
  readonly hasEscapes: boolean;
}

const form = (open: RegExp, close: string, more: Partial<Form> = {}): Form => ({
  open,
  close,
  hole: "",
  isLong: false,
  hasEscapes: true,
  ...more,
});

const double = form(/"/y, '"');
const single = form(/'/y, "'");
const template = form(/`/y, "`", { hole: "${", isLong: true });

const forms: Readonly<Record<CodeLanguage, readonly Form[]>> = {
  java: [form(/"""/y, '"""', { isLong: true }), double, single],
  kotlin: [
    form(/"""/y, '"""', { isLong: true, hole: "${", hasEscapes: false }),
    form(/"/y, '"', { hole: "${" }),
    single,
  ],
  typescript: [double, single, template],
  javascript: [double, single, template],
  python: [
    form(/(?:[fF][rR]?|[rR][fF])"""/y, '"""', { isLong: true, hole: "{" }),
    form(/(?:[fF][rR]?|[rR][fF])'''/y, "'''", { isLong: true, hole: "{" }),
    form(/(?:[fF][rR]?|[rR][fF])"/y, '"', { hole: "{" }),
    form(/(?:[fF][rR]?|[rR][fF])'/y, "'", { hole: "{" }),
    form(/[bBrRuU]{0,2}"""/y, '"""', { isLong: true }),
    form(/[bBrRuU]{0,2}'''/y, "'''", { isLong: true }),
    form(/[bBrRuU]{0,2}"/y, '"'),
    form(/[bBrRuU]{0,2}'/y, "'"),
  ],
  go: [double, single, form(/`/y, "`", { isLong: true, hasEscapes: false })],
  csharp: [
    form(/\$+"""+/y, '"""', { isLong: true, hole: "{", hasEscapes: false }),
    form(/"""+/y, '"""', { isLong: true, hasEscapes: false }),
    form(/(?:\$@|@\$)"/y, '"', { isLong: true, hole: "{", hasEscapes: false }),
    form(/@"/y, '"', { isLong: true, hasEscapes: false }),
    form(/\$"/y, '"', { hole: "{" }),
    double,
    single,
  ],
  php: [
    form(/"/y, '"', { isLong: true, hole: "{$" }),
    form(/'/y, "'", { isLong: true }),
    form(/`/y, "`", { isLong: true, hole: "{$" }),
  ],
  ruby: [
    form(/"/y, '"', { isLong: true, hole: "#{" }),
    form(/'/y, "'", { isLong: true }),
    form(/`/y, "`", { isLong: true, hole: "#{" }),
  ],
  rust: [form(/b?r"/y, '"', { isLong: true, hasEscapes: false }), form(/[bc]?"/y, '"', { isLong: true })],
};

const rustRaw = /b?r(#{1,16})"/y;
const rustCharacter = /b?'(?:[^'\\\n]|\\(?:u\{[0-9a-fA-F_]{1,8}\}|x[0-9a-fA-F]{2}|.))'/uy;
const heredoc = /<<<[ \t]*(["']?)([A-Za-z_]\w*)\1\r?\n/y;
const rubyHeredoc = /<<[~-](["'`]?)([A-Za-z_]\w*)\1/y;
const rubyPercent = /%[qQwWiIrx]?([([{<|!/])/y;
const scriptRegex = /\/(?![*/])(?:[^\\/[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n])*\])+\/[a-z]*/y;
/** Behind these a slash divides; behind all else it begins a regular expression. */
const beforeDivision = /^(?:[\p{L}\p{N}_$)\]}"'`]|\+\+|--).*$|[\p{L}\p{N}_$)\]}"'`]$/su;
const beforeRegex = /^(?:return|typeof|case|in|of|delete|void|throw|new|else|do|and|or|not|if|unless|when|while)$/;

/** The literal that begins at an offset; null where none does. */
export function stringAt(text: string, at: number, language: CodeLanguage, before: Token | null): StringSpan | null {
  if (language === "rust") {
    const hashes = exec(rustRaw, text, at)?.[1];
    if (hashes !== undefined) return upTo(text, text.indexOf(`"${hashes}`, rustRaw.lastIndex), hashes.length + 1);
    if (exec(rustCharacter, text, at) !== null) return { end: rustCharacter.lastIndex, holes: [] };
  }
  if (language === "php" && text.charAt(at) === "<") {
    const label = exec(heredoc, text, at);
    if (label !== null) return heredocFrom(text, heredoc.lastIndex, label[2] ?? "");
  }
  if (language === "ruby") {
    const label = text.charAt(at) === "<" ? exec(rubyHeredoc, text, at) : null;
    if (label !== null) return { end: rubyHeredoc.lastIndex, holes: [] };
    if (text.charAt(at) === "%" && isValuePlace(before)) {
      const open = exec(rubyPercent, text, at)?.[1];
      if (open !== undefined) return percentFrom(text, rubyPercent.lastIndex, open);
    }
  }
  if (text.charAt(at) === "/" && (language === "ruby" || language === "javascript" || language === "typescript")) {
    if (isValuePlace(before) && exec(scriptRegex, text, at) !== null) {
      return { end: scriptRegex.lastIndex, holes: [] };
    }
    return null;
  }
  const first = text.charAt(at);
  if (!/["'`@$bBrRuUfFc]/.test(first)) return null;
  for (const each of forms[language]) {
    if (exec(each.open, text, at) !== null) return bodyFrom(text, each.open.lastIndex, each);
  }
  return null;
}

function isValuePlace(before: Token | null): boolean {
  if (before === null) return true;
  if (before.kind === "word") return beforeRegex.test(before.text);
  return before.kind === "mark" && !beforeDivision.test(before.text);
}

function bodyFrom(text: string, from: number, { close, hole, isLong, hasEscapes }: Form): StringSpan {
  const holes: { from: number; to: number }[] = [];
  let at = from;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === "\\" && hasEscapes) {
      at += 2;
    } else if (text.startsWith(close, at)) {
      // C#'s doubled quote is one of the text.
      if (!hasEscapes && close === '"' && text.charAt(at + 1) === '"') at += 2;
      else return { end: at + close.length, holes };
    } else if (character === "\n" && !isLong) {
      return { end: at, holes };
    } else if (hole !== "" && text.startsWith(hole, at)) {
      if (hole === "{" && text.charAt(at + 1) === "{") {
        at += 2;
        continue;
      }
      const start = at + (hole === "{$" ? 1 : hole.length);
      const end = holeEnd(text, start, isLong);
      holes.push({ from: start, to: end });
      at = end + 1;
    } else {
      at += 1;
    }
  }
  return { end: text.length, holes };
}

/** The `}` that ends an expression; strings in it may hold others. */
function holeEnd(text: string, from: number, isLong: boolean): number {
  let depth = 0;
  let quote = "";
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "\n" && !isLong) return at;
    if (quote !== "") {
      if (character === "\\") at += 1;
      else if (character === quote) quote = "";
    } else if (character === '"' || character === "'" || character === "`") quote = character;
    else if (character === "{") depth += 1;
    else if (character === "}") {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return text.length;
}

function heredocFrom(text: string, from: number, label: string): StringSpan {
  const end = new RegExp(`^[ \\t]*${label}\\b`, "gm");
  end.lastIndex = from;
  return upTo(text, end.exec(text)?.index ?? -1, 0);
}

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "<": ">" };

function percentFrom(text: string, from: number, open: string): StringSpan {
  const close = closing[open] ?? open;
  const end = text.indexOf(close, from);
  const span = upTo(text, end, 1);
  const holes = [...text.slice(from, span.end).matchAll(/#\{([^}]*)\}/g)].map((hole) => ({
    from: from + hole.index + 2,
    to: from + hole.index + 2 + (hole[1]?.length ?? 0),
  }));
  return { ...span, holes };
}

function upTo(text: string, end: number, length: number): StringSpan {
  return { end: end === -1 ? text.length : end + length, holes: [] };
}

function exec(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
