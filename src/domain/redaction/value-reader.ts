const ordinary = 0;
const ending = 1;
const doubtful = 2;
/** What each character may do to a bare value: nothing, end it, or end it where what follows says so. */
const roles = new Uint8Array(65_536);
for (const character of "\"'`<>;&| \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff")
  roles[character.charCodeAt(0)] = ending;
for (const character of ",)]}\\%") roles[character.charCodeAt(0)] = doubtful;
/** After a comma: the next field of `a=1,b=2`, so the value ended before it. */
const nextField = /["'\\]|\s|$|[\w.-]{1,40}["']?[=:]/y;
/** After a closing bracket: what shows that the bracket belongs to the value. */
const goesOn = /[\w!@#$%^*+~-]/;
const escapedEnd = /["'nrt`]/;

/**
 * Where a value ends that was opened by `quote`: at the same quote, equally escaped (`\"` inside a JSON string inside a log line), else at the end
 * of the string around it, else, cut off, at the end of the line. Loops and no expression: a backtracking one overflows its stack on 10 MB.
 * @param quote backslashes, if any, and one quotation mark
 */
export function quotedValueEnd(text: string, from: number, quote: string): number {
  const mark = quote.at(-1);
  const depth = quote.length - 1;
  let at = from;
  while (at < text.length) {
    const character = text[at];
    if (character === "\n" || character === "\r") return at;
    if (character === mark) return at;
    if (character !== "\\") {
      at++;
      continue;
    }
    const run = backslashes(text, at);
    const isMarked = text[at + run] === mark;
    if (isMarked && depth === 0 && run % 2 === 0) return at + run;
    if (isMarked && run <= depth) return at;
    at += isMarked ? run + 1 : run;
  }
  return at;
}

/**
 * Where a bare value ends: `password=abc, user=kim`, `{token=abc}`, `?token=abc&page=2`, `password: abc`. A comma or a closing bracket belongs to it
 * unless what follows shows that a list, an object or a sentence goes on.
 * @param isUrlEncoded its separator was `%3D`, so that `%26` ends it
 * @param isPlain its kind of value has neither a comma nor Hangul in it
 */
export function bareValueEnd(text: string, from: number, isUrlEncoded: boolean, isPlain = false): number {
  let at = from;
  while (at < text.length) {
    const role = roles[text.charCodeAt(at)];
    if (role === ordinary) {
      if (isPlain && at - from >= 8 && isHangul(text.charCodeAt(at)) && !isHangul(text.charCodeAt(from))) return at;
      at++;
      continue;
    }
    if (role === ending) return at;
    const character = text.charAt(at);
    if (character === "%" && isUrlEncoded && text.startsWith("%26", at)) return at;
    if (character === "," && (isPlain || isNextField(text, at + 1))) return at;
    if (`)]}`.includes(character) && !goesOn.test(text.charAt(at + 1))) return at;
    const run = character === "\\" ? backslashes(text, at) : 0;
    if (run > 0 && escapedEnd.test(text.charAt(at + run))) return at;
    at += Math.max(1, run);
  }
  return at;
}

function isHangul(code: number): boolean {
  return code >= 0xac00 && code <= 0xd7a3;
}

/** Where a value ends that was opened by an encoded quotation mark, `&quot;` or `%22`: at the next one, else where a bare value would. */
export function encodedValueEnd(text: string, from: number, quote: string): number {
  const line = restOfLineEnd(text, from);
  const end = text.slice(from, line).indexOf(quote);
  return end === -1 ? bareValueEnd(text, from, quote.startsWith("%")) : from + end;
}

/** Where the content of an element ends: before the next tag, also an encoded one, else at the end of the line. */
export function elementEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === "<" || character === "\n" || character === "\r") return at;
    if (character === "&" && text.startsWith("&lt;", at)) return at;
    if (character === "]" && text.startsWith("]]>", at)) return at;
    if (character === "\\" && /^\\+u003c/i.test(text.slice(at, at + 20))) return at;
    at++;
  }
  return at;
}

const lineBreak = /[\r\n]/g;

/** The end of the line, without a comment and the white space before it. */
export function restOfLineEnd(text: string, from: number): number {
  lineBreak.lastIndex = from;
  const line = text.slice(from, lineBreak.exec(text)?.index);
  const comment = line.indexOf(" #");
  return from + line.slice(0, comment === -1 ? undefined : comment).trimEnd().length;
}

function isNextField(text: string, at: number): boolean {
  nextField.lastIndex = at;
  return nextField.test(text);
}

function backslashes(text: string, from: number): number {
  let at = from;
  while (text[at] === "\\") at++;
  return at - from;
}
