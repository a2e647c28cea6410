import { bracketedEnd, groupsEnd, hostEnd, scheduleEnd } from "./addresses.ts";
import { dateWordEnd } from "./after-value.ts";
import { isDigitCode, isInnerCode, isSignCode, isWordCode } from "./character-kinds.ts";
import { keepsQuoted } from "./code-words.ts";
import { isMeaningKey } from "./meaning-keys.ts";
import { fieldsEnd, listEnd, type Patience, patienceMax, quotedEnd, structureEnd } from "./value-spans.ts";
import { isValueWord } from "./value-words.ts";

/** A piece of text that is one value. */
export interface Value {
  readonly from: number;
  readonly end: number;
  /** What may follow a number, a unit or a plural, follows no other value. */
  readonly isNumber: boolean;
  /** The bracket at its beginning and the one at its end stay. */
  readonly isInBrackets: boolean;
}

const placeholderOpen = 0x27e8;
const slash = 47;
const backslash = 92;

/** Finds the values in one text. */
export class ValueReader {
  readonly #text: string;
  readonly #patience: Patience = { left: patienceMax };

  constructor(text: string) {
    this.#text = text;
  }

  /** The value that begins there; null where none does. */
  valueAt(at: number): Value | null {
    const text = this.#text;
    const code = text.charCodeAt(at);
    if (isWordCode(code) || code === slash || code === backslash) return this.#wordValue(at, at);
    switch (code) {
      case 123:
        return span(at, structureEnd(text, at, this.#patience));
      case 91:
        return (
          span(at, bracketedEnd(text, at)) ??
          inBrackets(at, listEnd(text, at, this.#patience, wordBefore(text, at) === "map"))
        );
      case 40:
        return inBrackets(at, fieldsEnd(text, at, this.#patience));
      case 42:
        return span(at, scheduleEnd(text, at));
      case 61:
        return this.#assigned(at);
      case 63:
        return parameterMark.test(text.slice(Math.max(0, at - 1), at + 2)) ? span(at, at + 1) : null;
      case placeholderOpen: {
        const close = text.indexOf("\u27e9", at);
        return close === -1 ? null : span(at, close + 1);
      }
    }
    if (isSignCode(code) && isDigitCode(text.charCodeAt(at + 1)) && !isWordCode(text.charCodeAt(at - 1))) {
      return this.#wordValue(at, at + 1);
    }
    const end = quotedEnd(text, at, this.#patience);
    return end === -1 || keepsQuoted(text, at, end) ? null : span(at, end);
  }

  /** Behind the plain text that begins there: a word as a whole, anything else by one. */
  plainEnd(at: number): number {
    return isWordCode(this.#text.charCodeAt(at)) ? Math.max(wordEnd(this.#text, at), at + 1) : at + 1;
  }

  /** @param from where the value begins, its sign included · @param at where its word does */
  #wordValue(from: number, at: number): Value | null {
    const text = this.#text;
    const dateEnd = isWordCode(text.charCodeAt(at - 1)) ? -1 : dateWordEnd(text, at);
    if (dateEnd !== -1) return span(from, dateEnd);
    const schedule = isDigitCode(text.charCodeAt(at)) ? scheduleEnd(text, at) : -1;
    if (schedule !== -1) return span(from, schedule);
    const end = wordEnd(text, at);
    let last = end;
    while (last > at + 1 && isSentenceEnd(text.charCodeAt(last - 1))) last--;
    if (isDigitCode(text.charCodeAt(at)) && text.charCodeAt(last) !== 58) {
      return { from, end: last, isNumber: true, isInBrackets: false };
    }
    const groups = groupsEnd(text, at, last);
    if (groups !== -1) return span(from, groups);
    if (isDigitCode(text.charCodeAt(at))) return { from, end: last, isNumber: true, isInBrackets: false };
    const word = text.slice(at, last);
    if (word.includes("@")) {
      // What objects of Java print of themselves: the class stays, the address goes.
      const named = ofObject.exec(word)?.[0].length ?? 0;
      return span(at + named, last);
    }
    if (!isValueWord(word)) return span(from, hostEnd(text, at, last));
    return word === "/" ? null : span(from, last);
  }

  /** The value in `key=value`: a bare one, for quoted and bracketed ones are found by themselves. */
  #assigned(at: number): Value | null {
    const text = this.#text;
    const from = at + 1;
    if (!isWordCode(text.charCodeAt(at - 1))) return null;
    const key = wordBefore(text, at);
    const value = distinguished.has(key) ? part : bare;
    value.lastIndex = from;
    return !isMeaningKey(key) && value.test(text) ? span(from, value.lastIndex) : null;
  }
}

const ofObject = /^[\w$]{1,80}(?:[.$][\w$]{1,80}){1,12}@(?=[0-9a-f]{1,16}$)/;
/** The `?` that a statement has in place of a value. */
const parameterMark = /^[(,= ]\?(?:[,) ]|$)/;
const bare = /(?=[^\s=~>])[^\s,;&|(){}[\]"'`<>\u27e8]{1,2000}/y;
/** Keys of a distinguished name, `CN=shop, O=Acme Ltd, C=KR`: their values may have spaces, up to the next key. */
const distinguished = new Set(["CN", "OU", "O", "L", "ST", "DC"]);
const part = /[^,;=\u27e8\n]{1,200}(?=,)|[^\s,;\u27e8]{1,200}/y;
const addressEnd = /[^\s"'`<>()[\]{}|,;\u27e8]{1,2000}/y;

function span(from: number, end: number): Value | null {
  return end === -1 ? null : { from, end, isNumber: false, isInBrackets: false };
}

function inBrackets(from: number, end: number): Value | null {
  return end === -1 ? null : { from, end, isNumber: false, isInBrackets: true };
}

const keyLengthMax = 60;

function wordBefore(text: string, end: number): string {
  let from = end;
  while (from > 0 && end - from < keyLengthMax && isWordCode(text.charCodeAt(from - 1))) from--;
  return text.slice(from, end);
}

/** Up to what separates words; `:` belongs to a word only in `scheme://`, and then all belongs to it that an address may hold. */
function wordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isWordCode(code) || isInnerCode(code)) at++;
    else if (code === 58 && text.charCodeAt(at + 1) === slash && text.charCodeAt(at + 2) === slash) {
      addressEnd.lastIndex = at;
      return addressEnd.test(text) ? addressEnd.lastIndex : at + 3;
    } else if (code === 58 && at === from + 1 && text.charCodeAt(at + 1) === backslash) at++;
    // Base64 is filled up with it.
    else if (code === 61 && at - from >= 8 && /^={1,2}(?![\w=])/.test(text.slice(at, at + 3))) at++;
    else break;
  }
  return at;
}

/** `. - # % +` at the end of a word. */
function isSentenceEnd(code: number): boolean {
  return code === 46 || code === 45 || code === 35 || code === 37 || code === 43;
}
