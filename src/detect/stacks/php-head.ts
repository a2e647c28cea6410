/** What was thrown, and where. */
export interface PhpHead {
  readonly type: string | null;
  readonly message: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly startsAt: number;
  /** Behind the exception that caused it. */
  readonly isNext: boolean;
  /** In JSON, where backslashes are doubled. */
  readonly isEscaped: boolean;
}

const word = "[A-Za-z_][\\w\\x80-\\uffff]{0,100}";
const typeName = `\\\\{0,2}${word}(?:\\\\{1,2}${word}){0,12}(?:@anonymous)?`;
/** Behind ` in ` or ` at `, the last of them: a message may have more. */
const placeBehind = (preposition: string) =>
  `((?:[A-Za-z]:)?[^\\s:()"](?:(?! ${preposition} )[^:\\n()"]){0,400}):(\\d{1,9})`;
/** `[object] (App\\Cart\\Empty(code: 0): no items at /app/Cart.php:12)`. */
const object = new RegExp(
  `\\[object\\] \\((${typeName})(?:@anonymous[^(]{0,300})?\\(code: [^)]{1,20}\\):\\s?([^]{0,4000}?) at ${placeBehind("at")}\\)`,
  "g",
);
/** `RuntimeException: no items in /app/Cart.php:12`, mostly at the start of a line. */
const header = new RegExp(`(?:^|[\\s:>])(Next )?(${typeName})(?=(:\\s)?)`, "gm");
const placeHere = new RegExp(`${placeBehind("in")}$`, "y");
const searchedLength = 32 * 1024;
const traceWords = /\[?[Ss]tack ?trace\]?:?$/;
const uncaught = /(?:(?:PHP message: )?(?:PHP )?(?:Fatal error|Recoverable fatal error): {1,2})?Uncaught $/;
const errorEnd = /(?:Exception|Error|Throwable|Failure|Fault|Warning)(?:@anonymous)?$/;

/** Of the text above numbered frames; null where it names no exception. */
export function phpHeadOf(block: string): PhpHead | null {
  const last = phpObjectsIn(block).at(-1);
  if (last !== undefined) return last;
  const said = block.trimEnd().replace(traceWords, "").trimEnd();
  const placed = placeAtEndOf(said);
  const end = placed?.startsAt ?? said.length;
  header.lastIndex = 0;
  for (const found of block.slice(0, end).matchAll(header)) {
    const type = found[2] ?? "";
    const at = found.index + found[0].indexOf(found[1] ?? type);
    const behind = found.index + found[0].length + (found[3]?.length ?? 0);
    const isNamed = found[3] !== undefined || behind === end;
    const before = block.slice(Math.max(0, at - 80), at);
    const isUncaught = uncaught.test(before);
    const isAtStart = /(?:^|\n)\s*$/.test(before);
    if (
      !isNamed ||
      !(
        isUncaught ||
        found[1] !== undefined ||
        errorEnd.test(type) ||
        (isAtStart && (placed !== null || type.includes("\\")))
      )
    )
      continue;
    const message = withoutDefinition(said.slice(behind, end)).trim();
    const shift = isUncaught ? (uncaught.exec(before)?.[0].length ?? 0) : 0;
    return {
      type,
      message: message === "" ? null : message,
      file: placed?.file ?? null,
      line: placed?.line ?? null,
      startsAt: at - shift,
      isNext: found[1] !== undefined,
      isEscaped: false,
    };
  }
  return null;
}

/** ` in /app/Cart.php:12`, from its first blank. */
function placeAtEndOf(
  text: string,
): { readonly file: string; readonly line: number; readonly startsAt: number } | null {
  const at =
    text.startsWith("in ") && !text.includes(" in ")
      ? 0
      : Math.max(text.lastIndexOf(" in "), text.lastIndexOf("\nin ")) + 1;
  if (at === 0 && !text.startsWith("in ")) return null;
  placeHere.lastIndex = at + 3;
  const found = placeHere.exec(text);
  return found === null ? null : { file: found[1] ?? "", line: Number(found[2]), startsAt: Math.max(0, at - 1) };
}

/** A TypeError's text goes on behind its message. */
function withoutDefinition(message: string): string {
  return / on line \d{1,9} and defined$/.test(message.trimEnd()) ? message.trimEnd().slice(0, -12) : message;
}

/** What Monolog makes of exceptions, the outermost first. */
export function phpObjectsIn(text: string): readonly PhpHead[] {
  if (!text.includes("[object] (")) return [];
  object.lastIndex = 0;
  const front = text.length > searchedLength ? text.slice(0, searchedLength) : text;
  return [...front.matchAll(object)].map((found) => ({
    type: unescaped(found[1] ?? ""),
    message: found[2] === "" ? null : unescaped(found[2] ?? ""),
    file: unescaped(found[3] ?? ""),
    line: Number(found[4]),
    startsAt: found.index,
    isNext: false,
    isEscaped: true,
  }));
}

function unescaped(text: string): string {
  return text.includes("\\") ? text.replace(/\\(["\\/])/g, "$1") : text;
}
