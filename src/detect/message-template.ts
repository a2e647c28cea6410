import { redact } from "../domain/redact.ts";

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
  return maskValues(redact(firstLine(message)));
}

function firstLine(message: string): string {
  let from = 0;
  while (isSpace(message.charCodeAt(from))) from++;
  const lineBreak = message.indexOf("\n", from);
  const end = Math.min(lineBreak === -1 ? message.length : lineBreak, from + messageLengthMax);
  return message.slice(from, end);
}

/** One pass over the text; a run of masks, as in a list of ids, becomes one. */
function maskValues(text: string): string {
  const out = new TemplateText();
  let at = 0;
  while (at < text.length && out.length < templateLengthMax) {
    const code = text.charCodeAt(at);
    if (code === placeholderOpen) {
      const close = text.indexOf("\u27e9", at);
      at = close === -1 ? at + 1 : close + 1;
      out.addMask();
    } else if (isQuote(code) && !isWordCode(text.charCodeAt(at - 1))) {
      const close = closingQuote(text, at);
      if (close === -1) {
        out.add(text.charAt(at));
        at++;
      } else {
        out.addMask();
        at = close + 1;
      }
    } else if (isWordCode(code) || code === 47) {
      const end = wordEnd(text, at);
      addWord(out, text.slice(at, end));
      at = end;
    } else {
      out.add(text.charAt(at));
      at++;
    }
  }
  return out.finish();
}

const placeholderOpen = 0x27e8;

/** Text with no two masks side by side. */
class TemplateText {
  #text = "";
  /** Where what may be dropped between two masks begins; -1 when the last thing was no mask. */
  #maskEnd = -1;

  get length(): number {
    return this.#text.length;
  }

  add(text: string): void {
    const isSpaceAfterSpace = text === " " && this.#text.endsWith(" ");
    if (!isSpaceAfterSpace) this.#text += text === "\t" ? " " : text;
    if (this.#maskEnd !== -1 && !isMaskSeparator(text)) this.#maskEnd = -1;
  }

  addMask(): void {
    if (this.#maskEnd !== -1) this.#text = this.#text.slice(0, this.#maskEnd);
    else this.#text += mask;
    this.#maskEnd = this.#text.length;
  }

  finish(): string {
    return this.#text.slice(0, templateLengthMax).trim();
  }
}

function isMaskSeparator(text: string): boolean {
  return text.length === 1 && " ,;:/.-|\t".includes(text);
}

function addWord(out: TemplateText, word: string): void {
  const end = trimmedLength(word);
  const core = end === word.length ? word : word.slice(0, end);
  if (isValue(core)) out.addMask();
  else out.add(core);
  for (let at = end; at < word.length; at++) out.add(word.charAt(at));
}

/** Without the punctuation that ends a sentence. */
function trimmedLength(word: string): number {
  let end = word.length;
  while (end > 1 && isSentenceEnd(word.charCodeAt(end - 1))) end--;
  return end;
}

/** A number, an id, an address, a path: whatever a digit, an `@` or a slash at the start gives away. */
function isValue(word: string): boolean {
  const first = word.charCodeAt(0);
  if (first === 47) return word.length > 1;
  for (let at = 0; at < word.length; at++) {
    const code = word.charCodeAt(at);
    if ((code >= 48 && code <= 57) || code === 64) return true;
  }
  return word.includes("://");
}

function closingQuote(text: string, open: number): number {
  const close = text.indexOf(text.charAt(open), open + 1);
  return close === -1 || close - open > quotedLengthMax ? -1 : close;
}

/** Up to what separates words; `:` belongs to a word only in `scheme://`. */
function wordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isWordCode(code) || isInnerCode(code)) at++;
    else if (code === 58 && text.charCodeAt(at + 1) === 47 && text.charCodeAt(at + 2) === 47) at += 3;
    else break;
  }
  return at;
}

const isWordCode = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
/** `# $ % & + - . / @ \ ~` inside a word. */
const isInnerCode = (code: number): boolean =>
  (code >= 35 && code <= 38) || code === 43 || (code >= 45 && code <= 47) || code === 64 || code === 92 || code === 126;
const isSentenceEnd = (code: number): boolean =>
  code === 46 || code === 45 || code === 35 || code === 37 || code === 43;
const isQuote = (code: number): boolean => code === 34 || code === 39 || code === 96;
const isSpace = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13;
