/** A function or method around a line. Lines count from 1. */
export interface Enclosing {
  readonly name: string;
  readonly firstLine: number;
  readonly lastLine: number;
  /** `Order.Line`: the classes around it; null where there is none, or it is not known. */
  readonly container: string | null;
  /** What stands before its body, on one line; null where it is not known. */
  readonly signature: string | null;
}

/** Lines that are looked at upwards; a longer function is not recognised. */
const reachMax = 800;
const byIndentation = /\.(py|pyi|rb|ex|exs)$/;
const notFunctions = new Set(
  "if else for foreach while switch case catch try do finally synchronized using match select when unless with lock return new throw await yield".split(
    " ",
  ),
);

/**
 * The function that a line belongs to, found by indentation in Python, Ruby and Elixir and by braces elsewhere: a reading of the text, not a parse.
 * Null where no named function is recognised.
 */
export function findEnclosing(lines: readonly string[], line: number, path: string): Enclosing | null {
  if (line < 1 || line > lines.length) return null;
  return byIndentation.test(path) ? enclosingByIndentation(lines, line) : enclosingByBraces(lines, line);
}

function unparsed(name: string, firstLine: number, lastLine: number): Enclosing {
  return { name, firstLine, lastLine, container: null, signature: null };
}

function enclosingByIndentation(lines: readonly string[], line: number): Enclosing | null {
  let inside = indentation(lines[line - 1] ?? "");
  for (let at = line; at >= Math.max(1, line - reachMax); at -= 1) {
    const text = lines[at - 1] ?? "";
    if (text.trim() === "") continue;
    const name = /^\s*(?:async\s+)?(?:def|defp)\s+(?:self\.)?([\w?!]+)/.exec(text)?.[1];
    const indent = indentation(text);
    if (name !== undefined && (indent < inside || at === line)) {
      return unparsed(name, at, blockEnd(lines, at, indent));
    }
    inside = Math.min(inside, indent);
  }
  return null;
}

function blockEnd(lines: readonly string[], first: number, indent: number): number {
  let last = first;
  for (let at = first + 1; at <= lines.length; at += 1) {
    const text = lines[at - 1] ?? "";
    if (text.trim() === "") continue;
    if (indentation(text) <= indent) return /^\s*end\b/.test(text) ? at : last;
    last = at;
  }
  return last;
}

function indentation(text: string): number {
  return text.length - text.trimStart().length;
}

function enclosingByBraces(lines: readonly string[], line: number): Enclosing | null {
  let open = 0;
  for (let at = line; at >= Math.max(1, line - reachMax); at -= 1) {
    const code = withoutText(lines[at - 1] ?? "");
    // On its own line, the function's opening brace counts and what closes there does not.
    for (const character of [...code].reverse()) {
      if (character === "}" && at !== line) open += 1;
      if (character !== "{") continue;
      if (open > 0) open -= 1;
      else {
        const name = nameOf(signatureAt(lines, at));
        if (name !== null) return unparsed(name, signatureStart(lines, at), closingLine(lines, at));
      }
    }
  }
  return null;
}

/** The line of an opening brace with the lines before it that its parentheses, or a brace on a line of its own, need. */
function signatureAt(lines: readonly string[], at: number): string {
  return lines
    .slice(signatureStart(lines, at) - 1, at)
    .map(withoutText)
    .join(" ")
    .replace(/\{[^{]*$/, "{")
    .slice(-1_000);
}

function signatureStart(lines: readonly string[], at: number): number {
  let start = at;
  let text = withoutText(lines[at - 1] ?? "");
  if (/^\s*\{\s*$/.test(text) && start > 1) {
    start -= 1;
    text = withoutText(lines[start - 1] ?? "") + text;
  }
  for (let steps = 0; steps < 8 && start > 1 && count(text, ")") > count(text, "("); steps += 1) {
    start -= 1;
    text = withoutText(lines[start - 1] ?? "") + text;
  }
  return start;
}

/** The name in a function's signature; null for control flow, classes, literals and functions without a name. */
function nameOf(signature: string): string | null {
  const declared =
    /\b(?:function\s*\*?|fun|fn|func|def|sub)\s+(?:\([^)]*\)\s*)?(?:<[^>]*>\s*)?(?:\w+\.)?([\w$]+)\s*[[(<]/.exec(
      signature,
    );
  if (declared?.[1] !== undefined) return declared[1];
  const assigned = /([\w$#]+)\s*[:=]\s*(?:async\s+)?(?:function\b|\([^=]*=>\s*\{|[\w$]+\s*=>\s*\{)/.exec(signature);
  if (assigned?.[1] !== undefined) return assigned[1];
  if (
    /=>\s*\{\s*$/.test(signature) ||
    /\b(class|interface|enum|struct|impl|trait|namespace|object|record)\s+\w/.test(signature)
  )
    return null;
  // A method: a name, its parameters, perhaps a type or `throws`, and the brace.
  const method = /([\w$#]+)\s*(?:<[^>]*>\s*)?\((?:[^()]|\([^()]*\))*\)[^(){};=]*\{\s*$/.exec(signature)?.[1];
  return method === undefined || notFunctions.has(method) ? null : method;
}

function closingLine(lines: readonly string[], at: number): number {
  let open = 0;
  for (let line = at; line <= lines.length; line += 1) {
    const code = withoutText(lines[line - 1] ?? "");
    open += count(code, "{") - count(code, "}");
    if (open <= 0) return line;
  }
  return lines.length;
}

/** Without strings and comments, as far as one line tells: their braces are no code. */
function withoutText(line: string): string {
  return line
    .slice(0, 2_000)
    .replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/g, '""')
    .replace(/\/\/.*$/, "")
    .replaceAll(/\/\*.*?\*\//g, "");
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
