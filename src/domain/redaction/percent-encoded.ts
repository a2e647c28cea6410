/** Parts of a query are encoded one by one, so `&`, `=`, `?` and `#` that are not encoded stand between two. */
const stretch = /(?:[^\s"'<>\\`⟨⟩&=?#]|={1,2}(?=[%&\s]|$))+/g;
/** Printable ASCII but `%` itself, which would begin another escape. */
const escapes = /%(?!25)[2-7][0-9a-f]/gi;
const placeholder = /(⟨[a-z][a-z-]{0,30}:\d{1,9}⟩)/;
/** Aligning takes longer than linear time for text made to be slow; what is longer is encoded anew. */
const alignedLengthMax = 4096;

/**
 * Rewrites what is percent-encoded, as addresses are within addresses, in its decoded form. A stretch in which nothing is found stays as it is.
 * @param rewrite the whole gate, on one decoded stretch
 */
export function rewriteEncoded(text: string, rewrite: (decoded: string) => string): string {
  if (!/%[2-7][0-9a-f]/i.test(text)) return text;
  return text.replace(stretch, (encoded) => {
    if (!encoded.includes("%")) return encoded;
    const { decoded, places } = decode(encoded);
    if (decoded === encoded) return encoded;
    const rewritten = rewrite(decoded);
    if (rewritten === decoded) return encoded;
    let from = 0;
    const parts = rewritten.split(placeholder).map((part, index) => {
      if (index % 2 === 1 || part === "") return part;
      if (decoded.length > alignedLengthMax) return part.replace(/[^\w.~!*+%-]/g, encodeURIComponent);
      const at = decoded.indexOf(part, from);
      from = at + part.length;
      return encoded.slice(places[at], places[from]);
    });
    return parts.join("");
  });
}

/** With the place in the encoded text of each decoded character, and of the end. */
function decode(encoded: string): { readonly decoded: string; readonly places: readonly number[] } {
  const places: number[] = [];
  let decoded = "";
  let done = 0;
  const keep = (to: number): void => {
    for (; done < to; done++) {
      decoded += encoded.charAt(done);
      places.push(done);
    }
  };
  for (const { index, 0: all } of encoded.matchAll(escapes)) {
    keep(index);
    decoded += String.fromCharCode(Number.parseInt(all.slice(1), 16));
    places.push(index);
    done = index + all.length;
  }
  keep(encoded.length);
  places.push(encoded.length);
  return { decoded, places };
}
