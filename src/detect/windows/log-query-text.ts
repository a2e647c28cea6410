/** A LogQL log query, taken apart as far as we change it; Loki itself judges whether it is one. */
export interface LogQueryParts {
  /** The stream selector with its braces. */
  readonly selector: string;
  /** Selector, line filters, and label filters that compare text: what `count_over_time` counts without an error, whatever the lines hold. */
  readonly countable: string;
  /** Whether `countable` finds what the query finds: nothing was left out of it. */
  readonly isWholeCountable: boolean;
  /** Index of the selector's last brace. */
  readonly selectorEnd: number;
}

const blank = /(?:\s+|#[^\n]*)*/y;
const quoted = /"(?:[^"\\\n]|\\.)*"|`[^`]*`/y;
const matcher = /[A-Za-z_]\w*\s*(?:=~|!~|!=|=)\s*/y;
const filterOperator = /\|=|\|~|\|>|!=|!~|!>/y;
const openBrace = /\{/y;
const closeBrace = /\}/y;
const comma = /,/y;
const pipe = /\|/y;
const orWord = /or\b/y;
const address = /ip\s*\(\s*/y;
const openParenthesis = /\(/y;
const closeParenthesis = /\)/y;
const labelOperator = /[A-Za-z_]\w*\s*(?:=~|!~|!=|=)\s*(?=["`])/y;
const conjunction = /,|and\b|or\b/y;

/** Null when it does not begin with a stream selector. */
export function readLogQuery(query: string): LogQueryParts | null {
  const text = new Scanner(query);
  const fromIndex = text.at;
  if (!readSelector(text)) return null;
  const selector = query.slice(fromIndex, text.at);
  const selectorEnd = text.at - 1;
  let end = text.at;
  while (!text.isAtEnd && (readLineFilter(text) || readLabelFilters(text))) end = text.at;
  text.at = end;
  text.skipBlank();
  return { selector, countable: query.slice(fromIndex, end), isWholeCountable: text.isAtEnd, selectorEnd };
}

/** The same query, of those streams alone that a further matcher accepts; null when it has no stream selector. */
export function withMatcher(query: string, further: string): string | null {
  const parts = readLogQuery(query);
  if (parts === null) return null;
  const { selector, selectorEnd } = parts;
  const isEmpty = new Scanner(selector.slice(1)).isAt(closeBrace);
  return `${query.slice(0, selectorEnd)}${isEmpty ? "" : ", "}${further}${query.slice(selectorEnd)}`;
}

/** A matcher for one of these values of a label, or for none of them; "" stands for streams without it. */
export function matcherOf(name: string, values: readonly string[], isOneOf: boolean): string {
  const [first = ""] = values;
  if (values.length === 1) return `${name}${isOneOf ? "=" : "!="}${JSON.stringify(first)}`;
  const pattern = values.map((value) => value.replaceAll(/[\\.+*?()|[\]{}^$]/g, "\\$&")).join("|");
  return `${name}${isOneOf ? "=~" : "!~"}${JSON.stringify(pattern)}`;
}

function readSelector(text: Scanner): boolean {
  if (!text.take(openBrace)) return false;
  while (!text.take(closeBrace)) {
    if (!text.take(matcher) || !text.take(quoted)) return false;
    if (!text.take(comma) && !text.isAt(closeBrace)) return false;
  }
  return true;
}

function readLineFilter(text: Scanner): boolean {
  if (!text.take(filterOperator)) return false;
  do {
    const isAddress = text.take(address);
    if (!text.take(quoted)) return false;
    if (isAddress && !text.take(closeParenthesis)) return false;
  } while (text.take(orWord));
  return true;
}

/** A stage such as `| level="error" or level="fatal"`. One that compares numbers can fail on an entry, and with it the count. */
function readLabelFilters(text: Scanner): boolean {
  return text.take(pipe) && readTerms(text, 0);
}

const depthMax = 20;

function readTerms(text: Scanner, depth: number): boolean {
  if (depth > depthMax) return false;
  do {
    if (text.take(openParenthesis)) {
      if (!readTerms(text, depth + 1) || !text.take(closeParenthesis)) return false;
    } else if (!text.take(labelOperator) || !text.take(quoted)) return false;
  } while (text.take(conjunction));
  return true;
}

/** Takes what it is asked for, with the blanks and comments in front of it, or nothing. */
class Scanner {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    this.skipBlank();
  }

  get isAtEnd(): boolean {
    const before = this.at;
    this.skipBlank();
    const isEnd = this.at === this.#text.length;
    this.at = before;
    return isEnd;
  }

  skipBlank(): void {
    blank.lastIndex = this.at;
    if (blank.test(this.#text)) this.at = blank.lastIndex;
  }

  isAt(shape: RegExp): boolean {
    const before = this.at;
    const isThere = this.take(shape);
    this.at = before;
    return isThere;
  }

  take(shape: RegExp): boolean {
    const before = this.at;
    this.skipBlank();
    shape.lastIndex = this.at;
    if (!shape.test(this.#text)) {
      this.at = before;
      return false;
    }
    this.at = shape.lastIndex;
    return true;
  }
}
