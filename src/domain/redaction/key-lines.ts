/** Base64 at the end of a line, behind whatever a log, a quotation or a diff puts before each line. */
const keyLine = /(?:^|[^A-Za-z0-9+/=])([A-Za-z0-9+/]{1,77}={0,2})[ \t"',]{0,4}\r?$/;
const armourHeader = /(?:Proc-Type|DEK-Info|Version|Comment|Hash): |^\s{0,20}$/;
const wholeLineMin = 40;
const lineLengthMax = 400;
const keyLinesMax = 400;

/**
 * Where the base64 begins on the first of the lines above `index` that end with a line of a key; `index` where there is none.
 * @param least nothing before it is looked at
 */
export function startOfKeyLines(text: string, index: number, least: number): number {
  let from = index;
  let above = lineStart(text, index, least);
  for (let count = 0; count < keyLinesMax && above > least; count++) {
    const end = beforeLineBreaks(text, above, least);
    const start = lineStart(text, end, least);
    if (start === -1) break;
    const line = text.slice(start, end);
    const body = keyLine.exec(line)?.[1] ?? "";
    if (body === "" || (count > 0 && body.length < wholeLineMin)) break;
    from = start + line.lastIndexOf(body);
    above = start;
  }
  return from;
}

/** Behind the line break, real or escaped, before `at`; -1 where the line is longer than those of keys. */
function lineStart(text: string, at: number, least: number): number {
  const lowest = Math.max(least, at - lineLengthMax);
  let start = at;
  while (start > lowest && !endsLine(text, start - 1)) start--;
  return start > lowest || start === least ? start : -1;
}

function beforeLineBreaks(text: string, at: number, least: number): number {
  let end = at;
  while (end > least && endsLine(text, end - 1)) {
    const isEscaped = !/[\r\n]/.test(text.charAt(end - 1));
    end--;
    while (isEscaped && end > least && text.charAt(end - 1) === "\\") end--;
  }
  return end;
}

function endsLine(text: string, at: number): boolean {
  const character = text.charAt(at);
  return character === "\n" || character === "\r" || (/[nr]/.test(character) && text.charAt(at - 1) === "\\");
}

/** The end of the last of the lines after `from` that end with a line of a key; a short one only behind the same as those before it. */
export function endOfKeyLines(text: string, from: number): number {
  let end = from;
  let prefix: string | null = null;
  let at = from;
  for (let count = 0; count < keyLinesMax; count++) {
    const start = text.indexOf("\n", at) + 1;
    if (start === 0 || /[^\s"',]/.test(text.slice(at, start))) break;
    const next = text.indexOf("\n", start);
    const line = text.slice(start, next === -1 ? text.length : next);
    if (line.length > lineLengthMax) break;
    const body = keyLine.exec(line)?.[1] ?? "";
    const before = line.slice(0, line.lastIndexOf(body)).replace(/\d/g, "0");
    const isWhole = body.length >= wholeLineMin;
    if (!isWhole && !(body.endsWith("=") || (prefix === before && body.length % 4 === 0 && body !== ""))) {
      if (prefix !== null || !armourHeader.test(line)) break;
    } else {
      prefix = before;
      end = start + line.lastIndexOf(body) + body.length;
    }
    at = start + line.length;
    if (!isWhole && prefix !== null) break;
  }
  return end;
}
