import { isHarmlessValue } from "./harmless-values.ts";
import { meaningOf } from "./key-kinds.ts";
import { type Hide, type Rule, withoutPlaceholders } from "./rule.ts";
import { anywhere } from "./trigger-scan.ts";
import { quotedValueEnd } from "./value-reader.ts";

/** `INSERT INTO users (id, password) VALUES (17, '…'), (18, '…')`: the columns say what the values are. */
export const sqlValuesRule: Rule = {
  triggers: anywhere(") values", ")values", ") value"),
  rewrite: hideInsertedValues,
};

const insert =
  /\b(?:insert|replace)[ \t]{1,4}(?:ignore[ \t]{1,4})?into[ \t]{1,4}[\w."`[\]]{1,120}\s{0,4}\(([^()'\r\n]{1,2000})\)\s{0,10}values?\s{0,10}(?=\()/gi;
/** Rows of one statement; what follows them is left to the other rules. */
const rowsMax = 200;
const columnsMax = 200;
const judgedLengthMax = 256;

function hideInsertedValues(text: string, hide: Hide): string {
  let rewritten = "";
  let done = 0;
  for (const { index, 0: all, 1: columns = "" } of text.matchAll(insert)) {
    if (index < done) continue;
    const kinds = columns.split(",").map((column) => meaningOf(column.trim()).kinds[0] ?? null);
    if (kinds.every((kind) => kind === null)) continue;
    for (const { column, from, to } of valuesAt(text, index + all.length)) {
      const kind = kinds[column];
      const value = withoutPlaceholders(text.slice(from, Math.min(to, from + judgedLengthMax)));
      if (kind == null || isHarmlessValue(value, true, false) || !kind.isSecret(value, { isLoose: false })) continue;
      rewritten += text.slice(done, from) + hide(kind.kind, text.slice(from, to));
      done = to;
    }
  }
  return done === 0 ? text : rewritten + text.slice(done);
}

interface Place {
  /** Counted from 0. */
  readonly column: number;
  readonly from: number;
  readonly to: number;
}

const opening = /[([]\s{0,10}/y;
const beforeValue = /\s{0,10}(?:[ENBX](?='))?(\\{0,8}['"])?/y;
const word = /[^\s,()[\]'"⟨]*/y;
const betweenValues = /[^,)\r\n]{0,40},/y;
const behindRow = /[^,)\]\r\n]{0,40}[)\]]\s{0,10},?\s{0,10}/y;
const place = /^(?:\?|\$\d{1,3}|[:@%]\(?\w{0,40}\)?s?|\{\})$/;
/** `[parameters: (…)]`, `-- PARAMETERS: […]`: what the placeholders of a row stand for. */
const beforeParameters = /[^\r\n[(]{0,80}\r?\n?[^\r\n[(]{0,10}(?:\[(?:parameters|params): )?(?=[[(])/iy;

/** The strings and numbers of the rows that begin at `start`. */
function* valuesAt(text: string, start: number): Generator<Place> {
  let at = start;
  for (let row = 0; row < rowsMax; row++) {
    const opened = lengthAt(opening, text, at);
    if (opened === 0) return;
    at += opened;
    let isPlaces = true;
    for (let column = 0; column < columnsMax; column++) {
      beforeValue.lastIndex = at;
      const [lead = "", quote] = beforeValue.exec(text) ?? [];
      const from = at + lead.length;
      const to = quote === undefined ? from + lengthAt(word, text, from) : stringEnd(text, from, quote);
      isPlaces &&= quote === undefined && place.test(text.slice(from, Math.min(to, from + 50)));
      yield { column, from, to };
      at = to + (quote?.length ?? 0);
      const sign = lengthAt(betweenValues, text, at);
      if (sign === 0) break;
      at += sign;
    }
    const closed = lengthAt(behindRow, text, at);
    if (closed === 0) return;
    at += closed;
    if (isPlaces) at += lengthAt(beforeParameters, text, at);
  }
}

/** In SQL a quotation mark is also escaped by another one. */
function stringEnd(text: string, from: number, quote: string): number {
  let end = quotedValueEnd(text, from, quote);
  while (quote.length === 1 && text.startsWith(quote + quote, end)) end = quotedValueEnd(text, end + 2, quote);
  return end;
}

function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}
