import { isHarmlessValue } from "./harmless-values.ts";
import { type KeyKind, kindsOf, wordsOf } from "./key-kinds.ts";
import { type KeyName, keyTriggers, nextName } from "./key-name.ts";
import { type Introduction, introductionOf } from "./key-separator.ts";
import { isUuid, looksRandom } from "./random-value.ts";
import { type Hide, type Rule, withoutPlaceholders } from "./rule.ts";
import { bareValueEnd, elementEnd, encodedValueEnd, quotedValueEnd, restOfLineEnd } from "./value-reader.ts";

/** `password=…` and its like in JSON, escaped JSON, logfmt, query strings, YAML, XML, source code, command lines and the printed form of objects. */
export const keyedValueRule: Rule = { triggers: keyTriggers, rewrite: hideKeyedValues };

/** More of a value is not looked at: what is longer is hidden unseen or left unseen, so that no text makes us read a value again for each key in it. */
const judgedLengthMax = 512;

function hideKeyedValues(text: string, hide: Hide): string {
  let rewritten = "";
  let done = 0;
  for (let at = nextName(text, 0); at !== null; at = nextName(text, at.next)) {
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
  const kinds = kindsOf(wordsOf(name.phrase));
  if (kinds.length === 0) return null;
  const introduction = introductionOf(text, name);
  if (introduction === null) return null;
  const from = introduction.valueAt;
  const cut = text.slice(from, from + judgedLengthMax + 1);
  for (const kind of kinds) {
    const judged = withoutPlaceholders(cut.slice(0, valueEnd(cut, 0, text, name, introduction, kind)));
    if (judged.length <= judgedLengthMax && !isSecret(judged, kind, introduction)) continue;
    return { kind: kind.kind, from, to: valueEnd(text, from, text, name, introduction, kind) };
  }
  return null;
}

function isSecret(value: string, kind: KeyKind, introduction: Introduction): boolean {
  const { quote, isSpaced, isWeak } = introduction;
  if (isHarmlessValue(value, quote !== null, isSpaced)) return false;
  if (isWeak && kind.hasOwnShape !== true && !isTelling(value, kind, quote !== null)) return false;
  return kind.isSecret(value, { isLoose: isSpaced && quote === null });
}

/** Whether a value shows by itself that it is a secret, for where only a blank or a comma joins it to its key. */
function isTelling(value: string, { kind }: KeyKind, isQuoted: boolean): boolean {
  if (/^[\w.-]{1,40}[=:](?!=*$)./.test(value)) return false;
  if (looksRandom(value) || isUuid(value)) return true;
  if (kind === "api-key" && /^\d{12,}$/.test(value)) return true;
  if (!isQuoted) return false;
  return (
    (kind === "password" && value.length >= 12) || (value.length >= 6 && /\d/.test(value) && /[ !#$%^*]/.test(value))
  );
}

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
  if ((kind === "password" || kind === "secret") && hasLineForItself(whole, name, sign))
    return restOfLineEnd(text, from);
  const end = bareValueEnd(text, from, sign.startsWith("%"));
  return sign === "" && /[.!?]/.test(text.charAt(end - 1)) ? end - 1 : end;
}

const environmentLine = /(?:^|[\r\n])(?:export |declare -x )?[A-Z_][A-Z0-9_]*=/;

/** YAML, headers, properties, `print_r` and dumps of the environment, where a bare value runs to the end of the line. */
function hasLineForItself(text: string, { from, to, name }: KeyName, sign: string): boolean {
  const lead = /(?:^|[\r\n])([ \t]{0,40}(?:- |[<>*] |\[)?["']?)$/.exec(text.slice(Math.max(0, from - 44), from));
  if (lead === null) return false;
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
