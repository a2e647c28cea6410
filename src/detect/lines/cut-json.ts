const closers: Readonly<Record<string, string>> = { "{": "}", "[": "]" };
const depthMax = 60;

/**
 * JSON that a length limit cut off, closed where it ends: first as it stands, then without its last, broken value. Null where that gives no JSON either.
 * One pass and two parses, whatever the text.
 */
export function parseCutJson(text: string): unknown {
  const open: string[] = [];
  let isInText = false;
  let lastComma = -1;
  let openAtComma = "";
  let at = 0;
  for (; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (isInText) {
      if (letter === 92) at++;
      else if (letter === 34) isInText = false;
      continue;
    }
    switch (letter) {
      case 34: // "
        isInText = true;
        break;
      case 123: // {
      case 91: // [
        if (open.length >= depthMax) return null;
        open.push(text.charAt(at));
        break;
      case 125: // }
      case 93: // ]
        if (closers[open.pop() ?? ""] !== text.charAt(at)) return null;
        break;
      case 44: // ,
        lastComma = at;
        openAtComma = closed(open);
    }
  }
  if (open.length === 0) return null;
  const whole = isInText ? `${withoutHalfEscape(text)}"${closed(open)}` : text + closed(open);
  return parsed(whole) ?? (lastComma === -1 ? null : parsed(text.slice(0, lastComma) + openAtComma));
}

function closed(open: readonly string[]): string {
  let end = "";
  for (let at = open.length - 1; at >= 0; at--) end += closers[open[at] ?? ""] ?? "";
  return end;
}

/** `…\` and `…\u00` were cut within a character. */
function withoutHalfEscape(text: string): string {
  const tail = /\\(?:u[0-9a-fA-F]{0,3})?$/.exec(text.slice(-6));
  if (tail === null) return text;
  const before = /\\*$/.exec(text.slice(0, text.length - tail[0].length))?.[0].length ?? 0;
  return before % 2 === 0 ? text.slice(0, text.length - tail[0].length) : text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
