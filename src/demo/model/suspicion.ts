import type { Failure } from "./stack-frames.ts";

/** What kind of fault an exception speaks of, and the text to look for in the code. */
export interface Suspicion {
  readonly category:
    | "null_dereference"
    | "type_mismatch"
    | "missing_validation"
    | "typo"
    | "misconfiguration"
    | "off_by_one"
    | "business_logic"
    | "third_party"
    | "capacity"
    | "data"
    | "other";
  /** Words of the faulty line, best first; a name stands there as a whole word. */
  readonly tokens: readonly string[];
}

interface Rule {
  readonly says: RegExp;
  readonly category: Suspicion["category"];
  /** Where the message names nothing, what such a line has in it. */
  readonly operators?: readonly string[];
}

const rules: readonly Rule[] = [
  { says: /OutOfMemory|heap out of memory|too many connections|No space left|pool exhausted/i, category: "capacity" },
  {
    says: /Invalid URL|not configured|unknown (?:setting|option|property)|missing (?:setting|configuration|environment)|invalid (?:port|interval|timeout|cron|time zone)|unsupported (?:currency|locale|encoding)|Range\w* value|environment variable/i,
    category: "misconfiguration",
  },
  {
    says: /NullPointer|Cannot read propert(?:y|ies) of (?:undefined|null)|Cannot (?:set|destructure) propert|'?NoneType'?|nil pointer|is not iterable/i,
    category: "null_dereference",
  },
  { says: /ReferenceError|NameError|is not a function|has no attribute|NoSuchMethod/, category: "typo" },
  {
    says: /ZeroDivision|division by zero|\/ by zero|divide by zero/,
    category: "missing_validation",
    operators: ["/", "%"],
  },
  { says: /KeyError|NoSuchElement|NoSuchKey/, category: "missing_validation", operators: ["[", ".get("] },
  { says: /IndexError|OutOfBounds|index out of range|list index/, category: "off_by_one", operators: ["["] },
  {
    says: /ClassCast|NumberFormat|ValueError|TypeError|SyntaxError|invalid literal|DateTimeParse|JsonParse/,
    category: "type_mismatch",
    operators: ["parseInt", "parseLong", "parseDouble", "valueOf", "int(", "float(", "Number(", "JSON.parse"],
  },
  {
    says: /ECONNREFUSED|ETIMEDOUT|ENOTFOUND|ECONNRESET|connection refused|timed? ?out|503 Service Unavailable|502 Bad Gateway/i,
    category: "third_party",
  },
];

export function suspect({ type, message }: Pick<Failure, "type" | "message">): Suspicion {
  const said = `${type}: ${message}`;
  const rule = rules.find(({ says }) => says.test(said));
  return {
    category: rule?.category ?? "other",
    tokens: [...namedIn(message), ...(rule?.operators ?? [])],
  };
}

/** Properties, variables, methods, keys and values that a message names. */
function namedIn(message: string): readonly string[] {
  const named = [
    ...message.matchAll(/\((?:reading|setting) '([^']+)'\)/g),
    ...message.matchAll(/Cannot (?:invoke|read field|assign field) "(?:[^"]*?[.$])?(\w+)(?:\([^"]*\))?" because/g),
    ...message.matchAll(/return value of "(?:[^"]*?[.$])?(\w+)\([^"]*\)"/g),
    ...message.matchAll(/because "(?:<local\d+>|this)?\.?(\w+)" is null/g),
    ...message.matchAll(/([\w$]+) is not (?:a function|defined|iterable)/g),
    ...message.matchAll(/(?:attribute|key|name|input:?|URL:?) ['"]([^'"]+)['"]/g),
    ...message.matchAll(/^['"]([^'"]+)['"]$/g),
    ...message.matchAll(/['"`]([\w.:/$-]{3,})['"`]/g),
    ...message.matchAll(/\b([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b/g),
  ].map((match) => match[1] ?? "");
  return [...new Set(named)].filter((name) => name.trim().length >= 2 && name !== "undefined" && name !== "NoneType");
}

const money = /\b(?:discount|price|fee|tax|refund|loyal|cents?)/i;

/** What a missing check is where money is computed: nobody but the business can say what holds for a customer who has nothing to compute with. */
export function weighed(suspicion: Suspicion, code: string): Suspicion {
  const divides = suspicion.category === "missing_validation" && suspicion.tokens.includes("/");
  return divides && money.test(code) ? { ...suspicion, category: "business_logic" } : suspicion;
}

/** Whether a line of code throws on purpose what it throws. */
export function refuses(line: string): boolean {
  return /^\s*(?:if .*)?\b(?:throw|raise)\b/.test(line);
}

/** Whether a line of code has that token, a name as a whole word. Comments do not count. */
export function mentions(line: string, token: string): boolean {
  if (/^\s*(?:\/\/|#|\*|\/\*|--)/.test(line)) return false;
  if (!/^\w+$/.test(token)) return line.includes(token);
  return new RegExp(`\\b${token}\\b`).test(line);
}
