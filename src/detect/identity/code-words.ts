/** Words of a program in a message: which of them carry its meaning although they stand in quotation marks. */

const identifier = /^[A-Za-z_$][\w$]{0,60}(?:[.#-][A-Za-z_$][\w$]{0,60}){0,12}(?:\(\))?$/;

/** What stands before or behind a quotation that names a part of the program, as runtimes and databases put it. */
const before = new Set(
  "reading setting evaluating attribute relation table column constraint module class bean symbol method function operator invoke procedure sequence trigger".split(
    " ",
  ),
);
const behind =
  /^ (?:is not (?:defined|a function|a constructor|iterable|callable|subscriptable)|object (?:has no|is not|cannot|does not)|has already been declared|of (?:undefined|null))/;
const helpfulNull =
  /^(?:Exception in .{0,60})?Cannot (?:invoke|read field|assign field|load from|store to|throw|enter|read the array)/;

/** Whether a quoted text is an identifier that tells one failure from another: `reading 'country'`, `relation "orders"`. */
export function keepsQuoted(text: string, open: number, end: number): boolean {
  const inside = text.slice(open + 1, end - 1);
  if (inside.length > 120 || /\d{3}/.test(inside)) return false;
  if (helpfulNull.test(text)) return true;
  if (!identifier.test(inside)) return false;
  const word = /([A-Za-z]{2,20}) ?$/.exec(text.slice(Math.max(0, open - 22), open))?.[1]?.toLowerCase();
  if (word !== undefined && before.has(word)) return true;
  return (word === "named" && /module named $/i.test(text.slice(0, open))) || behind.test(text.slice(end, end + 40));
}
