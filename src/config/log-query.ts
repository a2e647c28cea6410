import { fromGoExpression, readQuoted } from "../domain/quoted-text.ts";

const matcherPattern = /^\s*([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*/;
const metricPattern = /^\s*\(*\s*[a-z][a-z_0-9]*\s*(?:by|without)?\s*\(/;

/**
 * What is wrong with a LogQL log query, as words that follow "query: "; null when it looks right. A rough reading that finds what people mistype;
 * Loki itself has the last word, and `doctor` asks it.
 */
export function findQueryMistake(query: string): string | null {
  if (query.trim() === "") return "is empty. Remove the line to use the default.";
  if (metricPattern.test(query) || /\[\s*\d+\w+\s*\]\s*\)*\s*$/.test(query)) {
    return 'is a metric query, and entries are needed. Write the log query alone, such as `{app="shop"} |= "error"`.';
  }
  const start = query.length - query.trimStart().length;
  if (query[start] !== "{") return 'must begin with a stream selector, such as `{deployment_environment="dev"}`.';
  const selector = readSelector(query, start + 1);
  if (typeof selector === "string") return selector;
  return findPipelineMistake(query, selector.end);
}

function readSelector(query: string, from: number): { readonly end: number } | string {
  let position = from;
  let isNarrow = false;
  while (true) {
    const matcher = matcherPattern.exec(query.slice(position));
    if (matcher === null) {
      return `is not a log query: a label, an operator and a quoted value were expected at character ${position + 1}, such as \`{app="shop"}\`.`;
    }
    position += matcher[0].length;
    const value = readQuoted(query, position);
    if (value === null)
      return `is not a log query: the value of \`${matcher[1]}\` at character ${position + 1} must stand in closed double quotes.`;
    const mistake = matcher[2]?.endsWith("~") ? findRegexMistake(value.text) : null;
    if (mistake !== null) return mistake;
    isNarrow ||= !matchesNothing(matcher[2] ?? "=", value.text);
    const [separator] = /^\s*[,}]/.exec(query.slice(value.end)) ?? [];
    if (separator === undefined)
      return `is not a log query: \`,\` or \`}\` was expected at character ${value.end + 1}.`;
    position = value.end + separator.length;
    if (!separator.endsWith("}")) continue;
    return isNarrow
      ? { end: position }
      : 'selects nothing in particular, which Loki refuses. Name at least one label with a value, such as `{app=~".+"}`.';
  }
}

/** Whether the matcher also accepts an entry without that label; Loki wants one that does not. */
function matchesNothing(operator: string, value: string): boolean {
  if (operator === "=") return value === "";
  if (operator === "!=") return value !== "";
  const matches = fromGoExpression(`^(?:${value})$`)?.test("") ?? false;
  return operator === "=~" ? matches : !matches;
}

function findPipelineMistake(query: string, from: number): string | null {
  let position = from;
  while (true) {
    const rest = query.slice(position);
    const space = /^(?:\s+|#[^\n]*)+/.exec(rest)?.[0].length ?? 0;
    position += space;
    if (position >= query.length) return null;
    const [filter] = /^(?:\|=|\|~|\|>|!=|!~|!>)\s*/.exec(query.slice(position)) ?? [];
    const [joined] = /^or\s+/.exec(query.slice(position)) ?? [];
    if (filter !== undefined || joined !== undefined) {
      position += (filter ?? joined ?? "").length;
      const address = /^ip\s*\(\s*/.exec(query.slice(position))?.[0].length ?? 0;
      const value = readQuoted(query, position + address);
      if (value === null)
        return `is not a log query: the line filter at character ${position + 1} needs text in closed quotes.`;
      const mistake = filter?.includes("~") ? findRegexMistake(value.text) : null;
      if (mistake !== null) return mistake;
      position = value.end + (address > 0 ? (/^\s*\)/.exec(query.slice(value.end))?.[0].length ?? 0) : 0);
    } else if (query[position] === "|") {
      const end = stageEnd(query, position + 1);
      if (end === null) return `is not a log query: a quote opened after character ${position + 1} is not closed.`;
      if (query.slice(position + 1, end).trim() === "")
        return `is not a log query: nothing follows \`|\` at character ${position + 1}.`;
      position = end;
    } else {
      return `is not a log query: \`${query.slice(position, position + 10)}\` at character ${position + 1} follows no \`|\`.`;
    }
  }
}

/** Where the next stage begins; null when a quote stays open. */
function stageEnd(query: string, from: number): number | null {
  let position = from;
  while (position < query.length && query[position] !== "|") {
    if (query[position] === '"' || query[position] === "`") {
      const text = readQuoted(query, position);
      if (text === null) return null;
      position = text.end;
    } else {
      position += 1;
    }
  }
  return position;
}

function findRegexMistake(pattern: string): string | null {
  return fromGoExpression(pattern) === null
    ? `holds a regular expression that cannot be read: \`${pattern}\`. Loki answers such a query with status 500.`
    : null;
}
