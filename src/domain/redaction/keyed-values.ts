import { isHarmlessValue } from "./harmless-values.ts";
import { type KeyKind, meaningOf } from "./key-kinds.ts";
import { createNameReader, type KeyName, wordsBefore } from "./key-name.ts";
import { type Introduction, introductionOf } from "./key-separator.ts";
import { keyTriggers } from "./key-words.ts";
import { isUuid, looksRandom } from "./random-value.ts";
import { type Hide, type Rule, withoutPlaceholders } from "./rule.ts";
import { isExpression } from "./source-expressions.ts";
import type { Place } from "./trigger-scan.ts";
import { bareValueEnd, elementEnd, encodedValueEnd, quotedValueEnd, restOfLineEnd } from "./value-reader.ts";

/** `password=…` and its like in JSON, escaped JSON, logfmt, query strings, YAML, XML, source code, command lines and the printed form of objects. */
export const keyedValueRule: Rule = { triggers: keyTriggers, rewrite: hideKeyedValues };

/** More of a value is not looked at: where any value is a secret a longer one is hidden unseen, so that no text makes us read a value again for each key in it. */
const judgedLengthMax = 256;

function hideKeyedValues(text: string, hide: Hide, places: readonly Place[] | null): string {
  const nextName = createNameReader(text, places);
  let rewritten = "";
  let done = 0;
  for (let at = nextName(0); at !== null; at = nextName(at.next)) {
    const found = at.name === null ? null : findValue(text, at.name);
    if (found === null) continue;
    rewritten += text.slice(done, found.from) + hide(found.kind, text.slice(found.from, found.to));
    done = found.to;
    at = { name: null, next: Math.max(at.next, found.to) };
  }
  return rewritten + text.slice(done);
}

interface FoundValue {
  readonly kind: string;
  readonly from: number;
  readonly to: number;
}

function findValue(text: string, name: KeyName): FoundValue | null {
  const meaning = meaningOf(name.name);
  const { words, kinds } = meaning.saysLittle ? meaningOf(wordsBefore(text, name) + name.name) : meaning;
  if (kinds.length === 0 || meaning.isHarmless) return null;
  const introduction = introductionOf(text, name);
  if (introduction === null) return null;
  const from = introduction.valueAt + (introduction.quote === null ? blockScalarLead(text, introduction.valueAt) : 0);
  const cut = text.slice(from, from + judgedLengthMax + 1);
  for (const kind of kinds) {
    const end = valueEnd(cut, 0, text, name, introduction, kind);
    if (introduction.isElement && !isClosed(cut, end)) return null;
    const judged = withoutPlaceholders(cut.slice(0, end));
    if (introduction.isWeak && kind.hasOwnShape !== true && !isTelling(judged, kind, introduction)) continue;
    if (introduction.quote === null && isExpression(judged, words, cut.charAt(end), introduction.isSpaced)) continue;
    // `a.token=b` of a program whose names were shortened.
    if (name.name.includes(".") && /^[A-Za-z_$]$/.test(judged)) continue;
    if (!(kind.isAlways && judged.length > judgedLengthMax) && !isSecret(judged, kind, introduction, name, text))
      continue;
    return { kind: kind.kind, from, to: valueEnd(text, from, text, name, introduction, kind) };
  }
  return null;
}

/** A tag closes the element, or one word of it is all there is: `<your-token>` in a sentence is no element. */
function isClosed(text: string, end: number): boolean {
  return (
    (end >= text.length && !/\s/.test(text)) || /^(?:<\/|\]\]>|&lt;\/|\\+u003c\\*\/|⟨)/i.test(text.slice(end, end + 24))
  );
}

/** `password: >-` of YAML has its value on the next line. */
function blockScalarLead(text: string, at: number): number {
  return /^[>|][+-]?\r?\n[ \t]{1,40}/.exec(text.slice(at, at + 50))?.[0].length ?? 0;
}

function isSecret(value: string, kind: KeyKind, introduction: Introduction, name: KeyName, text: string): boolean {
  const { quote, isSpaced } = introduction;
  if (isHarmlessValue(value, quote !== null, isSpaced)) return false;
  if (quote?.endsWith("`") && value.includes("${")) return false;
  const isLoose = isSpaced && quote === null && introduction.sign !== " ";
  if (kind.isAlways) return kind.kind === "password" || !isProse(value, isLoose && !startsLine(text, name));
  if (kind.isSecret(value, { isLoose })) return true;
  const decoded = /%[2-7C]/i.test(value) ? withoutEscapes(value) : value;
  return decoded !== value && kind.isSecret(decoded, { isLoose });
}

/** Without its percent-encoding; as it is where that is none. */
function withoutEscapes(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Words without a digit: of a sentence, or of a line of source code. */
function isProse(value: string, isLoose: boolean): boolean {
  return !/\d/.test(value) && (/\s/.test(value) || (isLoose && value.length < 16));
}

/** Whether a value shows by itself that it is a secret, for where only a blank or a comma joins it to its key. */
function isTelling(value: string, { kind, isAlways }: KeyKind, { quote, sign, isSpaced }: Introduction): boolean {
  const isPlain = quote === null || quote.endsWith("`") || /\s/.test(value);
  if (isPlain && /^(?!base64:|django-insecure-)[\w.-]{1,40}[=:](?!=*$)./.test(value)) return false;
  // `gpg: using RSA key 877A…`: the name of a key.
  if (kind === "api-key" && sign === "" && /^[0-9A-F]{8,40}$/.test(value) && /[A-F]/.test(value)) return false;
  if (looksRandom(value) || isUuid(value)) return true;
  if (kind === "api-key" && /^\d{12,}$/.test(value)) return true;
  // `the secret is open-sesame-42`, `| password | hunter2! |`; a type of a column has its length in parentheses.
  if (
    isAlways &&
    (sign === "is" || sign === "|") &&
    value.length >= 6 &&
    /^(?=.*[a-z])(?=.*[\d!@#$%^&*])[^\s()]+$/i.test(value)
  )
    return true;
  if (
    kind === "password" &&
    value.length >= 8 &&
    /^(?=.*[a-z])(?=.*[A-Z])[\w-][\w.+-]*[!@#$%^*][^\s()[\],;]*$/.test(value)
  )
    return true;
  if (quote === null) return false;
  if (sign === "." && (isAlways || /\d/.test(value)) && !/\s/.test(value)) return true;
  if (kind === "password" && isAlways && sign === "" && isSpaced && !/[`\s]/.test(quote + value)) return true;
  if (kind === "password" && value.length >= 12 && /[ !#$%^*]/.test(value)) return true;
  return value.length >= 6 && /\d/.test(value) && /[ !#$%^*]/.test(value);
}

/** `PWD={…;…}` of ODBC, where braces hold together what has a semicolon in it. */
const inBraces = /\{[^{}\r\n]{1,200}\}(?=;|["'\s]|$)/y;

/** Where the value ends that begins at `from` of `text`, which may be cut; `whole` is what the name's place refers to. */
function valueEnd(
  text: string,
  from: number,
  whole: string,
  name: KeyName,
  { quote, sign, isElement }: Introduction,
  { kind }: KeyKind,
): number {
  if (isElement) return elementEnd(text, from);
  if (quote !== null)
    return /[&%u]/.test(quote) ? encodedValueEnd(text, from, quote) : quotedValueEnd(text, from, quote);
  inBraces.lastIndex = from;
  if (sign === "=" && kind === "password" && inBraces.test(text)) return inBraces.lastIndex;
  if ((kind === "password" || kind === "secret") && hasLineForItself(whole, name, sign))
    return restOfLineEnd(text, from);
  const end = bareValueEnd(text, from, sign.startsWith("%"), kind !== "password" && kind !== "secret");
  return (sign === "" || sign === "is") && /[.!?]/.test(text.charAt(end - 1)) ? end - 1 : end;
}

const environmentLine = /(?:^|[\r\n])(?:export |declare -x )?[A-Z_][A-Z0-9_]*=/;

/** Only indentation, a dash of a list, a sign of a dump or a bracket stands before it. */
function startsLine(text: string, { from }: Pick<KeyName, "from">): boolean {
  return /(?:^|[\r\n])[ \t]{0,40}(?:- |[<>*+] |\[)?["']?$/.test(text.slice(Math.max(0, from - 44), from));
}

/** YAML, headers, properties, `print_r` and dumps of the environment, where a bare value runs to the end of the line. */
function hasLineForItself(text: string, { from, to, name }: KeyName, sign: string): boolean {
  if (!startsLine(text, { from })) return false;
  const line = text.slice(to, restOfLineEnd(text.slice(0, to + 400), to));
  if (sign === ":" || sign === "=>") return !/,\s*["'\w.-]+\s*[:=]/.test(line);
  if (sign !== "=" || /\s-{0,2}[\w.-]+=/.test(line)) return false;
  if (name.includes(".")) return true;
  const after = text.slice(to + line.length, to + line.length + 80);
  return (
    /^[A-Z0-9_]+$/.test(name) &&
    (environmentLine.test(after.slice(0, 80)) || environmentLine.test(text.slice(Math.max(0, from - 200), from)))
  );
}
