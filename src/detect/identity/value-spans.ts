import { closingQuoteOf, isWordCode } from "./character-kinds.ts";

const quotedLengthMax = 2_000;
const bracketedLengthMax = 8_000;

/** Characters that may be looked at in vain, so that a text of opening brackets takes no longer than any other. */
export interface Patience {
  left: number;
}

export const patienceMax = 32_768;

/** Behind a quoted text; -1 where the character opens none. A quotation that is not closed, because the line was cut, goes to the end where it can be nothing else. */
export function quotedEnd(text: string, open: number, patience: Patience): number {
  const code = text.charCodeAt(open);
  const closing = closingQuoteOf(code);
  if (closing === 0 || patience.left <= 0) return -1;
  const isAscii = code < 128;
  if (isAscii && isWordCode(text.charCodeAt(open - 1))) return -1;
  let at = open + 1;
  for (; at < text.length && at - open <= quotedLengthMax; at++) {
    const here = text.charCodeAt(at);
    if (here === 92 && isAscii) at++;
    else if (here === closing && !(code === 39 && isInsideWord(text, at))) return at + 1;
  }
  patience.left -= at - open;
  return code === 34 && text.length - open <= quotedLengthMax ? text.length : -1;
}

/** An apostrophe, and no quotation mark. */
function isInsideWord(text: string, at: number): boolean {
  return isWordCode(text.charCodeAt(at + 1)) && isWordCode(text.charCodeAt(at - 1));
}

/** Behind the bracket that closes this one, quotations skipped; -1 where it stays open. */
function bracketEnd(text: string, open: number, patience: Patience): number {
  if (patience.left <= 0) return -1;
  const limit = Math.min(text.length, open + bracketedLengthMax);
  let depth = 0;
  for (let at = open; at < limit; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) {
      const end = quotedEnd(text, at, patience);
      if (end !== -1) at = end - 1;
    } else if (code === 123 || code === 91 || code === 40) depth++;
    else if (code === 125 || code === 93 || code === 41) {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  patience.left -= limit - open;
  return -1;
}

/** Behind a structure in braces, JSON or what objects print of themselves; cut ones go to the end. -1 where braces hold something else. */
export function structureEnd(text: string, open: number, patience: Patience): number {
  const end = bracketEnd(text, open, patience);
  if (end !== -1) return end;
  return /^\{\s{0,4}["'\w]{1,60}["']?\s{0,4}[:=]/.test(text.slice(open, open + 80)) ? text.length : -1;
}

const sqlStart = /^\s{0,4}(?:select|insert|update|delete|with|merge|call|create|alter|drop|n\/a)\b/i;

/** Behind the closing bracket of a list of values, `[1, 2]`, `[]`, `[Order(id=1)]`, or of what Go prints of a map; -1 for a word in brackets, and for a statement. */
export function listEnd(text: string, open: number, patience: Patience, isMap: boolean): number {
  const end = bracketEnd(text, open, patience);
  if (end === -1) return -1;
  const inside = text.slice(open + 1, end - 1);
  const isList = isMap || /[,\d="']/.test(inside) || inside.trim() === "";
  if (isList && !sqlStart.test(inside)) return end;
  // It will be looked at again for what is inside.
  patience.left -= inside.length;
  return -1;
}

/** Behind the arguments of what an object prints of itself, `Order(id=17, name=Bob Smith)`; -1 for any other bracket. */
export function fieldsEnd(text: string, open: number, patience: Patience): number {
  if (!isWordCode(text.charCodeAt(open - 1))) return -1;
  if (!/^\([A-Za-z_]\w{0,60}=(?!=)/.test(text.slice(open, open + 64))) return -1;
  const end = bracketEnd(text, open, patience);
  return end === -1 ? text.length : end;
}
