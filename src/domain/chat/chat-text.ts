import type { CommandName } from "../command/grammar.ts";
import { type Surface, written } from "../command/written.ts";
import { showHidden } from "../markdown/hidden-characters.ts";
import { redact } from "../redact.ts";
import { redactPart } from "../redact-part.ts";
import type { Inert, Redacted } from "../text.ts";

/** Telegram's own limit of one message, in UTF-16 units. */
export const messageUnitsMax = 4_096;

/** What a stretch of a message is. Offsets and lengths are UTF-16 units, as in JavaScript. */
export interface ChatEntity {
  readonly type: "bold" | "italic" | "code" | "pre" | "text_link";
  readonly offset: number;
  readonly length: number;
  /** Of a text_link. */
  readonly url?: string;
}

declare const chatText: unique symbol;

/**
 * Text for a chat, with its entities; no markup is ever parsed, so nothing is escaped. A client makes links of what looks like an address, a mention, a
 * command or a number by itself, but not inside code: so whatever is not our own words stands in code. Made by the functions of this file only.
 */
export interface ChatText {
  readonly text: Redacted;
  readonly entities: readonly ChatEntity[];
  readonly [chatText]: true;
}

function made(text: string, entities: readonly ChatEntity[]): ChatText {
  return { text: redact(text), entities } as ChatText;
}

/** Our own words with made values between them. */
export function say(words: TemplateStringsArray, ...values: readonly (ChatText | number)[]): ChatText {
  const parts: ChatText[] = [];
  for (const [index, word] of words.entries()) {
    if (word !== "") parts.push(made(word, []));
    const value = values[index];
    if (value !== undefined) parts.push(typeof value === "number" ? made(String(value), []) : value);
  }
  return joinChat(parts, "");
}

export function joinChat(parts: readonly ChatText[], separator: "" | " " | ", " | " · " | "\n" | "\n\n"): ChatText {
  let text = "";
  const entities: ChatEntity[] = [];
  for (const [index, part] of parts.entries()) {
    if (index > 0) text += separator;
    for (const entity of part.entities) entities.push({ ...entity, offset: entity.offset + text.length });
    text += part.text;
  }
  return made(text, entities);
}

function whole(type: ChatEntity["type"], text: string, url?: string): ChatText {
  if (text === "") return made("", []);
  return made(text, [{ type, offset: 0, length: text.length, ...(url === undefined ? {} : { url }) }]);
}

const inlineMax = 300;

/** An amount as we write it, `$0.42`: a dollar sign before digits is no cashtag. */
export function money(amount: string): ChatText {
  return made(amount.replaceAll(/[^$0-9.]/g, ""), []);
}

/** One of our own commands, as it is written there; in a chat it can be pressed. */
export function commandAt(name: CommandName, surface: Surface): ChatText {
  return made(written(name, surface), []);
}

/** Somebody else's words in one line, shown as they are. */
export function code(text: string): ChatText {
  const shown = showHidden(redactPart(text, inlineMax)).replaceAll(/\s+/g, " ").trim();
  return whole("code", redact(shown === "" ? "·" : shown));
}

/** Somebody else's lines, shown as they are; cut to `lengthMax`. */
export function block(text: string, lengthMax: number): ChatText {
  const shown = withoutHalf(showHidden(redactPart(text, lengthMax)).slice(0, lengthMax)).trim();
  return whole("pre", redact(shown === "" ? "·" : shown));
}

export function bold(text: ChatText): ChatText {
  if (text.text === "") return text;
  return made(text.text, [{ type: "bold", offset: 0, length: text.text.length }, ...text.entities]);
}

/** Words that a client would make a link, a mention, a tag, a command, a number to call or an address of, anywhere in a word. */
const acting = [/[@#$]/, /\//, /\S\.\S/, /:\S/, /\d{5,}|\+\d|\d[-–.]\d/, /[^\p{L}\p{N}\p{P}\p{S}\p{M}]/u];

/** A model's sentences: ordinary words as they are, and in code whatever a client could make live. */
export function sentences(text: string, lengthMax: number): ChatText {
  const shown = withoutHalf(showHidden(redactPart(text, lengthMax)).slice(0, lengthMax + 1));
  const parts: ChatText[] = [];
  let plain = "";
  for (const piece of shown.replaceAll("`", "").split(/(\s+)/)) {
    if (/^\s*$/.test(piece)) plain += piece.includes("\n") ? "\n" : piece === "" ? "" : " ";
    else if (!acting.some((pattern) => pattern.test(piece.replace(/[.,:;!?)]+$/, "")))) plain += piece;
    else {
      const after = /[.,:;!?)]+$/.exec(piece)?.[0] ?? "";
      if (plain !== "") parts.push(made(plain, []));
      parts.push(whole("code", piece.slice(0, piece.length - after.length)));
      plain = after;
    }
  }
  if (plain !== "") parts.push(made(plain, []));
  return joinChat(parts, "");
}

/** A link to one of the configured hosts; the text alone where the address is of another one, carries a login, or would be hidden by the gate. */
export function linkTo(text: ChatText, url: string, hosts: readonly string[]): ChatText {
  if (!URL.canParse(url)) return text;
  const { protocol, host, username, password, href } = new URL(url);
  const isOurs = (protocol === "https:" || protocol === "http:") && hosts.includes(host);
  if (!isOurs || username !== "" || password !== "" || redact(href) !== href) return text;
  return made(text.text, [{ type: "text_link", offset: 0, length: text.text.length, url: href }]);
}

/** Markdown that is inert for GitHub is no text for a chat: its signs are taken off and the rest is code. */
export function fromInert(text: Inert): ChatText {
  return code(text.replaceAll(/[`*\\]/g, ""));
}

/** At most `lengthMax` units: whole lines where it can, and never half a character. */
export function cutChat(text: ChatText, lengthMax: number): ChatText {
  if (text.text.length <= lengthMax) return text;
  const line = text.text.lastIndexOf("\n", lengthMax - 2);
  const end = line > lengthMax / 2 ? line : withoutHalf(text.text.slice(0, lengthMax - 2)).length;
  return joinChat([sliced(text, 0, end), made("…", [])], "\n");
}

/** The parts of a message that is too long for one: cut between lines where there are any, never inside a character. */
export function splitChat(text: ChatText, lengthMax: number = messageUnitsMax): readonly ChatText[] {
  const parts: ChatText[] = [];
  let from = 0;
  while (text.text.length - from > lengthMax) {
    const line = text.text.lastIndexOf("\n", from + lengthMax);
    const end = line > from ? line : from + withoutHalf(text.text.slice(from, from + lengthMax)).length;
    parts.push(sliced(text, from, end));
    from = text.text[end] === "\n" ? end + 1 : end;
  }
  parts.push(sliced(text, from, text.text.length));
  return parts.filter((part) => part.text.trim() !== "");
}

function sliced({ text, entities }: ChatText, from: number, to: number): ChatText {
  const kept = entities.flatMap((entity) => {
    const start = Math.max(entity.offset, from);
    const end = Math.min(entity.offset + entity.length, to);
    return end > start ? [{ ...entity, offset: start - from, length: end - start }] : [];
  });
  return made(text.slice(from, to), kept);
}

function withoutHalf(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}
