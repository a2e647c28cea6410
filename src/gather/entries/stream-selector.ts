/**
 * The stream selector of a LogQL query, `{…}`: what is read around an error is asked of the same streams, without the query's own filters.
 * Null where the query has none.
 */
export function streamSelector(query: string): string | null {
  const start = query.indexOf("{");
  if (start === -1) return null;
  let quote: string | null = null;
  for (let at = start + 1; at < query.length; at += 1) {
    const character = query[at];
    if (quote !== null) {
      // A raw string has no escapes.
      if (character === "\\" && quote === '"') at += 1;
      else if (character === quote) quote = null;
    } else if (character === '"' || character === "`") quote = character;
    else if (character === "}") return query.slice(start, at + 1);
  }
  return null;
}

/** A text as a LogQL string. */
export function logqlString(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\r", "\\r")}"`;
}
