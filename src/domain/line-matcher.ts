import { fromGoExpression, readQuoted } from "./quoted-text.ts";

type LabelOperator = "=" | "!=" | "=~" | "!~";
type FilterOperator = "|=" | "!=" | "|~" | "!~";

/** A stream selector and line filters of LogQL: `{namespace="load-test"} |= "timeout" !~ "fatal|panic"`. Either part may be left out. */
export interface LineMatcher {
  readonly labels: readonly { readonly name: string; readonly operator: LabelOperator; readonly value: string }[];
  readonly filters: readonly { readonly operator: FilterOperator; readonly text: string }[];
}

const label = /^\s*([A-Za-z_][\w.]*)\s*(=~|!~|!=|=)\s*/;
const filter = /^\s*(\|=|\|~|!=|!~)\s*/;

/** What the text says, or what is wrong with it as the rest of a sentence, with the cure. */
export function parseLineMatcher(text: string): LineMatcher | string {
  const labels: LineMatcher["labels"][number][] = [];
  const filters: LineMatcher["filters"][number][] = [];
  let at = text.length - text.trimStart().length;
  if (text[at] === "{") {
    at += 1;
    while (!/^\s*\}/.test(text.slice(at))) {
      const found = label.exec(text.slice(at));
      const [, name = "", operator = ""] = found ?? [];
      const value = found === null ? null : readQuoted(text, at + found[0].length);
      if (value === null) {
        return `cannot be read at character ${at + 1}: a label, an operator and a quoted value were expected, such as \`namespace="load-test"\`.`;
      }
      labels.push({ name, operator: operator as LabelOperator, value: value.text });
      const [separator] = /^\s*(?:,|(?=\}))/.exec(text.slice(value.end)) ?? [];
      if (separator === undefined)
        return `cannot be read at character ${value.end + 1}: \`,\` or \`}\` was expected there.`;
      at = value.end + separator.length;
    }
    at += /^\s*\}/.exec(text.slice(at))?.[0].length ?? 0;
  }
  while (text.slice(at).trim() !== "") {
    const found = filter.exec(text.slice(at));
    const value = found === null ? null : readQuoted(text, at + found[0].length);
    if (found === null || value === null) {
      return `cannot be read at character ${at + 1}: a line filter with quoted text was expected, such as \`|= "timeout"\`. Stages like \`| json\` are not known here.`;
    }
    filters.push({ operator: found[1] as FilterOperator, text: value.text });
    at = value.end;
  }
  if (labels.length === 0 && filters.length === 0) {
    return 'says nothing, and would match every entry. Write a selector or a filter, such as `{namespace="load-test"}`.';
  }
  const broken = patternsOf({ labels, filters }).find((pattern) => fromGoExpression(pattern) === null);
  return broken === undefined
    ? { labels, filters }
    : `holds a regular expression that cannot be read: \`${broken}\`. Write one of LogQL.`;
}

/** Its regular expressions, as they are written. */
export function patternsOf({ labels, filters }: LineMatcher): readonly string[] {
  return [
    ...labels.filter(({ operator }) => operator.endsWith("~")).map(({ value }) => value),
    ...filters.filter(({ operator }) => operator.endsWith("~")).map(({ text }) => text),
  ];
}

/** Tells whether an entry matches. A label that it does not have counts as empty, as it does in Loki. */
export function compileMatcher({
  labels,
  filters,
}: LineMatcher): (labelOf: (name: string) => string | null, line: string) => boolean {
  const labelTests = labels.map(({ name, operator, value }) => {
    const holds = operator.endsWith("~") ? wholly(value) : (found: string) => found === value;
    const isWanted = !operator.startsWith("!");
    return (labelOf: (name: string) => string | null) => holds(labelOf(name) ?? "") === isWanted;
  });
  const lineTests = filters.map(({ operator, text }) => {
    const expression = operator.endsWith("~") ? fromGoExpression(text) : null;
    const holds = (line: string) => (operator.endsWith("~") ? expression?.test(line) === true : line.includes(text));
    const isWanted = !operator.startsWith("!");
    return (line: string) => holds(line) === isWanted;
  });
  return (labelOf, line) => labelTests.every((test) => test(labelOf)) && lineTests.every((test) => test(line));
}

function wholly(pattern: string): (text: string) => boolean {
  const isAnyCase = /^\(\?[a-z]*i[a-z]*\)/.test(pattern);
  const expression = fromGoExpression(`^(?:${pattern.replace(/^\(\?[imsU-]+\)/, "")})$`, isAnyCase ? "i" : "");
  return (text) => expression?.test(text) === true;
}
