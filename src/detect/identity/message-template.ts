import { redact } from "../../domain/redact.ts";
import { monthEnd, particleAt, singularAt, unitEnd } from "./after-value.ts";
import { isHangul, isSpace } from "./character-kinds.ts";
import { ValueReader } from "./value-reader.ts";

/** What stands for a value. */
export const mask = "<*>";
/** Of the message's first line. */
const messageLengthMax = 16_384;
const templateLengthMax = 400;

/**
 * What the messages of one log statement have in common: its first line after redaction, with values (numbers, ids, quoted text, addresses, paths, structures,
 * placeholders of the gate) as `<*>`. The same for a line and for its redacted form.
 */
export function templateOf(message: string): string {
  const line = firstLine(message);
  let template = remembered.get(line);
  if (template === undefined) {
    template = maskValues(redact(line));
    // With a value in it a line hardly comes again.
    if (line.length > rememberedLengthMax || template.includes(mask)) return template;
    if (remembered.size >= rememberedMax) remembered.clear();
    remembered.set(line, template);
  }
  return template;
}

/** Many messages are words only and come again and again. */
const remembered = new Map<string, string>();
const rememberedMax = 2_000;
const rememberedLengthMax = 500;

function firstLine(message: string): string {
  let from = 0;
  while (isSpace(message.charCodeAt(from))) from++;
  const lineBreak = message.indexOf("\n", from);
  const end = Math.min(lineBreak === -1 ? message.length : lineBreak, from + messageLengthMax);
  const line = message.slice(from, end);
  return lineBreak === -1 || !rule.test(line) ? line : (lineBelowBanner(message, end) ?? line);
}

/** A line of stars or dashes; a brace alone is the beginning of a structure. */
const rule = /^[*=#_~+.\-\s]{3,}$/;
const bannerLinesMax = 12;

/** Below a line of stars, and the title and headings in it, what `APPLICATION FAILED TO START` says of why. */
function lineBelowBanner(message: string, from: number): string | null {
  const lines = message
    .slice(from, from + messageLengthMax)
    .split("\n", bannerLinesMax + 1)
    .map((line) => line.trim());
  return lines.find((line) => /[\p{Ll}\p{Lo}]/u.test(line) && !line.endsWith(":")) ?? null;
}

/** One pass over the text. What stands between two values of a list is dropped, so that a list gives one mask whatever its length. */
function maskValues(text: string): string {
  const reader = new ValueReader(text);
  let out = "";
  /** Where what has not been copied begins. */
  let copiedTo = 0;
  /** Whether only separators came since the last mask. */
  let isAfterMask = false;
  let at = 0;
  const goOn = (to: number, instead: string): void => {
    out += instead;
    at = copiedTo = to;
    if (instead !== "") isAfterMask = false;
  };
  while (at < text.length && out.length < templateLengthMax) {
    const value = reader.valueAt(at);
    if (value === null) {
      const end = reader.plainEnd(at);
      if (isAfterMask && !isBetweenValues(text, at, end)) isAfterMask = false;
      at = end;
      continue;
    }
    const { from, end, isNumber, isInBrackets } = value;
    if (isInBrackets) out += text.slice(copiedTo, from + 1) + mask;
    else if (!isAfterMask) out += text.slice(copiedTo, from) + mask;
    copiedTo = isInBrackets ? end - 1 : end;
    at = end;
    isAfterMask = !isInBrackets;
    if (isNumber) {
      goOn(Math.max(unitEnd(text, at), monthEnd(text, at)), "");
      const singular = text.charCodeAt(at) === 32 ? singularAt(text, at + 1) : null;
      if (singular !== null) goOn(singular.end, ` ${singular.form}`);
    }
    const particle = isHangul(text.charCodeAt(at)) ? particleAt(text, at) : null;
    if (particle !== null) goOn(particle.end, particle.form);
  }
  out += text.slice(copiedTo, Math.min(at, copiedTo + templateLengthMax));
  return tidied(out);
}

function tidied(text: string): string {
  let out = text;
  if (out.includes("  ") || out.includes("\t")) out = out.replace(/\s+/g, " ");
  // Rows of values, `(1, 2), (3, 4)`, are one row whatever their number.
  if (out.includes(`(${mask})`)) out = out.replace(/\(<\*>\)(?:\s?,?\s?\(<\*>\)){1,200}/g, `(${mask})`);
  return (out.length > templateLengthMax ? out.slice(0, templateLengthMax) : out).trim();
}

/** Separators of a list, `and` among them. */
function isBetweenValues(text: string, at: number, end: number): boolean {
  if (end === at + 1 && isListSeparator(text.charCodeAt(at))) return true;
  if (end - at > 3) return false;
  const word = text.slice(at, end);
  return word === "and" || word === "or" || word === "및";
}

/** ` , ; : / . - |`, tab and the comma of Japanese. */
function isListSeparator(code: number): boolean {
  return (
    code === 32 ||
    code === 44 ||
    code === 59 ||
    code === 58 ||
    code === 47 ||
    code === 46 ||
    code === 45 ||
    code === 124 ||
    code === 9 ||
    code === 0x3001
  );
}
