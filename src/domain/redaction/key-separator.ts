import type { KeyName } from "./key-name.ts";

/** What leads from a key to its value. */
export interface Introduction {
  readonly valueAt: number;
  /** The quotation mark that opens the value, with its backslashes or in its encoded form; null where the value is bare. */
  readonly quote: string | null;
  /** The sign between them; empty where there is none. */
  readonly sign: string;
  /** White space stands before the value, as in prose and source code. */
  readonly isSpaced: boolean;
  /** The value is the content of an element of XML. */
  readonly isElement: boolean;
  /** Nothing but a blank, a verb or a comma says that the value belongs to the key. */
  readonly isWeak: boolean;
  /** A blank and nothing else. */
  readonly isBeside?: boolean;
}

const mark = "\\\\{0,16}[\"'`]|&quot;|&apos;|&#3[49];|&#x2[27];|%(?:25)?2[27]|\\\\{1,16}u002[27]";
const opening = `(?:\\s{0,20}string\\(\\d{1,7}\\) |(?:(?:Some|Optional|Just|Ok|SecretStr|SecretBytes|Secret|\\[\\]byte)[([]|\\[|\\((?=\\\\{0,16}["'])|<<){0,2})[ \\t]?(?:[bruf@$]{1,2}(?=\\\\{0,16}["']))?(${mark})?`;

/** Groups: the quotation mark that closes the key, the sign, the space behind it, the quotation mark that opens the value. */
const assigned = new RegExp(
  `(${mark})?[\\])]?(?:[ \\t]{1,4}(?:is|was)(?=[ \\t]{0,4}[:=]))?[ \\t]{0,8}(:=|=>|->|[:=](?![:=>])|%(?:25)?3[da]|\\\\{1,16}u003[dD]|;s:\\d{1,7}:)([ \\t]{0,8})${opening}`,
  "iy",
);
/** `name: DB_PASSWORD, value: …`, `<add key="Password" value="…"/>`, `name="password"` of a form. */
const paired = new RegExp(
  `(${mark})?(?:[ \\t]{0,8}/?>\\s{0,40}<(?:\\w{1,20}:)?value>|</\\w{1,20}>\\s{0,40}<(?:\\w{1,20}:)?value>|\\s{0,40},?\\s{0,40}(?:${mark})?value(?:${mark})?\\s{0,4}([:=]|=>)([ \\t]{0,8})(${mark})?|(?:\\r?\\n|\\\\{1,16}r\\\\{1,16}n|\\\\{1,16}n){2}())`,
  "iy",
);
/** `("password", "…")`, `{password,<<"…">>}`. */
const listed = new RegExp(`(${mark})?\\]?,()([ \\t]{0,4})(?:<<)?[brufBRUF]?(${mark})`, "y");
/** `password "…"`, `setPassword("…")`. */
const beside = new RegExp(`(${mark})?()([ \\t]{1,4}(?:\\[|of |was )?|\\()(${mark})`, "y");
const said = /[ \t]{1,4}(?:is|was|=|to)[ \t]{1,4}/iy;
const blank = /[ \t]{1,4}(?:[[(]|no\.? )?/y;

export function introductionOf(text: string, name: KeyName): Introduction | null {
  return (
    elementOf(text, name) ??
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

function assignmentOf(text: string, { from, to }: KeyName): Introduction | null {
  const found = at(assigned, text, to);
  if (found === null) return null;
  const [all, close, sign = "", space = "", quote = null] = found;
  // `(password) => …` is a function.
  if (sign === "=>" && text.slice(to, to + all.length).startsWith(")")) return null;
  // `arn:aws:secretsmanager:…:secret:name`: between colons stand parts of a name.
  if (sign === ":" && close === undefined && space === "" && quote === null && text.charAt(from - 1) === ":")
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

function pairOf(text: string, { to }: KeyName): Introduction | null {
  const found = at(paired, text, to);
  if (found !== null && (found[1] !== undefined || /[\r\n<]/.test(found[0]))) {
    const isElement = found[0].endsWith(">");
    return {
      valueAt: to + found[0].length,
      quote: found[4] ?? null,
      sign: found[2] ?? "",
      isSpaced: false,
      isElement,
      isWeak: !isElement && found[2] === undefined,
    };
  }
  const next = at(listed, text, to);
  if (next === null) return null;
  return {
    valueAt: to + next[0].length,
    quote: next[4] ?? null,
    sign: "",
    isSpaced: false,
    isElement: false,
    isWeak: true,
  };
}

function proseOf(text: string, { to }: KeyName): Introduction | null {
  const quoted = at(beside, text, to);
  if (quoted !== null) {
    return {
      valueAt: to + quoted[0].length,
      quote: quoted[4] ?? null,
      sign: "",
      isSpaced: true,
      isElement: false,
      isWeak: true,
    };
  }
  const verb = at(said, text, to);
  const words = verb ?? at(blank, text, to);
  if (words === null) return null;
  return { valueAt: to + words[0].length, quote: null, sign: "", isSpaced: true, isElement: false, isWeak: true };
}

function at(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  return pattern.exec(text);
}
