/** Tells, in one pass over a text, which lists of literals have a member in it; the answer holds their positions in ascending order. */
export type TriggerScan = (text: string) => readonly number[];

interface Node {
  readonly next: Map<number, number>;
  readonly lists: Set<number>;
}

/**
 * Aho–Corasick over folded characters, as a table: the cost of a scan does not grow with the number of literals, and a text in which nothing
 * occurs, which nearly every log line is, costs one look-up per character.
 * @param written literals in lower case; case does not matter in the text, and a digit stands for any digit
 */
export function compileTriggers(written: readonly (readonly string[])[]): TriggerScan {
  const lists = written.map((list) => list.map((literal) => literal.replace(/\d/g, "0")));
  const { classOf, width } = characterClasses(lists);
  const { table, found } = tabulate(plantTrie(lists, classOf), width);
  return (text) => {
    const hits: number[] = [];
    let isHit: Uint8Array | null = null;
    let row = 0;
    for (let index = 0; index < text.length; index++) {
      row = table[row + (classOf[text.charCodeAt(index)] ?? 0)] ?? 0;
      if (row < 0) {
        row = ~row;
        isHit ??= new Uint8Array(lists.length);
        for (const list of found.get(row) ?? []) {
          if (isHit[list] === 0) hits.push(list);
          isHit[list] = 1;
        }
      }
    }
    return hits.sort((one, other) => one - other);
  };
}

/** One number per character that occurs in a literal, upper case like lower, all digits alike; 0 for every other character. */
function characterClasses(lists: readonly (readonly string[])[]): { classOf: Uint8Array; width: number } {
  const classOf = new Uint8Array(65_536);
  let width = 1;
  for (const character of new Set(lists.flat().join(""))) {
    const alike = character === "0" ? "0123456789" : character + character.toUpperCase();
    for (const one of alike) classOf[one.charCodeAt(0)] = width;
    width++;
  }
  return { classOf, width };
}

function plantTrie(lists: readonly (readonly string[])[], classOf: Uint8Array): Node[] {
  const nodes: Node[] = [newNode()];
  for (const [list, literals] of lists.entries()) {
    for (const literal of literals) {
      let at = 0;
      for (let index = 0; index < literal.length; index++) {
        const symbol = classOf[literal.charCodeAt(index)] ?? 0;
        let to = nodes[at]?.next.get(symbol);
        if (to === undefined) {
          to = nodes.push(newNode()) - 1;
          nodes[at]?.next.set(symbol, to);
        }
        at = to;
      }
      nodes[at]?.lists.add(list);
    }
  }
  return nodes;
}

function newNode(): Node {
  return { next: new Map(), lists: new Set() };
}

/**
 * A cell holds the offset of the next row; the complement of it where a literal ends there, so that the scan needs no second look-up. Breadth first: a
 * node begins as a copy of its fallback, the longest other beginning that the characters so far end with, which is shorter and so complete.
 */
function tabulate(
  nodes: readonly Node[],
  width: number,
): { table: Int32Array; found: ReadonlyMap<number, readonly number[]> } {
  const table = new Int32Array(nodes.length * width);
  const fallback = new Int32Array(nodes.length);
  const queue = [0];
  for (const at of queue) {
    const row = at * width;
    const back = (fallback[at] ?? 0) * width;
    table.copyWithin(row, back, back + width);
    for (const [symbol, to] of nodes[at]?.next ?? []) {
      const shorter = at === 0 ? 0 : (table[back + symbol] ?? 0) / width;
      fallback[to] = shorter;
      for (const list of nodes[shorter]?.lists ?? []) nodes[to]?.lists.add(list);
      table[row + symbol] = to * width;
      queue.push(to);
    }
  }
  const found = new Map<number, readonly number[]>();
  const isEnd = new Uint8Array(table.length);
  for (const [at, { lists }] of nodes.entries()) {
    if (lists.size === 0) continue;
    found.set(at * width, [...lists]);
    isEnd[at * width] = 1;
  }
  for (let cell = 0; cell < table.length; cell++) {
    const row = table[cell] ?? 0;
    if (isEnd[row] === 1) table[cell] = ~row;
  }
  return { table, found };
}
