/** A text in quotation marks of LogQL, and where it ends: `"with \"escapes\""`, or raw in backquotes. Null where none begins there, or it stays open. */
export function readQuoted(text: string, from: number): { readonly text: string; readonly end: number } | null {
  const quoted = /^"((?:[^"\\\n]|\\.)*)"/.exec(text.slice(from));
  if (quoted !== null) {
    return { text: (quoted[1] ?? "").replaceAll(/\\(.)/g, unescapeCharacter), end: from + quoted[0].length };
  }
  const raw = /^`([^`]*)`/.exec(text.slice(from));
  return raw === null ? null : { text: raw[1] ?? "", end: from + raw[0].length };
}

function unescapeCharacter(_all: string, character: string): string {
  return { n: "\n", t: "\t", r: "\r" }[character] ?? character;
}

/** Go's regular expressions are nearly those of JavaScript: named groups and flags in front are written otherwise. Null when one cannot be read. */
export function fromGoExpression(pattern: string, flags = ""): RegExp | null {
  const isAnyCase = /^\(\?[a-z]*i[a-z]*\)/.test(pattern);
  try {
    return new RegExp(
      pattern
        .replaceAll("(?P<", "(?<")
        .replaceAll(/\(\?[imsU-]+\)/g, "")
        .replaceAll(/\(\?[imsU-]+:/g, "(?:"),
      isAnyCase && !flags.includes("i") ? `${flags}i` : flags,
    );
  } catch {
    return null;
  }
}
