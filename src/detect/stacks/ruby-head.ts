/** What was thrown; `startsAt` is where it begins in the text, null where the text says nothing of it. */
export interface RubyHead {
  readonly type: string | null;
  readonly message: string | null;
  readonly startsAt: number | null;
}

const className = "[A-Z]\\w{0,100}(?:::[A-Z]\\w{0,100}){0,10}";
const behind = new RegExp(`^(.*?) ?\\((${className})\\)$`, "s");
/** `NoMethodError (undefined method 'x' for nil):`, as Rails writes it. */
const around = new RegExp(`^(${className}) \\((.*)\\):?$`, "s");
const inFront = new RegExp(`^(${className}): (.*)$`, "s");
const errorName =
  /(?:Error|Exception|Invalid|NotFound|Timeout|Interrupt|Exit|NotUnique|Violation|Failure|Fault|Denied|Exceeded)$/;
const tags = /^(?:\[[^\]\n]{0,100}\] ){1,5}/gm;

/** `no stock (StockError)`, with the further lines of the message, which the interpreter prints behind the class. */
export function rubyHeadOf(
  said: string,
  more: readonly string[],
): { readonly type: string | null; readonly message: string | null } {
  const rest = more.join("\n").trimEnd();
  const found = behind.exec(said);
  if (found === null) {
    const whole = behind.exec(`${said}\n${rest}`.trimEnd());
    return { type: whole?.[2] ?? null, message: textOf(whole?.[1] ?? `${said}\n${rest}`) };
  }
  return { type: found[2] ?? null, message: textOf(rest === "" ? (found[1] ?? "") : `${found[1]}\n${rest}`) };
}

const exceptionMark = " -- Exception: ";

/** What stands above a backtrace: `message (Class)`, `Class (message):`, `Class: message` or only a message; the logger's own message may be in front of it. */
export function readRubyHead(given: string): RubyHead {
  const block = given.replace(tags, (tag) => " ".repeat(tag.length));
  // semantic_logger: `could not sell -- Exception: KeyError: key not found`.
  const marked = block.indexOf(exceptionMark);
  if (marked !== -1) {
    const head = readRubyHead(block.slice(marked + exceptionMark.length));
    return { ...head, startsAt: marked };
  }
  for (let at = 0; at !== -1; at = lineBehind(block, at)) {
    const start = at + (/^\s*/.exec(block.slice(at))?.[0].length ?? 0);
    const said = block.slice(start).trim();
    if (said === "") break;
    const isAlone = !said.includes("\n");
    const rails = around.exec(said);
    if (rails !== null && (isAlone || isError(rails[1])))
      return { type: rails[1] ?? null, message: textOf(rails[2] ?? ""), startsAt: start };
    const named = inFront.exec(said);
    if (named !== null && (isError(named[1]) || (isAlone && at === 0)))
      return { type: named[1] ?? null, message: textOf(named[2] ?? ""), startsAt: start };
    const last = behind.exec(said);
    // Of several lines the message may be the last one, or all.
    if (last !== null && (isAlone || !hasHeadBelow(block, at)))
      return { type: last[2] ?? null, message: textOf(last[1] ?? ""), startsAt: start };
  }
  return { type: null, message: textOf(block.trim()), startsAt: null };
}

function isError(type: string | undefined): boolean {
  return type !== undefined && (type.includes("::") || errorName.test(type));
}

/** The code that Ruby shows below a message belongs to it; a line of its own at the margin is another message. */
function hasHeadBelow(block: string, at: number): boolean {
  const next = lineBehind(block, at);
  return next !== -1 && /^\S/.test(block.slice(next)) && block.charAt(next - 2) !== "\n";
}

function lineBehind(text: string, at: number): number {
  const lineBreak = text.indexOf("\n", at);
  return lineBreak === -1 || lineBreak + 1 >= text.length ? -1 : lineBreak + 1;
}

function textOf(message: string): string | null {
  const text = message.trimEnd();
  return text === "" ? null : text;
}
