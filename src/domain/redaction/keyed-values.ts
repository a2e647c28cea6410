import { isHarmlessValue } from "./harmless-values.ts";
import { byPattern, type Hide, type Rule, withoutPlaceholders } from "./rule.ts";
import { bareValueEnd, quotedValueEnd } from "./value-reader.ts";

interface KeyedKind {
  readonly kind: string;
  readonly triggers: readonly string[];
  /** Names of fields; what stands before them (`db_`, `user`, `X-`) does not matter. */
  readonly names: string;
  /** Null: any value that is not harmless. */
  readonly isSecret: ((value: string, isLoose: boolean) => boolean) | null;
}

/** A count or a flag, as in `tokens=512`, `pass=3`. */
const isCount = (value: string): boolean => /^[\d.,/]{1,7}%?$/.test(value);
/** As long as words are, and without a digit: what `token: identifier` in a parser's message looks like. */
const isWordLike = (value: string): boolean => value.length < 16 && !/\d/.test(value);

/** For names that are parts of many words; what is percent-encoded before them is no letter. */
const wordStart = "(?:(?<![a-z])|(?<=%[0-9a-f]{2}))";
const keyWords = ["encryption", "signing", "master", "subscription", "service", "auth", "license", "consumer"];

const keyedKinds: readonly KeyedKind[] = [
  {
    kind: "password",
    triggers: ["passw", "passp", "pass_", "pass-", "passcode", "pwd", "비밀번호", "패스워드", "비번"],
    names: "pass[_-]?(?:words?|wd|phrase|code)|pwd|비밀번호|패스워드|비번",
    isSecret: null,
  },
  {
    kind: "password",
    triggers: ["pass=", "pass:", 'pass"', "pass'", "pass\\", "pass ", "pass>"],
    names: `${wordStart}pass`,
    isSecret: (value, isLoose) => !isLoose && !isCount(value),
  },
  {
    kind: "api-key",
    triggers: ["apikey", "api_key", "api-key", "accesskey", "access_key", "access-key", "accountkey", "account_key"],
    names: "api[_-]?key|access[_-]?key(?![_-]?id)|account[_-]?key",
    isSecret: null,
  },
  {
    kind: "api-key",
    triggers: keyWords.flatMap((word) => ["key", "_key", "-key"].map((end) => word + end)),
    names: `(?:${keyWords.join("|")})[_-]?key`,
    isSecret: (value) => !isWordLike(value),
  },
  {
    kind: "private-key",
    triggers: ["privatekey", "private_key", "private-key"],
    names: "private[_-]?key(?![_-]?id)",
    isSecret: null,
  },
  { kind: "secret", triggers: ["secret"], names: "secrets?(?:[_-]?(?:access[_-]?)?key)?", isSecret: null },
  {
    kind: "token",
    triggers: ["token", "bearer", "jwt"],
    names: `token|${wordStart}(?:bearer|jwt)`,
    isSecret: (value, isLoose) => !isCount(value) && !(isLoose && isWordLike(value)),
  },
  {
    kind: "token",
    triggers: ["tokens"],
    names: "tokens",
    isSecret: (value) => !isCount(value) && !isWordLike(value),
  },
  {
    kind: "credential",
    triggers: ["credential"],
    names: "credentials?",
    isSecret: (value, isLoose) => !(isLoose && isWordLike(value)),
  },
  {
    kind: "session",
    triggers: ["sessionid", "session_id", "session-id", "sessid", "connect.sid", "asp.net_session"],
    names: "session[_-]?id|phpsessid|sessid|connect\\.sid",
    isSecret: (value) => value.length >= 8 && /\d/.test(value),
  },
  {
    kind: "code",
    triggers: [
      "otp",
      "pin=",
      "pin:",
      'pin"',
      "pin'",
      "pin\\",
      "pin ",
      "pin_",
      "pin-",
      "pinc",
      "pinn",
      "cvv",
      "cvc",
      "ncode",
      "ycode",
      "n_code",
      "y_code",
      "인증번호",
    ],
    names: `${wordStart}(?:otp|pin|cvv2?|cvc2?)|(?:verification|security|pin|otp)[_-]?(?:code|number)|인증번호`,
    isSecret: (value) => /^\d{3,8}$/.test(value),
  },
  {
    kind: "resident-number",
    triggers: ["주민", "resident", "jumin", "rrn", "ssn"],
    names: `주민(?:등록)?번호|resident[_-]?(?:registration[_-]?)?(?:number|no|id)|jumin(?:[_-]?no)?|${wordStart}(?:rrn|ssn)`,
    isSecret: (value) => /^\d[\d-]{5,}$/.test(value),
  },
];

const suffix = "(?:[_-]?(?:hash|value|confirm(?:ation)?|text|plain|again|repeat|data|str|string|raw|digest|\\d{1,2}))?";
const separator = "(?:[ \\t]is)?[ \\t]{0,8}(:=|=>|[:=](?![:=>])|%3[da])([ \\t]{0,8})";
const mark = "\\\\{0,8}[\"'`]";

/** Groups: one per kind, then the separator, the space after it, the opening quote. Not inside a placeholder, whose kind may be such a name. */
const keyed = new RegExp(
  `(?<!⟨[a-z-]{0,30})(?:${keyedKinds.map(({ names }) => `(${names})`).join("|")})${suffix}(?:${mark})?[\\])]?${separator}[[(]?[ \\t]?(${mark})?`,
  "gi",
);

/** `password=…` and its like in JSON, escaped JSON, logfmt, query strings, YAML, source code and the printed form of objects. */
export const keyedValueRule: Rule = {
  triggers: keyedKinds.flatMap(({ triggers }) => triggers),
  rewrite: hideKeyedValues,
};

/** A longer value is hidden unseen: what is left alone is searched again for keys inside it, so the time would grow with the square of its length. */
const judgedLengthMax = 256;

function hideKeyedValues(text: string, hide: Hide): string {
  let rewritten = "";
  let done = 0;
  keyed.lastIndex = 0;
  for (let key = keyed.exec(text); key !== null; key = keyed.exec(text)) {
    const kind = keyedKinds[key.slice(1).findIndex((name) => name !== undefined)];
    const [sign = "", space = "", quote] = key.slice(1 + keyedKinds.length);
    const from = key.index + key[0].length;
    const end = valueEnd(text, key.index, from, kind?.kind ?? "", sign, quote);
    const value = text.slice(from, end);
    // What an earlier pass left of a value is judged, never its placeholders: so a second pass finds nothing that the first did not.
    const rest = withoutPlaceholders(value);
    const isSpaced = space !== "";
    if (kind === undefined) continue;
    if (rest.length <= judgedLengthMax) {
      if (isHarmlessValue(rest, quote !== undefined, isSpaced)) continue;
      if (kind.isSecret?.(rest, isSpaced && quote === undefined) === false) continue;
    }
    rewritten += text.slice(done, from) + hide(kind.kind, value);
    done = end;
    keyed.lastIndex = end;
  }
  return rewritten + text.slice(done);
}

function valueEnd(
  text: string,
  keyAt: number,
  from: number,
  kind: string,
  sign: string,
  quote: string | undefined,
): number {
  if (quote !== undefined) return quotedValueEnd(text, from, quote);
  if (sign === ":" && kind === "password" && startsLine(text, keyAt)) return lineEnd(text, from);
  return bareValueEnd(text, from, sign.startsWith("%"));
}

/** Only indentation, a list dash and a prefix of the name stand before it: YAML, whose bare values run to the end of the line. */
function startsLine(text: string, keyAt: number): boolean {
  return /(?:^|[\r\n])[ \t]{0,40}(?:- )?[\w.-]{0,40}$/.test(text.slice(Math.max(0, keyAt - 84), keyAt));
}

const restOfLine = /[^\r\n]*/y;

function lineEnd(text: string, from: number): number {
  restOfLine.lastIndex = from;
  const line = restOfLine.exec(text)?.[0] ?? "";
  const comment = line.indexOf(" #");
  return from + line.slice(0, comment === -1 ? undefined : comment).trimEnd().length;
}

/** The same names where no separator stands: elements of XML, options of commands, SQL. */
export const otherKeyedRules: readonly Rule[] = [
  byPattern(
    "password",
    ["password>", "passwd>", "secret>", "token>", "apikey>", "passphrase>", "credential>"],
    /(<(?:[\w-]{1,40}:)?[\w-]{0,40}(?:password|passwd|passphrase|secret|token|apikey|credential)>)([^<>\r\n⟨]+)(?=<|$)/gi,
    (value) => !isHarmlessValue(value, true, false),
  ),
  byPattern(
    "password",
    ["-password", "-passwd", "-secret", "-token", "-api-key", "-pass "],
    /(--?[\w-]{0,40}(?:password|passwd|secret|token|api-key|pass)[ \t]{1,4}["']?)([^\s"'=⟨-][^\s"'⟨]*)/gi,
    (value) => !isHarmlessValue(value, false, true),
  ),
  byPattern(
    "password",
    ["identified by", "password '", 'password "'],
    /((?:identified by|\bpassword)[ \t]+["'])([^"'\r\n⟨]+)(?=["'])/gi,
    (value) => !isHarmlessValue(value, true, false),
  ),
  byPattern("credentials", ["-u ", "--user "], /((?:\s|^)(?:-u|--user)[ \t]+["']?[\w.@-]{1,64}:)([^\s"'⟨]+)/g),
];
