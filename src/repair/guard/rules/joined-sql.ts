import type { ChangedFile } from "../changed-file.ts";
import { type CodeSide, isChanged } from "../code-side.ts";
import { quoted, type Violation } from "../violation.ts";

const statement =
  /\b(?:select\s[^;]{0,400}\sfrom\b|insert\s+into\b|update\s+[\w."`]+\s+set\b|delete\s+from\b|drop\s+(?:table|database|index|view|schema)\b|truncate\s+table\b|alter\s+table\b|create\s+(?:table|index|view|user)\b|grant\s+\w+\s+on\b|union\s+(?:all\s+)?select\b|merge\s+into\b|replace\s+into\b)|^\W{0,3}(?:where|and|or|order\s+by|group\s+by|having|limit|values|set|from|(?:left|inner|right)?\s*join)\s+\S/is;
const changing =
  /\b(?:insert\s+into|update\s+[\w."`]+\s+set|delete\s+from|drop\s+\w+|truncate\s+\w+|alter\s+table|grant\s+\w+)\b/i;
const keywords =
  /\b(?:select|distinct|from|where|and|or|not|in|exists|join|on|group|having|order|limit|offset|union|insert|update|delete|set|values|for|like|between|null)\b|[=<>?]|:\w+|\$\d|@\w+/gi;
const joiner = /^(?:\+|\.|%|<<|\+=|\.=|\|\|)$/;
const queryCalls =
  /^(?:where|or|not|having|joins|order|group|pluck|select|from|execute\w*|Execute\w*|exec\w*|Exec\w*|query\w*|Query\w*|raw|Raw|prepare\w*|Prepare\w*|createQuery|find_by|filter|andWhere|orWhere|orderBy)$/;
const formatting =
  /^(?:format|Format|Sprintf|sprintf|concat|Concat|append|join|formatted|vsprintf|strtr|f|replace|str_replace|interpolate)$/;
const holder = /(?:%[sdvq]|\{\d?\}|\$\{|#\{|\$\w)/;

/** SQL that is put together, that changes what is stored, or that asks for something else than before. */
export function checkSql(file: ChangedFile): readonly Violation[] {
  if (file.language === null) return [];
  return file.fragments.flatMap(({ before, after }) => {
    const violations: Violation[] = [];
    const refuse = (line: number, detail: string) => violations.push({ rule: "sql", path: file.path, line, detail });
    after.tokens.forEach((token, index) => {
      if (token.kind !== "string" || !isChanged(after, token)) return;
      if (!statement.test(token.text.slice(0, 4_000))) {
        const asked = after.tokens[index - 1]?.text === "(" ? (after.tokens[index - 2]?.text ?? "") : "";
        const isFilledIn =
          after.tokens[index + 1]?.isFilledIn === true || /[+.%]/.test(after.tokens[index + 1]?.text ?? "");
        if (queryCalls.test(asked) && isFilledIn && /[=<>']|\b(?:like|in|is|asc|desc)\b/i.test(token.text)) {
          refuse(token.line, `a part of a query is put together: ${quoted(token.text)}`);
        }
        return;
      }
      const nearby = after.tokens.slice(index + 1, index + 4);
      const isFilled = after.tokens[index + 1]?.isFilledIn === true && !token.isFilledIn;
      const isJoined =
        (joiner.test(nearby[0]?.text ?? "") &&
          !(nearby[0]?.text === "." && !formatting.test(nearby[1]?.text ?? "") && file.language !== "php")) ||
        (joiner.test(after.tokens[index - 1]?.text ?? "") && after.tokens[index - 1]?.text !== ".") ||
        nearby.some(({ text }) => text === "formatted");
      const isFormatted =
        holder.test(token.text) &&
        after.tokens.slice(Math.max(0, index - 4), index).some(({ text }) => formatting.test(text));
      if (isFilled || isFormatted || (isJoined && !isOnlyText(after, index))) {
        refuse(token.line, `SQL is put together from parts: ${quoted(token.text)}`);
      } else if (changing.test(token.text) && !before.flat.includes(token.text) && !hasChanging(before)) {
        refuse(token.line, `SQL that changes what is stored: ${quoted(token.text)}`);
      }
    });
    const [old, now] = [wordsOf(before), wordsOf(after)];
    if (old !== null && now !== null && old !== now) {
      refuse(
        after.tokens.find((token) => token.kind === "string" && isChanged(after, token))?.line ?? after.firstLine,
        "a query asks for something else",
      );
    }
    return violations;
  });
}

function hasChanging(side: CodeSide): boolean {
  return side.tokens.some((token) => token.kind === "string" && isChanged(side, token) && changing.test(token.text));
}

/** Texts joined with nothing but texts: a long query over several lines. */
function isOnlyText({ tokens }: CodeSide, index: number): boolean {
  for (let at = index + 1; at < index + 60; at += 2) {
    if (!joiner.test(tokens[at]?.text ?? "")) break;
    if (tokens[at + 1]?.kind !== "string") return false;
  }
  for (let at = index - 1; at > index - 60; at -= 2) {
    if (!joiner.test(tokens[at]?.text ?? "")) break;
    if (tokens[at - 1]?.kind !== "string") return false;
  }
  return true;
}

/** The words of the queries on changed lines that make them what they are; null where there is none. */
function wordsOf(side: CodeSide): string | null {
  const queries = side.tokens.filter(
    (token) => token.kind === "string" && isChanged(side, token) && statement.test(token.text.slice(0, 4_000)),
  );
  if (queries.length === 0) return null;
  return queries
    .flatMap(({ text }) => text.toLowerCase().match(keywords) ?? [])
    .sort()
    .join(" ");
}
