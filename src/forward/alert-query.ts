import { readQuoted } from "../domain/quoted-text.ts";

const lengthMax = 2_000;

/**
 * The log query in a LogQL text: of `sum(count_over_time({app="shop"} |= "error" [5m])) > 3` the part from the selector to the last line filter. Parser stages and
 * what follows them are left out: they make a query costly and change no line. Null where there is no selector that can be read.
 */
export function logQueryIn(
  text: string,
): { readonly selector: readonly Matcher[]; readonly filters: readonly string[] } | null {
  const start = text.slice(0, lengthMax).indexOf("{");
  if (start === -1) return null;
  const selector: Matcher[] = [];
  let at = start + 1;
  for (;;) {
    const [whole, name = "", operator = ""] =
      /^\s*([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*/.exec(text.slice(at, lengthMax)) ?? [];
    if (whole === undefined) return null;
    const value = readQuoted(text, at + whole.length);
    if (value === null) return null;
    selector.push({ name, operator, value: value.text });
    const [separator] = /^\s*[,}]/.exec(text.slice(value.end)) ?? [];
    if (separator === undefined) return null;
    at = value.end + separator.length;
    if (separator.endsWith("}")) break;
  }
  const filters: string[] = [];
  for (;;) {
    const [whole, operator = ""] = /^\s*(\|=|\|~|!=|!~)\s*/.exec(text.slice(at, lengthMax)) ?? [];
    if (whole === undefined) return { selector, filters };
    const value = readQuoted(text, at + whole.length);
    if (value === null) return { selector, filters };
    filters.push(`${operator} ${text.slice(at + whole.length, value.end)}`);
    at = value.end;
  }
}

export interface Matcher {
  readonly name: string;
  readonly operator: string;
  readonly value: string;
}

/**
 * The query of a link, kept within the environment that the chat belongs to: all matchers of its own selector hold too, so that a forwarded query sees no
 * more than a poll would.
 */
export function withinEnvironment(query: string, environmentQuery: string): string | null {
  const asked = logQueryIn(query);
  const own = logQueryIn(environmentQuery);
  if (asked === null || own === null) return null;
  const matchers = [...own.selector, ...asked.selector].map(
    ({ name, operator, value }) => `${name}${operator}${quotedText(value)}`,
  );
  return [`{${[...new Set(matchers)].join(", ")}}`, ...asked.filters].join(" ");
}

/** The environment's streams of these labels, its own filters left out. */
export function selectorWith(environmentQuery: string, labels: readonly (readonly [string, string])[]): string | null {
  const own = logQueryIn(environmentQuery);
  if (own === null) return null;
  const matchers = [
    ...own.selector.map(({ name, operator, value }) => `${name}${operator}${quotedText(value)}`),
    ...labels.map(([name, value]) => `${name}=${quotedText(value)}`),
  ];
  return `{${[...new Set(matchers)].join(", ")}}`;
}

function quotedText(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\r", "\\r")}"`;
}
