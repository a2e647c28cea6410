import { flatOf } from "../code-side.ts";
import type { CodeLanguage } from "../languages.ts";
import type { Token } from "../token.ts";

/** Code that passes an error on, or answers whoever asked that it is his. */
export const passesOn =
  /^(?:throw\b|raise\b|panic!?\(|return Promise\.reject\(|(?:return )?(?:await )?(?:next|reject|done|cb|callback)\((?!\)|null|undefined)|return Err\(|Err\(|return err\b|bail!|abort\(4|self\.fail)/;
const answersBadRequest =
  /\b(?:status|sendStatus|sendError|writeHead|WriteHeader|code|setStatus(?:Code)?|StatusCode|status_code|http_response_code|abort|halt|head|HttpStatus|HTTPException|ResponseEntity)\b[^;]{0,80}(?:\b4\d\d\b|\b5\d\d\b|BAD_REQUEST|BadRequest|UNPROCESSABLE|Unprocessable|NOT_FOUND|NotFound|CONFLICT|bad_request|unprocessable|not_found)|\b(?:badRequest|BadRequest|NotFound|UnprocessableEntity|unprocessable\w*|notFound)\(|\bhttp\.Error\(|:bad_request\b|:unprocessable_entity\b|:not_found\b/;
/** A catch of these tells nothing of what went wrong. */
const wideTypes =
  /\b(?:Exception|Throwable|RuntimeException|Error|BaseException|StandardError|NullPointerException|NullReferenceException|TypeError|AttributeError|NoMethodError|object|any|unknown)\b/;

/** Stands behind a head that does. */
export const anyError = " …";

/** Whether a head catches whatever there is, where its language could name a type: what it then throws hides mistakes of ours. */
export function isTooWide(header: string, language: CodeLanguage): boolean {
  if (language === "typescript" || language === "javascript") return false;
  if (/^(?:except|rescue|catch)(?:=>\w+)?$/.test(header)) return true;
  return /^(?:except|rescue|catch)\b/.test(header) && wideTypes.test(header.replace(/ when .*$/, ""));
}

/** Whether the last thing of a handler passes the error on, or answers that the request was wrong. */
export function isPassedOn(body: readonly Token[], header: string): boolean {
  const statements = topStatements(body);
  const last = statements.at(-1) ?? "";
  if (passesOn.test(last)) return true;
  if (!answersBadRequest.test(last)) return false;
  // What comes behind `return` of an answer is left; a wide catch would call every mistake of ours the caller's.
  if (/^\((?:except|rescue)\)$/.test(header)) return false;
  const typed = /\(/.test(header) && !/^catch\(\w+\)$/.test(header);
  return !typed || !wideTypes.test(header);
}

/** Statements of a block that stand directly in it; a block in it is one. */
export function topStatements(body: readonly Token[]): readonly string[] {
  const statements: string[] = [];
  let depth = 0;
  let from = 0;
  body.forEach(({ kind, text, line }, index) => {
    if (kind === "mark") {
      if (text === "{" || text === "(" || text === "[") depth += 1;
      else if (text === "}" || text === ")" || text === "]") depth -= 1;
    }
    const next = body[index + 1];
    const isEnd =
      depth === 0 &&
      (text === ";" ||
        text === "}" ||
        (next !== undefined && next.line > line && !/^[.?:&|+]/.test(next.text) && !/^[.?:&|+=,]$/.test(text)));
    if (!isEnd) return;
    statements.push(flatOf(body, from, index + 1));
    from = index + 1;
  });
  if (from < body.length) statements.push(flatOf(body, from, body.length));
  return statements.filter((each) => each !== ";" && each !== "");
}
