/** Whether an occurrence of a literal counts; asked before anything dearer is done. */
export type Where = (text: string, at: number, length: number) => boolean;

/** What tells that a list may have something to say of a text. */
export interface Trigger {
  /** In lower case, which stands for any case; a digit stands for any digit. */
  readonly literal: string;
  /** It counts only where a word begins. */
  readonly isAtStart: boolean;
  readonly where: Where | null;
}

/** Triggers that count wherever they stand. */
export function anywhere(...literals: readonly string[]): readonly Trigger[] {
  return literals.map((literal) => ({ literal, isAtStart: false, where: null }));
}

/** Triggers that count where a word begins. */
export function atStart(...literals: readonly string[]): readonly Trigger[] {
  return literals.map((literal) => ({ literal, isAtStart: true, where: null }));
}

/** The same triggers under one more condition. */
export function onlyWhere(where: Where, triggers: readonly Trigger[]): readonly Trigger[] {
  return triggers.map((trigger) => ({ ...trigger, where }));
}

/** Where a literal stands. */
export interface Place {
  readonly at: number;
  readonly length: number;
}

export interface Scanned {
  /** Which lists of triggers have a member in the text, in ascending order. */
  readonly hits: readonly number[];
  /** Where those of the list that was asked for are, from left to right. */
  readonly places: readonly Place[];
}

/** One pass over a text. */
export type TriggerScan = (text: string) => Scanned;

/** Told of each occurrence, of those that begin further left first. */
type Visit = (list: number, at: number, literal: string) => void;

interface Literal extends Trigger {
  readonly list: number;
  /** Its characters, folded. */
  readonly codes: readonly number[];
}

/** Characters are told apart by six bits: letters, digits as one, each sign of ASCII, control characters as one, and all other scripts as one. */
const symbolBits = 6;
const symbols = 1 << symbolBits;
const symbolMask = symbols - 1;
const digitSymbol = 27;
const signs = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
const otherScript = symbols - 1;
const threeSymbols = (1 << (3 * symbolBits)) - 1;
const fourSymbols = (1 << (4 * symbolBits)) - 1;

/** The search for the triggers of all `lists` in a text: one pass, whose cost does not grow with their number. */
export function compileFinder(lists: readonly (readonly Trigger[])[]): (text: string, visit: Visit) => void {
  const literals = lists.flatMap((triggers, list) =>
    triggers.map((trigger): Literal => {
      const literal = trigger.literal.replace(/\d/g, "0");
      return {
        ...trigger,
        literal,
        list,
        codes: Array.from({ length: literal.length }, (_, at) => literal.charCodeAt(at)),
      };
    }),
  );
  const { isBegun, bucketOf, buckets } = sorted(literals);

  /** Visits the literals of a bucket that stand at `at`. */
  const look = (bucket: number, text: string, at: number, visit: Visit): void => {
    for (const one of buckets[bucket] ?? []) {
      if (!stands(one.codes, text, at) || (one.where !== null && !one.where(text, at, one.codes.length))) continue;
      visit(one.list, at, one.literal);
    }
  };

  return (text, visit) => {
    const { length } = text;
    const hasEscapes = text.includes("\\") || text.includes("%");
    /** The last four symbols, a bit for each character that is a capital letter, and two for each that may begin an escape. */
    let seen = 0;
    let capitals = 0;
    let escapes = 0;
    // What stands before tells whether a word begins; a literal is looked for where its third character is, also behind the end.
    for (let index = 0; index < length + 2; index++) {
      const traits = index < length ? (traitsOf[text.charCodeAt(index)] ?? 0) : 0;
      const before = (seen >> (2 * symbolBits)) & symbolMask;
      seen = ((seen << symbolBits) | (traits & symbolMask)) & fourSymbols;
      capitals = (capitals << 1) | ((traits >> capitalBit) & 1);
      // A letter or a digit before it, and no capital letter behind a small one.
      let isInside = (before - 1) >>> 0 < digitSymbol && (capitals & hump) !== humpBegun;
      if (hasEscapes) {
        escapes = (escapes << 2) | (traits >> escapeBits);
        if ((escapes & escapeMask) !== 0) isInside = false;
      }
      const hash = (seen & threeSymbols) | (isInside ? 0 : symbols ** 3);
      if ((((isBegun[hash >> 3] ?? 0) >> (hash & 7)) & 1) !== 0 && index >= 2)
        look(bucketOf[hash] ?? 0, text, index - 2, visit);
    }
  };
}

function stands(codes: readonly number[], text: string, at: number): boolean {
  if (at + codes.length > text.length) return false;
  for (let index = 0; index < codes.length; index++) {
    if (foldedCode[text.charCodeAt(at + index)] !== codes[index]) return false;
  }
  return true;
}

/** @param placed the list whose places are told, or -1 */
export function compileTriggers(lists: readonly (readonly Trigger[])[], placed = -1): TriggerScan {
  // A single character is found faster by far by the engine itself.
  const singles = lists.flatMap((triggers, list) => triggers.filter(isSign).map(({ literal }) => ({ list, literal })));
  const find = compileFinder(lists.map((triggers) => triggers.filter((trigger) => !isSign(trigger))));
  /** Of each list the scan that last found a member of it. */
  const foundBy = new Uint32Array(lists.length);
  let scans = 0;
  let hits: number[] = [];
  let places: Place[] = [];
  const visit: Visit = (list, at, literal) => {
    if (foundBy[list] !== scans) {
      foundBy[list] = scans;
      hits.push(list);
    }
    if (list === placed) places.push({ at, length: literal.length });
  };
  return (text) => {
    scans = (scans + 1) >>> 0;
    hits = [];
    places = [];
    for (const { list, literal } of singles) if (text.includes(literal)) visit(list, 0, literal);
    find(text, visit);
    return { hits: hits.length < 2 ? hits : hits.sort((one, other) => one - other), places };
  };
}

/** A single character without case, anywhere. */
function isSign({ literal, isAtStart, where }: Trigger): boolean {
  return literal.length === 1 && !isAtStart && where === null && !/[\d\p{L}]/u.test(literal);
}

/** Small letters for capital ones, 0 for every digit, all else as it is. */
const foldedCode = Uint16Array.from({ length: 65_536 }, (_, code) => {
  if (code >= 65 && code <= 90) return code + 32;
  return code >= 48 && code <= 57 ? 48 : code;
});

/** Of each character its symbol, whether it is a capital letter, and whether an escape may begin with it: 1 for a backslash, 2 for a percent sign. */
const capitalBit = symbolBits;
const escapeBits = symbolBits + 1;
const traitsOf = Uint16Array.from({ length: 65_536 }, (_, code) => {
  const isCapital = code >= 65 && code <= 90;
  const begun = code === 0x5c ? 1 : code === 0x25 ? 2 : 0;
  return symbolOf(foldedCode[code] ?? 0) | ((isCapital ? 1 : 0) << capitalBit) | (begun << escapeBits);
});
/** The third last character and the one before it. */
const hump = 0b1100;
const humpBegun = 0b0100;
/** Two characters before the third last one a backslash (`\n`), or six (`\u003d`), or three a percent sign (`%3D`). */
const escapeMask = (1 << (2 * 4)) | (1 << (2 * 8)) | (2 << (2 * 5));

function symbolOf(code: number): number {
  if (code >= 0x80) return otherScript;
  if (code >= 97 && code <= 122) return code - 96;
  if (code === 48) return digitSymbol;
  const sign = signs.indexOf(String.fromCharCode(code));
  return sign === -1 ? 0 : digitSymbol + 1 + sign;
}

/**
 * For each three characters the bucket of the literals that begin so, and a bit that tells whether there is one: nearly all of a text is passed over
 * with one look at that. In the first half those that count anywhere; in the second, where a word begins, all. A shorter literal has all others behind it.
 */
function sorted(literals: readonly Literal[]): {
  isBegun: Uint8Array;
  bucketOf: Uint16Array;
  buckets: readonly (readonly Literal[])[];
} {
  const half = symbols ** 3;
  const isBegun = new Uint8Array((2 * half) / 8);
  const bucketOf = new Uint16Array(2 * half);
  const buckets: Literal[][] = [[]];
  for (const one of literals) {
    let begun = 0;
    for (const code of one.codes.slice(0, 3)) begun = (begun << symbolBits) | symbolOf(code);
    const rest = symbols ** Math.max(0, 3 - one.codes.length);
    for (const first of one.isAtStart ? [half] : [0, half]) {
      for (let seen = first + begun * rest; seen < first + (begun + 1) * rest; seen++) {
        if (bucketOf[seen] === 0) bucketOf[seen] = buckets.push([]) - 1;
        buckets[bucketOf[seen] ?? 0]?.push(one);
        isBegun[seen >> 3] = (isBegun[seen >> 3] ?? 0) | (1 << (seen & 7));
      }
    }
  }
  return { isBegun, bucketOf, buckets };
}
