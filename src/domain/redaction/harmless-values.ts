/** Whole values that say something about a secret and are none. */
const words = new Set(
  (
    "enabled disabled null nil none undefined true false yes no on off empty blank unset missing required optional invalid valid expired denied failed incorrect wrong " +
    "pass mismatch unknown unauthorized forbidden redacted masked hidden filtered protected secret password token n/a na " +
    "value key apikey api_key jwt include omit same-origin basic bearer string str text varchar char number int long bytes boolean bool object any void optional<string>"
  ).split(" "),
);
/** How a sentence about a secret goes on: `password: must not be empty`. */
const sentence =
  /^(?:must|should|may|can|cannot|can't|could|is|isn't|was|were|has|have|does|do|not|no|the|a|an|this|that|please|field|value|too|at|invalid|missing|required|expired|wrong|incorrect|failed|unable|size|length|cannot|필수|비밀번호|형식|오류)(?=\s|$)/i;
/** Only filler, or a few characters left around it: `****`, `ab****yz`, `xxxx`. */
const mask = /^(?:.{0,4}[*•●]{3,}.{0,4}|[xX#._-]{2,}|\.{3}|…)$/u;
/** `[FILTERED]`, `<redacted>`, `(hidden)`, `{masked}`. */
const maskWord =
  /^[[<({*]+\W?(?:redacted|filtered|masked|hidden|protected|secret|removed|sensitive|omitted)\b.{0,40}$/i;
/** A place where a value goes: `${DB_PASSWORD}`, `{{token}}`, `{}`, `{0}`, `%s`, `$TOKEN`, `<your-token>`, `:password`, `?`. */
const place =
  /^(?:\$\{.*|\{\{.*|\{\w{0,20}\}?|%[sdvq]|%\(\w+\)s|\$\d{1,3}|\$[A-Z_][A-Z0-9_]*|<[\w .-]+>?|:[a-z]\w*|\?+|\*|-+|=+)$/;
/** The name of a variable or a constant that holds a secret: `GITHUB_TOKEN`, as lists of them have it. */
const constant = /^(?=.*(?:TOKEN|KEY|SECRET|PASS|PWD|CREDENTIAL|AUTH))[A-Z][A-Z]*(?:_[A-Z]+)+$/;
const constantLengthMax = 64;
/** Nothing in it says anything. */
const wordless = /^[^\p{L}\p{N}]*$/u;
/** Where a file lies: `/run/secrets/db_password`, `./certs/app.key`. */
const filePath = /^(?:[A-Za-z]:[\\/]|\.{0,2}\/|~\/)(?:[A-Za-z][\w.-]{0,60}[\\/]){1,12}[A-Za-z][A-Za-z_.-]{0,60}$/;
/** A tag of YAML: `!Ref DbPassword`, `!vault |`. */
const yamlTag =
  /^!(?:vault|Ref|Sub|GetAtt|ImportValue|Join|FindInMap|Select|Base64|If|Transform|ENV|env|env_var|secret|include|reference|file|var)(?:\s.*)?$/;
/** What stands behind a string that ended where we thought that one began: `"token=" + value`. */
const afterString = /^\s*(?:[+,)\]};.]+(?:\s|$)|\$\{)/;

/**
 * Whether the value of a key like `password` is no secret: a mask, a word, a place holder of a template, part of a sentence or of a program.
 * @param isSpaced white space stands after the separator, as in prose and source code, and not in `password=abc`
 */
export function isHarmlessValue(value: string, isQuoted: boolean, isSpaced: boolean): boolean {
  const trimmed = value.trim().replace(/[;,]+$/, "");
  if (trimmed === "" || words.has(trimmed.toLowerCase()) || mask.test(trimmed) || maskWord.test(trimmed)) return true;
  if (
    place.test(trimmed) ||
    filePath.test(trimmed) ||
    (isSpaced && yamlTag.test(trimmed)) ||
    wordless.test(trimmed) ||
    (trimmed.length <= constantLengthMax && constant.test(trimmed)) ||
    /^https?:\/\//.test(trimmed)
  )
    return true;
  if (isQuoted) return afterString.test(value) || (/\s/.test(trimmed) && sentence.test(trimmed));
  return isSpaced && sentence.test(trimmed);
}
