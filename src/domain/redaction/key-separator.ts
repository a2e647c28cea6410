import type { KeyName } from "./key-name.ts";
import { quotedValueEnd } from "./value-reader.ts";

/** What leads from a key to its value. */
export interface Introduction {
  readonly valueAt: number;
  /** The quotation mark that opens the value, with its backslashes or in its encoded form; null where the value is bare. */
  readonly quote: string | null;
  /** The sign between them; `is` for a verb, `.` for a call of a member, empty where there is none. */
  readonly sign: string;
  /** White space stands before the value, as in prose and source code. */
  readonly isSpaced: boolean;
  /** The value is the content of an element of XML. */
  readonly isElement: boolean;
  /** Nothing but a blank, a verb or a comma says that the value belongs to the key. */
  readonly isWeak: boolean;
}

const mark = "\\\\{0,16}[\"'`]|&quot;|&apos;|&#3[49];|&#x2[27];|%(?:25)?2[27]|\\\\{1,16}u002[27]";
/** Members whose name says no more than that the value of their owner follows: `{"value":"…"}`, `{"S":"…"}` of DynamoDB. */
const member = `\\{\\s{0,8}(?:${mark})?(?:value|val|_value|string_?value|default_?value|default|text|plain|raw|data|current|old|new|set|\\$set|eq|\\$eq|equals|S)(?:${mark})?\\s{0,4}[:=]\\s{0,4}`;
const wrapper =
  "(?:(?:Some|Optional|Just|Ok|SecretStr|SecretBytes|Secret|String|Text|\\[\\]byte)[([]|\\[\\]\\w{1,20}(?: ?\\{\\})?\\{|\\((?:\\*?string|\\[\\]uint8)\\) (?:\\(len=\\d{1,7}\\) )?|\\[(?!(?:filtered|redacted|masked|hidden|protected|secret|removed|sensitive|omitted)\\])|\\((?=\\\\{0,16}[\"'])|<<|rejected value \\[){0,2}";
const opening = `(?:\\s{0,20}string\\(\\d{1,7}\\) |(?:${member})?${wrapper})[ \\t]?(?:[bruf@$]{1,2}(?=\\\\{0,16}["']))?(${mark})?`;
/** What PHP says of a member: `["password":"User":private]`, `[password:protected]`. */
const visibility = `:(?:(?:${mark})?[\\w\\\\]{1,80}(?:${mark})?:)?(?:private|protected)`;

/** Groups: the quotation mark that closes the key, the sign, the space behind it, the quotation mark that opens the value. */
const assigned = new RegExp(
  `(${mark})?(?:${visibility})?[\\])]?(?:[ \\t]{1,4}(?:is|was)(?=[ \\t]{0,4}[:=]))?[ \\t]{0,8}(:=|::(?=[ \\t])|=&gt;|-&gt;|=>|->|[:=](?![:=>])|%(?:25)?3[da]|\\\\{1,16}u003[dD]|;s:\\d{1,7}:)([ \\t]{0,8})${opening}`,
  "iy",
);
/** `Key (email)=(…)` of PostgreSQL. */
const inParentheses = /\)=\(/y;
const typeName =
  "[&*]?(?:'[a-z]{1,20} )?[A-Za-z_][\\w.]{0,40}(?:<[^<>=\\r\\n]{0,60}>|\\[[^\\[\\]=\\r\\n]{0,60}\\])?[?!]?(?:[ \\t]?\\|[ \\t]?[A-Za-z_][\\w.]{0,40}){0,4}";
/** `apiKey: String = "…"`, `var apiKey string = "…"`, `ApiKey { get; set; } = "…"`, `password[16] = "…"`. */
const declared = new RegExp(
  `[?!]?(?:[ \\t]{0,4}:[ \\t]{0,4}${typeName}|[ \\t]{1,4}(?:\\*?string|\\[\\]byte)|\\[\\d{0,6}\\]|[ \\t]{0,4}\\{[ \\t]{0,4}get;[^{}\\r\\n]{0,60}\\})[ \\t]{0,4}=(?![=>])([ \\t]{0,4})(?:new )?${wrapper}(?:[A-Z]\\w{0,30}\\()?[bruf@$]{0,2}(${mark})`,
  "y",
);
/** The same with an expression for a value. */
const declaredBare =
  /[?!]?[ \t]{0,4}:[ \t]{0,4}(?:&?str|[sS]tring|bytes|any|Any|SecretStr|Optional\[[\w.]{1,40}\])(?:[?!]| ?\| ?\w{1,20})?[ \t]{0,4}=(?![=>])[ \t]{0,4}/y;
/** `process.env.TOKEN || "…"`, `os.environ["TOKEN"] or "…"`. */
const fallback = new RegExp(
  `(?:${mark})?[\\])]{0,2}[ \\t]{0,4}(?:\\|\\||\\?\\?|\\?:|or(?=[ \\t]))[ \\t]{0,4}(${mark})`,
  "y",
);
/** `${TOKEN:-…}` of shells. */
const shellDefault = /:-(?=[^\s}])/y;
/** `name: DB_PASSWORD, value: …`, `<add key="Password" value="…"/>`, `name="password"` of a form. */
const paired = new RegExp(
  `(${mark})?(?:[ \\t]{0,8}/?>\\s{0,40}<(?:\\w{1,20}:)?value>|</\\w{1,20}>\\s{0,40}<(?:\\w{1,20}:)?(?:value|string|data)>|\\s{0,40},?\\s{0,40}(?:${mark})?value(?:${mark})?\\s{0,4}([:=]|=>)([ \\t]{0,8})(${mark})?|(?:\\r?\\n|\\\\{1,16}r\\\\{1,16}n|\\\\{1,16}n){2}())`,
  "iy",
);
/** `("password", "…")`, `{password,<<"…">>}`. */
const listed = new RegExp(`(${mark})?\\]?,()([ \\t]{0,4})(?:<<)?[brufBRUF]?(${mark})`, "y");
/** `password "…"`, `setPassword("…")`. */
const beside = new RegExp(`(${mark})?()([ \\t]{1,4}(?:\\[|of |was )?|\\()(${mark})`, "y");
/** `password | …` of tables. */
const tableCell = /[ \t]{0,40}\|[ \t]{1,40}(?!\|)/y;
/** Tags whose `key` or `name` names what is inside them. */
const namingTag =
  /<(?:entry|string|prop(?:erty)?|param(?:eter)?|setting|item|attribute|field|arg(?:ument)?|constructor-arg|data|value|header|variable|env|add|init-param|option|Data)(?:[ \t][^<>]{0,120})?[ \t](?:key|name|Key|Name)=(?:\\{0,16}["'])$/;
const tagBehind = /(?:\\{0,16}["'])(?:[ \t][^<>]{0,120})?(?<!\/)>(?:<!\[CDATA\[)?/y;
const verb = /[ \t]{1,4}(?:is|was|=|to)[ \t]{1,4}/iy;
const blank = /[ \t]{1,4}(?:[[(]|no\.? )?/y;

export function introductionOf(text: string, name: KeyName): Introduction | null {
  return (
    elementOf(text, name) ??
    attributeOf(text, name) ??
    declarationOf(text, name) ??
    assignmentOf(text, name) ??
    optionOf(text, name) ??
    pairOf(text, name) ??
    proseOf(text, name)
  );
}

/** `<password>…</password>`, also where `<` is written `&lt;` or `\u003c`. */
function elementOf(text: string, { from, to }: KeyName): Introduction | null {
  const before = text.slice(Math.max(0, from - 30), from);
  if (!/(?:<|&lt;|u003c)(?:[\w-]{1,20}:)?$/i.test(before)) return null;
  const open = at(/(?: [^<>]{0,200})?(?:>|&gt;|\\{1,16}u003e)(?:<!\[CDATA\[)?/iy, text, to);
  if (open === null) return null;
  return { valueAt: to + open[0].length, quote: null, sign: ">", isSpaced: false, isElement: true, isWeak: false };
}

/** `<entry key="password">…</entry>`. */
function attributeOf(text: string, { from, to }: KeyName): Introduction | null {
  if (!/["']/.test(text.charAt(to)) && text.charAt(to) !== "\\") return null;
  const open = at(tagBehind, text, to);
  if (open === null) return null;
  const lead = text.slice(Math.max(0, from - 200), from).replace(/(?:[\p{L}\d_-]{1,24} ){1,3}$/u, "");
  if (!namingTag.test(lead)) return null;
  return { valueAt: to + open[0].length, quote: null, sign: ">", isSpaced: false, isElement: true, isWeak: false };
}

function declarationOf(text: string, { from, to }: KeyName): Introduction | null {
  const after = { isSpaced: true, isElement: false, isWeak: false };
  const quoted = at(declared, text, to);
  if (quoted !== null) return { ...after, valueAt: to + quoted[0].length, quote: quoted[2] ?? null, sign: "=" };
  const bare = at(declaredBare, text, to);
  if (bare !== null) return { ...after, valueAt: to + bare[0].length, quote: null, sign: "=" };
  const either = at(fallback, text, to);
  if (either !== null) {
    const isSetting = /^[A-Z\d_]{3,}$/.test(text.slice(from, to).split(".").at(-1) ?? "");
    return { ...after, valueAt: to + either[0].length, quote: either[1] ?? null, sign: "||", isWeak: !isSetting };
  }
  if (text.startsWith("${", from - 2) && at(shellDefault, text, to) !== null)
    return { ...after, valueAt: to + 2, quote: null, sign: ":-", isSpaced: false };
  if (text.charAt(from - 1) === "(" && at(inParentheses, text, to) !== null)
    return { ...after, valueAt: to + 3, quote: null, sign: "=", isSpaced: false };
  return null;
}

function assignmentOf(text: string, { from, to }: KeyName): Introduction | null {
  const found = at(assigned, text, to);
  if (found === null) return null;
  const [all, close, sign = "", space = "", quote = null] = found;
  // `(password) => …` is a function.
  if (sign === "=>" && text.slice(to, to + all.length).startsWith(")")) return null;
  // `arn:aws:secretsmanager:…:secret:name`: between colons stand parts of a name.
  if (
    sign === ":" &&
    close === undefined &&
    space === "" &&
    quote === null &&
    /(?<!Name):$/.test(text.slice(Math.max(0, from - 5), from))
  )
    return null;
  return { valueAt: to + all.length, quote, sign, isSpaced: space !== "", isElement: false, isWeak: false };
}

/** `--db-password …`, `-password …`. */
function optionOf(text: string, { from, to }: KeyName): Introduction | null {
  if (text.charAt(from) !== "-") return null;
  const found = at(new RegExp(`[ \\t]{1,4}(${mark})?(?!-)`, "y"), text, to);
  if (found === null) return null;
  return {
    valueAt: to + found[0].length,
    quote: found[1] ?? null,
    sign: " ",
    isSpaced: true,
    isElement: false,
    isWeak: false,
  };
}

function pairOf(text: string, name: KeyName): Introduction | null {
  const { from, to } = name;
  const found = at(paired, text, to);
  const lead = text.slice(Math.max(0, from - 24), from);
  const isNamed = /(?:name|key)(?:\\{0,16}["'])?\s{0,2}[:=]\s{0,2}(?:\\{0,16}["'])?$/i.test(lead);
  if (found !== null && (found[1] !== undefined || isNamed || /[\r\n<]/.test(found[0]))) {
    const isElement = found[0].endsWith(">");
    return {
      valueAt: to + found[0].length,
      quote: found[4] ?? null,
      sign: found[2] ?? "",
      isSpaced: false,
      isElement,
      isWeak: !isElement && found[2] === undefined && !isNamed,
    };
  }
  const next = at(listed, text, to);
  if (next === null) return null;
  const valueAt = to + next[0].length;
  const quote = next[4] ?? "";
  const isHeader =
    /^x-[\w-]{1,40}$/i.test(name.name) && /^(?=[^"']{0,59}\d)[^"']{6}/.test(text.slice(valueAt, valueAt + 60));
  const isWeak = !(
    isHeader ||
    text.startsWith("--", from) ||
    isSettingCall(text, from) ||
    isPair(text, from, valueAt, quote)
  );
  return { valueAt, quote, sign: "", isSpaced: false, isElement: false, isWeak };
}

/** `getenv("TOKEN", "…")`, `header("X-Api-Key", "…")`. */
function isSettingCall(text: string, from: number): boolean {
  return /(?:env|environ\.get|getProperty|getOrDefault|fetch|[sp]etenv|set|put|add|append|header|field|queryParam|setItem|(?:set|add)[A-Z]\w{0,30})\(\s{0,4}(?:\\{0,16}["'])$/.test(
    text.slice(Math.max(0, from - 60), from),
  );
}

/** One of several pairs of a key and its value, `[["password","…"],…`, `[('password', '…')]`, `{password,<<"…">>}`, and not a list of names. */
function isPair(text: string, from: number, valueAt: number, quote: string): boolean {
  const lead = text.slice(Math.max(0, from - 40), from);
  if (!/(?:[[(,{][ \t]{0,4}[[(]|\{|Map\(|map\()[ \t]{0,4}(?:<<)?b?(?:\\{0,16}["']|:)?$/.test(lead)) return false;
  const cut = text.slice(valueAt, valueAt + 400);
  return /^(?:>>)?[ \t]{0,4}[\])}]/.test(cut.slice(quotedValueEnd(cut, 0, quote) + quote.length));
}

/** Methods that are given the name of what they fetch. */
const verbs =
  /^(?:get|set|read|load|find|fetch|reveal|rotate|delete|create|list|describe|has|is|verify|validate|check|parse|resolve|require|use|new|to|from|on|remove|revoke|issue|generate|decode|hash|encrypt|decrypt)[A-Z_]/;

function proseOf(text: string, { from, to, name }: KeyName): Introduction | null {
  // `GET /token (…)`: a part of a path is followed by no value.
  if (text.charAt(from - 1) === "/") return null;
  const said = { sign: "", isSpaced: true, isElement: false, isWeak: true };
  const quoted = at(beside, text, to);
  if (quoted !== null) {
    const isCall = quoted[0].startsWith("(");
    const method = name.split(".").at(-1) ?? "";
    // `setPassword("…")`, and `.password("…")` of builders.
    const isSetter = isCall && /^(?:set|with)[A-Z_]/.test(method);
    const isMember = isCall && text.charAt(to - method.length - 1) === "." && !verbs.test(method);
    return {
      ...said,
      valueAt: to + quoted[0].length,
      quote: quoted[4] ?? null,
      sign: isMember ? "." : "",
      isWeak: !isSetter,
    };
  }
  const cell = at(tableCell, text, to);
  const spoken = cell ?? at(verb, text, to);
  const words = spoken ?? at(blank, text, to);
  if (words === null) return null;
  const isSet = /(?:^|[\r\n])[ \t]{0,8}(?:ENV|ARG|setenv) $/.test(text.slice(Math.max(0, from - 16), from));
  const sign = cell !== null ? "|" : spoken !== null ? "is" : "";
  return { ...said, valueAt: to + words[0].length, quote: null, sign, isWeak: !isSet };
}

function at(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  return pattern.exec(text);
}
