import { redact } from "../../domain/redact.ts";

const mask = "<*>";
/** Of the message's first line. */
const messageLengthMax = 16_384;
const templateLengthMax = 400;
const quotedLengthMax = 300;

/**
 * What the messages of one log statement have in common: its first line after redaction, with values (numbers, ids, quoted text, addresses, paths, placeholders
 * of the gate) as `<*>`. The same for a line and for its redacted form.
 */
export function templateOf(message: string): string {
  const line = firstLine(message);
  let template = remembered.get(line);
  if (template === undefined) {
    template = maskValues(redact(line));
    if (line.length > rememberedLengthMax) return template;
    if (remembered.size >= rememberedMax) remembered.clear();
    remembered.set(line, template);
  }
  return template;
}

/** Many messages are words only and come again and again. */
const remembered = new Map<string, string>();
const rememberedMax = 2_000;
const rememberedLengthMax = 500;

function firstLine(message: string): string {
  let from = 0;
  while (isSpace(message.charCodeAt(from))) from++;
  const lineBreak = message.indexOf("\n", from);
  const end = Math.min(lineBreak === -1 ? message.length : lineBreak, from + messageLengthMax);
  return message.slice(from, end);
}

/** One pass over the text. What stands between two values of a list is dropped, so that a list gives one mask whatever its length. */
function maskValues(text: string): string {
  let out = "";
  /** Where what has not been copied begins. */
  let copiedTo = 0;
  /** Whether only separators came since the last mask. */
  let isAfterMask = false;
  let at = 0;
  while (at < text.length && out.length < templateLengthMax) {
    const code = text.charCodeAt(at);
    const isWord = isWordCode(code);
    if (isWord || code === slash || code === placeholderOpen || isQuote(code)) {
      const end = isWord || code === slash ? wordEnd(text, at) : closingEnd(text, at, code);
      const valueEnd = end === -1 ? -1 : isWord || code === slash ? maskedEnd(text, at, end) : end;
      if (valueEnd === -1) {
        isAfterMask = false;
        at = end === -1 ? at + 1 : end;
        continue;
      }
      if (!isAfterMask) out += text.slice(copiedTo, at) + mask;
      copiedTo = valueEnd;
      at = valueEnd;
      isAfterMask = true;
      continue;
    }
    if (isAfterMask && !isListSeparator(code)) isAfterMask = false;
    at++;
  }
  out += text.slice(copiedTo, Math.min(at, copiedTo + templateLengthMax));
  if (out.includes("  ") || out.includes("\t")) out = out.replace(/\s+/g, " ");
  return (out.length > templateLengthMax ? out.slice(0, templateLengthMax) : out).trim();
}

const placeholderOpen = 0x27e8;
const slash = 47;

/** Behind a quoted text or a placeholder of the gate; -1 where it is not one. */
function closingEnd(text: string, open: number, code: number): number {
  if (code === placeholderOpen) {
    const close = text.indexOf("\u27e9", open);
    return close === -1 ? -1 : close + 1;
  }
  if (isWordCode(text.charCodeAt(open - 1))) return -1;
  const close = text.indexOf(text.charAt(open), open + 1);
  return close === -1 || close - open > quotedLengthMax ? -1 : close + 1;
}

/** Where the value ends that a word is, without the punctuation that ends a sentence; -1 for a word of words. A digit, an `@`, `://` or a slash at the start give a value away. */
function maskedEnd(text: string, from: number, end: number): number {
  let last = end;
  while (last > from + 1 && isSentenceEnd(text.charCodeAt(last - 1))) last--;
  if (text.charCodeAt(from) === slash) return last > from + 1 ? last : -1;
  for (let at = from; at < last; at++) {
    const code = text.charCodeAt(at);
    if ((code >= 48 && code <= 57) || code === 64 || (code === 58 && at > from)) return last;
  }
  return -1;
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
    } else break;
  }
  return at;
}

const addressEnd = /[^\s"'`<>()[\]{}|,;\u27e8]{1,2000}/y;
const isWordCode = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95;
/** `# $ % & + - . / @ \ ~` inside a word. */
const isInnerCode = (code: number): boolean =>
  (code >= 45 && code <= 47) || (code >= 35 && code <= 38) || code === 43 || code === 64 || code === 92 || code === 126;
const isSentenceEnd = (code: number): boolean =>
  code === 46 || code === 45 || code === 35 || code === 37 || code === 43;
const isQuote = (code: number): boolean => code === 34 || code === 39 || code === 96;
const isSpace = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13;
/** ` , ; : / . - |` and tab. */
const isListSeparator = (code: number): boolean =>
  code === 32 ||
  code === 44 ||
  code === 59 ||
  code === 58 ||
  code === 47 ||
  code === 46 ||
  code === 45 ||
  code === 124 ||
  code === 9;
