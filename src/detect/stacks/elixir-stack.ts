import type { Exception, Frame } from "../../domain/error-entry.ts";
import { indentOf, linesOf } from "../lines/text-lines.ts";
import type { OwnJudge } from "./own-frame.ts";
import { exceptionsMax, framesMax, type ParsedTrace } from "./parsed-trace.ts";

/** `** (KeyError) key :x not found`, also inside of an exit's reason. */
const thrown = /^(?:\s*|.{0,200}[\]:] )\*\* \(([\w.]{1,200}|EXIT from [^)\n]{1,100})\)(?: (.*)|\s*)$/;
/** `(shop 0.1.0) lib/shop.ex:12: Shop.Cart.add/2`, each part but the last only where it is known. */
const framed = /^\s{2,}(?:\([a-z]\w{0,60}(?: \d[\w.+-]{0,60})?\) )?(?:([^\s:]{1,300}):(\d{1,7}): )?(\S.*)$/;
const called =
  /^(?:(anonymous fn\/\d{1,3}) in )?(:[a-z_][\w@]{0,100}|:"[^"]{1,200}"|[A-Z]\w{0,100}(?:\.[A-Z]\w{0,100}){0,20})\.("[^"]{1,300}"|[^\s(/"]{1,200}|\/)(?:\/(\d{1,3})|\((.*)\))$/;
/** `(file)`, `(module)` of a script, `#Function<1.2/0 in Shop.run/1>/0`. */
const nameless = /^(?:\((?:file|module)\)|#Function<.{1,300}>(?:\/\d{1,3}|\(.*\)))$/;
const messageLinesMax = 60;

interface Draft {
  readonly type: string;
  message: string;
  readonly indent: number;
  readonly frames: Frame[];
}

/** Exceptions as Elixir formats them, in a log line, below one, or in the report of a process that ended; an exit shows the exception behind it. */
export function parseElixirStack(text: string, messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  const lines = linesOf(text);
  const drafts: Draft[] = [];
  let startsAt = -1;
  let messageLines = 0;
  for (const line of lines) {
    const isFirst = messageAt > line.at && messageAt < line.at + line.text.length;
    const content = isFirst ? line.text.slice(messageAt - line.at) : line.text;
    const found = content.includes("** (") ? thrown.exec(content) : null;
    if (found !== null) {
      if (drafts.length >= exceptionsMax) break;
      if (startsAt === -1) startsAt = line.at + line.text.indexOf("** (", line.text.length - content.length);
      drafts.push({ type: found[1] ?? "", message: found[2] ?? "", indent: indentOf(content), frames: [] });
      messageLines = 0;
      continue;
    }
    const current = drafts.at(-1);
    if (current === undefined) continue;
    const frame = frameOf(content, isOwn);
    if (frame !== null) {
      const indent = indentOf(content);
      const owner = drafts.findLast((draft) => draft.indent < indent) ?? current;
      if (owner.frames.length < framesMax) owner.frames.push(frame);
    } else if (drafts.some((draft) => draft.frames.length > 0)) break;
    else if (/^(?:Last message|State: |Function: |Client )/.test(content)) break;
    else if (messageLines++ < messageLinesMax) current.message += `\n${content}`;
  }
  if (drafts.length === 0) return null;
  return { exceptions: drafts.filter(saysMore).map(exceptionOf), startsAt };
}

/** `(EXIT) an exception was raised:` only leads to what it was. */
function saysMore({ type, message }: Draft, index: number, all: readonly Draft[]): boolean {
  return type !== "EXIT" || index === all.length - 1 || !message.trimEnd().endsWith(":");
}

function exceptionOf({ type, message, frames }: Draft): Exception {
  const text = message.trimEnd();
  return { type, message: text === "" ? null : text, frames };
}

function frameOf(line: string, isOwn: OwnJudge): Frame | null {
  const found = framed.exec(line);
  if (found === null) return null;
  const call = called.exec(found[3] ?? "");
  if (call === null && !(found[1] !== undefined && nameless.test(found[3] ?? ""))) return null;
  const name = call === null ? null : `${call[3]}/${call[4] ?? argumentsIn(call[5] ?? "")}`;
  const module = call?.[2] ?? null;
  const file = found[1] ?? null;
  return {
    function: call?.[1] === undefined ? name : `${call[1]} in ${name}`,
    module,
    file,
    line: file === null ? null : Number(found[2]),
    column: null,
    isOwn: isOwn("beam", module, file),
  };
}

/** How many arguments stand between the brackets of a call. */
function argumentsIn(text: string): number {
  if (text.trim() === "") return 0;
  let depth = 0;
  let count = 1;
  let quote = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 92) at++;
    else if (quote !== 0) quote = code === quote ? 0 : quote;
    else if (code === 34 || code === 39) quote = code;
    else if (code === 40 || code === 91 || code === 123) depth++;
    else if (code === 41 || code === 93 || code === 125) depth--;
    else if (code === 44 && depth === 0) count++;
  }
  return count;
}
