/** A word of a name ends here: no letter behind it, or a capital one behind a small one. */
export function endsWord(text: string, at: number, length: number): boolean {
  const after = text.charCodeAt(at + length);
  if (!isSmall(after) && !isCapital(after)) return true;
  return isCapital(after) && isSmall(text.charCodeAt(at + length - 1));
}

const backslash = 92;

/** Behind `\n` or `\u003d` as strings in JSON have them, whose letters are no part of what follows. */
export function isBehindEscape(text: string, at: number): boolean {
  if (text.charCodeAt(at - 2) === backslash) {
    const letter = text.charAt(at - 1);
    return letter === "n" || letter === "r" || letter === "t";
  }
  return text.charCodeAt(at - 6) === backslash && /^u[0-9a-fA-F]{4}$/.test(text.slice(at - 5, at));
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isCapital(code: number): boolean {
  return code >= 65 && code <= 90;
}

function isSmall(code: number): boolean {
  return code >= 97 && code <= 122;
}
