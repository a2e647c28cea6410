import { putBack, type Reading } from "./aligned.ts";

/**
 * Parts of a query are encoded one by one, so `&`, `=`, `?` and `#` that are not encoded stand between two; a name in another script is read with its
 * value.
 */
const stretch =
  /[\w.~%-]*%[c-e][0-9a-f]%[89ab][\w.~%-]*=[^\s"'<>\\`⟨⟩&#?]*|(?:[^\s"'<>\\`⟨⟩&=?#]|={1,2}(?=[%&\s]|$))+/gi;
/** Printable ASCII but `%` itself, which would begin another escape, and letters of other scripts in UTF-8. */
const escapes = /%(?!25)[2-7][0-9a-f]|%(?:c[2-9a-f]|d[0-9a-f])%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}/gi;
const anEscape = /%(?:[2-7c-e][0-9a-f])/i;

/**
 * Rewrites what is percent-encoded, as addresses are within addresses, in its decoded form. A stretch in which nothing is found stays as it is.
 * @param rewrite the whole gate, on one decoded stretch
 */
export function rewriteEncoded(text: string, rewrite: (decoded: string) => string): string {
  if (!anEscape.test(text)) return text;
  return text.replace(stretch, (encoded) => {
    if (!encoded.includes("%")) return encoded;
    const decoded = decode(encoded);
    if (decoded.text === encoded) return encoded;
    const rewritten = rewrite(decoded.text);
    return rewritten === decoded.text ? encoded : putBack(encoded, decoded, rewritten, encodeAnew);
  });
}

/** Only what means something in an address; half of a surrogate pair could not be encoded. */
function encodeAnew(part: string): string {
  return part.replace(/[^\w.~!*+%\u0080-\uffff-]/g, encodeURIComponent);
}

function decode(encoded: string): Reading {
  const places: number[] = [];
  let text = "";
  let done = 0;
  const keep = (to: number): void => {
    for (; done < to; done++) {
      text += encoded.charAt(done);
      places.push(done);
    }
  };
  for (const { index, 0: all } of encoded.matchAll(escapes)) {
    const character = decoded(all);
    if (character === null) continue;
    keep(index);
    text += character;
    places.push(index);
    done = index + all.length;
  }
  keep(encoded.length);
  places.push(encoded.length);
  return { text, places };
}

/** One character of the Basic Multilingual Plane, which is one unit of a string; null for bytes that are none, and for what would end a line. */
function decoded(written: string): string | null {
  if (written.length === 3) return String.fromCharCode(Number.parseInt(written.slice(1), 16));
  const character = Buffer.from(written.replaceAll("%", ""), "hex").toString("utf8");
  return character.length === 1 && /[\p{L}\p{N}]/u.test(character) ? character : null;
}
