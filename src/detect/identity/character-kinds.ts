/** Letters of alphabets that set words apart by spaces, digits of any, and `_`. Korean, Japanese and Chinese are none: values stand among them without a space. */
export function isWordCode(code: number): boolean {
  if (code < 128)
    return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95;
  return (
    (code >= 0xc0 && code <= 0x6ff && code !== 0xd7 && code !== 0xf7) ||
    (code >= 0x1e00 && code <= 0x1fff) ||
    isWideDigit(code) ||
    (code >= 0xff21 && code <= 0xff5a)
  );
}

export function isDigitCode(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    (code > 0x600 && (isWideDigit(code) || (code >= 0x660 && code <= 0x669) || (code >= 0x6f0 && code <= 0x6f9)))
  );
}

function isWideDigit(code: number): boolean {
  return code >= 0xff10 && code <= 0xff19;
}

/** `# $ % & + - . / @ \ ~` inside a word. */
export function isInnerCode(code: number): boolean {
  return (
    (code >= 45 && code <= 47) ||
    (code >= 35 && code <= 38) ||
    code === 43 ||
    code === 64 ||
    code === 92 ||
    code === 126
  );
}

export function isHangul(code: number): boolean {
  return code >= 0xac00 && code <= 0xd7a3;
}

/** A sign or a currency in front of a number. */
export function isSignCode(code: number): boolean {
  return (
    code === 45 ||
    code === 43 ||
    code === 36 ||
    code === 126 ||
    code === 0xa3 ||
    code === 0xa5 ||
    code === 0x20ac ||
    code === 0x20a9
  );
}

export function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13 || code === 0xa0 || code === 0x3000;
}

/** What closes a quotation that this character opens; 0 where it opens none. */
export function closingQuoteOf(code: number): number {
  switch (code) {
    case 34:
    case 39:
    case 96:
      return code;
    case 0x201c:
      return 0x201d;
    case 0x2018:
      return 0x2019;
    case 0xab:
      return 0xbb;
    case 0x300c:
    case 0x300e:
    case 0x300a:
    case 0x3008:
      return code + 1;
    default:
      return 0;
  }
}
