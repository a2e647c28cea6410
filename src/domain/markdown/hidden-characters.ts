const lineEnds = /\r\n|[\r\v\f\u0085\u2028\u2029]/g;
/** Controls, formats, what fonts do not draw, halves of surrogate pairs, and the blank of Braille. Line feed and tab are handled apart. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;
const plain = /^[\t\n\x20-\x7e]*$/;

/** GitHub takes no more in one body, so more of one text is never shown. */
const shownCharactersMax = 65_536;

/** Every kind of line end becomes a line feed, every character that a reader cannot see one that shows its number: `⟨U+202E⟩`. A text too long for any page is cut. */
export function showHidden(whole: string): string {
  const text = whole.length <= shownCharactersMax ? whole : `${whole.slice(0, shownCharactersMax)} …`;
  if (plain.test(text)) return text;
  return text.replace(lineEnds, "\n").replace(hidden, (character) => {
    if (character === "\n" || character === "\t") return character;
    const number = character.codePointAt(0) ?? 0;
    return `⟨U+${number.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}
