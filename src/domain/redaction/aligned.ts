const placeholder = /(⟨[a-z][a-z-]{0,30}:\d{1,9}⟩)/;
/** Aligning takes longer than linear time for text made to be slow; the kept parts of what is longer are written anew. */
const alignedLengthMax = 4096;

/** Text as the gate is to read it, and where each of its characters, and its end, stands in the text as it is written. */
export interface Reading {
  readonly text: string;
  readonly places: readonly number[];
}

/**
 * What the gate made of a reading, put back into the text as it is written: only what is hidden changes.
 * @param writeAnew how a kept part is written where the text is too long to be aligned
 */
export function putBack(
  written: string,
  { text, places }: Reading,
  rewritten: string,
  writeAnew: (part: string) => string,
): string {
  let from = 0;
  const parts = rewritten.split(placeholder).map((part, index) => {
    if (index % 2 === 1 || part === "") return part;
    if (text.length > alignedLengthMax) return writeAnew(part);
    const at = text.indexOf(part, from);
    from = at + part.length;
    return written.slice(places[at], places[from]);
  });
  return parts.join("");
}
