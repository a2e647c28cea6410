import { LogQueryError, unsupported } from "./log-query-error.ts";
import { QueryText } from "./log-query-text.ts";
import { labelMatcher, lineMatcher, type Operator, PatternError } from "./matching.ts";

type Labels = Readonly<Record<string, string>>;

/** A log query of the part of LogQL that the stand-in knows: stream selector, line filters, label filters. */
export interface LogQuery {
  selects(labels: Labels): boolean;
  /** `labels`: those of the stream with the entry's structured metadata. */
  keeps(line: string, labels: Labels): boolean;
}

type Filter = LogQuery["keeps"];

const stages = [
  "json",
  "logfmt",
  "regexp",
  "pattern",
  "unpack",
  "line_format",
  "label_format",
  "decolorize",
  "drop",
  "keep",
  "unwrap",
];
const lineOperators = ["|=", "!=", "|~", "!~"] as const;

/** @throws LogQueryError with the status and the words of Loki, or 501 for what only a real one knows */
export function parseLogQuery(query: string): LogQuery {
  const text = new QueryText(query);
  if (text.peek().kind === "IDENTIFIER") throw unsupported("metric queries");
  return readLogQuery(text, () => text.peek().kind === "$end");
}

/** The log query inside another expression. */
export function readLogQuery(text: QueryText, isOver: () => boolean): LogQuery {
  const selects = readSelector(text);
  const filters: Filter[] = [];
  while (!isOver()) filters.push(readLineFilter(text) ?? readStage(text));
  return { selects, keeps: (line, labels) => filters.every((filter) => filter(line, labels)) };
}

/** A selector alone, as the label API takes it. */
export function parseSelector(selector: string): LogQuery["selects"] {
  return readSelector(new QueryText(selector));
}

function readSelector(text: QueryText): LogQuery["selects"] {
  if (text.takeIf("{") === null) text.fail();
  const matchers: { name: string; matches: (value: string) => boolean }[] = [];
  while (text.takeIf("}") === null) {
    if (matchers.length > 0 && text.takeIf(",") === null) text.fail("} or ,");
    const name = text.expect("IDENTIFIER").text;
    matchers.push({ name, matches: readMatcher(text) });
  }
  if (matchers.every(({ matches }) => matches(""))) {
    throw new LogQueryError(
      400,
      'parse error : queries require at least one regexp or equality matcher that does not have an empty-compatible value. For instance, app=~".*" does not meet this requirement, but app=~".+" will',
    );
  }
  return (labels) => matchers.every(({ name, matches }) => matches(labels[name] ?? ""));
}

function readMatcher(text: QueryText): (value: string) => boolean {
  const operator = text.takeIf("=", "!=", "=~", "!~");
  if (operator === null) {
    if (text.takeIf("==", ">", ">=", "<", "<=") !== null) throw unsupported("comparisons of numbers");
    return text.fail();
  }
  if (text.peek().kind === "NUMBER") throw unsupported("comparisons of numbers");
  const { text: value, column } = text.expect("STRING");
  try {
    return labelMatcher(operator.text as Operator, value);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new LogQueryError(400, `parse error at line 1, col ${column}: error parsing regexp: ${error.message}`);
  }
}

function readLineFilter(text: QueryText): Filter | null {
  const operator = lineOperators.find((each) => text.takeIf(each) !== null);
  if (operator === undefined) return null;
  const value = text.expect("STRING").text;
  if (text.takeIf("or") !== null) throw unsupported("line filters with or");
  try {
    return lineMatcher(operator, value);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    // Found out where the query runs, so it is a 500 although it will never be anything else.
    throw new LogQueryError(
      500,
      `rpc error: code = Unknown desc = parse error : stage '${operator} ${JSON.stringify(value)}' : error parsing regexp: ${error.message}\n`,
    );
  }
}

function readStage(text: QueryText): Filter {
  if (text.takeIf("|") === null) return text.fail();
  if (stages.includes(text.peek().text)) throw unsupported(`the stage ${text.peek().text}`);
  return readEither(text);
}

function readEither(text: QueryText): Filter {
  const choices = [readBoth(text)];
  while (text.takeIf("or") !== null) choices.push(readBoth(text));
  return (line, labels) => choices.some((each) => each(line, labels));
}

function readBoth(text: QueryText): Filter {
  const parts = [readLabelFilter(text)];
  while (text.takeIf("and", ",") !== null) parts.push(readLabelFilter(text));
  return (line, labels) => parts.every((each) => each(line, labels));
}

function readLabelFilter(text: QueryText): Filter {
  if (text.takeIf("(") !== null) {
    const inner = readEither(text);
    return text.takeIf(")") === null ? text.fail() : inner;
  }
  const name = text.expect("IDENTIFIER").text;
  const matches = readMatcher(text);
  return (_line, labels) => matches(labels[name] ?? "");
}
