import { endOfKeyLines, startOfKeyLines } from "./key-lines.ts";
import { byPattern, type Hide, type Rule } from "./rule.ts";
import { anywhere } from "./trigger-scan.ts";

// White space may be gone altogether, where a name was squeezed out of whatever stood there.
const opening = /-----BEGIN[A-Z0-9 ]{0,40}PRIVATE ?KEY(?: ?BLOCK)?-----/g;
/** The largest keys in use, of 16,384 bits, take 13,000 characters. */
const blockLengthMax = 20_000;
const closing = /-----END[A-Z0-9 ]{0,40}(?:-----)?/y;
/** The rest of a block whose end was cut off: armour headers and runs of base64, over real and escaped line ends, indented or quoted. */
const cutBody =
  /(?:(?:\\{1,8}[rn]|[\s"',>]){0,64}(?:(?:Proc-Type|DEK-Info|Version|Comment|Hash):[^\r\n\\]{0,200}|[A-Za-z0-9+/]{16,}={0,2})){0,2000}(?:(?:\\{1,8}[rn]|\s){0,64}[A-Za-z0-9+/]{1,15}(?:={1,2}|(?=\\{0,8}["']|\s{0,8}$)))?/y;

/** Not from their first letters on, which many words begin with. */
const keyFrames = anywhere("ivate key", "ivatekey");
const puttyLines = anywhere("ivate-lines:");

/** Private keys in PEM or PGP armour: on lines of their own, in one line with escaped line ends, or cut off. */
export const privateKeyRule: Rule = { triggers: keyFrames, rewrite: hidePrivateKeys };

/** The end of a block whose beginning was cut off, and the file format of PuTTY, which has no frame. */
export const otherPrivateKeyRules: readonly Rule[] = [
  { triggers: keyFrames, rewrite: hideBeforeEnds },
  byPattern(
    "private-key",
    puttyLines,
    /(Private-Lines: \d{1,4}(?:\\{1,8}[rn]|[\r\n]){1,4})((?:[A-Za-z0-9+/]{1,76}={0,2}(?:\\{1,8}[rn]|[\r\n]|$){1,4}){1,400})/g,
  ),
  { triggers: puttyLines, rewrite: hidePuttyLines },
];

function hidePrivateKeys(text: string, hide: Hide): string {
  let rewritten = "";
  let done = 0;
  for (const begin of text.matchAll(opening)) {
    if (begin.index < done) continue;
    const from = begin.index + begin[0].length;
    const end = blockEnd(text, from);
    rewritten += text.slice(done, begin.index) + hide("private-key", text.slice(begin.index, end));
    done = end;
  }
  return rewritten + text.slice(done);
}

function blockEnd(text: string, from: number): number {
  const bodyEnd = text.indexOf("-----", from);
  const isNear = bodyEnd !== -1 && bodyEnd - from <= blockLengthMax;
  const closingLength = isNear ? matchLengthAt(closing, text, bodyEnd) : 0;
  if (closingLength > 0) return bodyEnd + closingLength;
  return endOfKeyLines(text, from + matchLengthAt(cutBody, text, from));
}

const closingLine = /-----END[A-Z0-9 ]{0,40}PRIVATE ?KEY(?: ?BLOCK)?-----/g;
const puttyStart = /Private-Lines: \d{1,4}(?=\r?\n)/g;
/** Lines of a key whose beginning was cut off. */
function hideBeforeEnds(text: string, hide: Hide): string {
  let rewritten = "";
  let done = 0;
  for (const { index, 0: closed } of text.matchAll(closingLine)) {
    const from = startOfKeyLines(text, index, done);
    if (from === index) continue;
    const to = index + closed.length;
    rewritten += text.slice(done, from) + hide("private-key", text.slice(from, to));
    done = to;
  }
  return done === 0 ? text : rewritten + text.slice(done);
}

function hidePuttyLines(text: string, hide: Hide): string {
  let rewritten = "";
  let done = 0;
  for (const { index, 0: start } of text.matchAll(puttyStart)) {
    const from = text.indexOf("\n", index + start.length) + 1;
    const end = endOfKeyLines(text, from - 1);
    if (end < from || from < done) continue;
    rewritten += text.slice(done, from) + hide("private-key", text.slice(from, end));
    done = end;
  }
  return done === 0 ? text : rewritten + text.slice(done);
}

function matchLengthAt(sticky: RegExp, text: string, at: number): number {
  sticky.lastIndex = at;
  return sticky.exec(text)?.[0].length ?? 0;
}

/** The private members of a JSON Web Key, which only stand beside `kty`. */
export const webKeyRule: Rule = byPattern(
  "private-key",
  anywhere("kty"),
  /((?:\\{0,16}["']|&quot;)(?:d|p|q|dp|dq|qi|k)(?:\\{0,16}["']|&quot;)\s{0,4}(?::|=>)\s{0,4}(?:\\{0,16}["']|&quot;))([\w+/-]{16,}={0,2})/g,
);
