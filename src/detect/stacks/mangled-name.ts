/**
 * `_ZN4mill5Wheel4turnEi` → `mill::Wheel::turn`: the names in a symbol of C++ (Itanium ABI), without arguments and template parameters. Any other name as it is.
 */
export function plainSymbol(symbol: string): string {
  if (!symbol.startsWith("_Z")) return symbol;
  let at = 2;
  const isNested = symbol.charAt(at) === "N";
  if (isNested) at = behindQualifiers(symbol, at + 1);
  const names: string[] = [];
  if (symbol.startsWith("St", at)) {
    names.push("std");
    at += 2;
  }
  while (at < symbol.length && names.length < 20) {
    const read = readName(symbol, at);
    if (read === null) {
      const behind = symbol.charAt(at) === "I" ? behindTemplate(symbol, at) : -1;
      if (behind === -1) break;
      at = behind;
      continue;
    }
    names.push(read.name);
    at = read.end;
    if (!isNested && symbol.charAt(at) !== "I") break;
  }
  return names.length === 0 ? symbol : names.join("::");
}

function behindQualifiers(symbol: string, from: number): number {
  let at = from;
  while ("rVKRO".includes(symbol.charAt(at) || "-")) at++;
  return at;
}

/** A length and so many characters; `C1` and `D1` are constructor and destructor. */
function readName(symbol: string, at: number): { readonly name: string; readonly end: number } | null {
  const length = /^\d{1,4}/.exec(symbol.slice(at, at + 4))?.[0];
  if (length === undefined) {
    const special = symbol.slice(at, at + 2);
    if (/^[CD][0-5]$/.test(special))
      return { name: special.startsWith("C") ? "(constructor)" : "(destructor)", end: at + 2 };
    return operators[special] === undefined ? null : { name: operators[special], end: at + 2 };
  }
  const begin = at + length.length;
  const end = begin + Number(length);
  const name = symbol.slice(begin, end);
  return end > symbol.length ? null : { name: name.startsWith("_GLOBAL__N") ? "(anonymous namespace)" : name, end };
}

const operators: Readonly<Record<string, string>> = {
  cl: "operator()",
  ix: "operator[]",
  pl: "operator+",
  mi: "operator-",
  eq: "operator==",
  aS: "operator=",
  ls: "operator<<",
  rs: "operator>>",
  nw: "operator new",
  dl: "operator delete",
};

/** Behind the `E` that ends template parameters; what may stand between is skipped by its nesting. */
function behindTemplate(symbol: string, from: number): number {
  let depth = 0;
  for (let at = from; at < symbol.length; at++) {
    const letter = symbol.charAt(at);
    if (letter >= "0" && letter <= "9") {
      const length = /^\d{1,4}/.exec(symbol.slice(at, at + 4))?.[0] ?? "0";
      at += length.length + Number(length) - 1;
    } else if (letter === "I" || letter === "N" || letter === "X" || letter === "L") depth++;
    else if (letter === "E" && --depth === 0) return at + 1;
  }
  return -1;
}
