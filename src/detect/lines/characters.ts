export const isBlank = (code: number): boolean => code === 32 || code === 9;
export const isDigit = (code: number): boolean => code >= 48 && code <= 57;
export const isUpper = (code: number): boolean => code >= 65 && code <= 90;
export const isLower = (code: number): boolean => code >= 97 && code <= 122;
export const isLetter = (code: number): boolean => isLower(code) || isUpper(code);

/** Behind spaces and tabs, and the mark that some files begin with. */
export function skipBlank(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (isBlank(text.charCodeAt(at)) || text.charCodeAt(at) === 0xfeff)) at++;
  return at;
}

/** Behind what stands between the parts of a logger's header: blanks, bars, colons, closing brackets, dashes between spaces. */
export function skipSeparators(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isSeparator(text, at)) at++;
  return at;
}

function isSeparator(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (isBlank(code) || code === 124 || code === 93 || code === 58) return true;
  // A dash is one only between spaces: `-1 items` is a message.
  return (code === 45 || code === 44) && (isBlank(text.charCodeAt(at + 1)) || text.charCodeAt(at + 1) === 45);
}

/** Behind the word at that place: up to a blank or a bar. */
export function wordEnd(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && !isBlank(text.charCodeAt(at)) && text.charCodeAt(at) !== 124) at++;
  return at;
}
