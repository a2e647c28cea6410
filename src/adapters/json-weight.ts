/** 29,000 spans are 2 million; 5,000 log entries with 60 labels each are half a million. */
const valuesMax = 4_000_000;
/** Answers nest a handful of levels, attributes a few more. */
const depthMax = 128;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openings = new Set([0x5b, 0x7b]);
const closings = new Set([0x5d, 0x7d]);

/**
 * Whether JSON would take far more memory when it is read than it has bytes, or has so many levels that walking it runs out of stack: `[[[[…`, `[{},{},…`. Counts only; text that is no JSON
 * may be called either.
 */
export function isTooHeavy(json: Uint8Array): boolean {
  let values = 0;
  let depth = 0;
  for (let index = 0; index < json.length; index++) {
    const byte = json[index] ?? 0;
    if (byte === quote) index = endOfText(json, index);
    else if (byte === comma) values += 1;
    else if (openings.has(byte)) {
      values += 1;
      depth += 1;
      if (depth > depthMax) return true;
    } else if (closings.has(byte)) depth -= 1;
    if (values > valuesMax) return true;
  }
  return false;
}

/** Where the text that begins there ends. */
function endOfText(json: Uint8Array, from: number): number {
  let end = json.indexOf(quote, from + 1);
  while (end !== -1 && isEscaped(json, end)) end = json.indexOf(quote, end + 1);
  return end === -1 ? json.length : end;
}

function isEscaped(json: Uint8Array, at: number): boolean {
  let backslashes = 0;
  while (json[at - 1 - backslashes] === backslash) backslashes += 1;
  return backslashes % 2 === 1;
}
