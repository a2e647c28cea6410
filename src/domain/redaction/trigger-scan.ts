/** Tells, in one pass over a text, which lists of literals have a member in it; the answer holds their positions in ascending order. */
export type TriggerScan = (text: string) => readonly number[];

interface Node {
  readonly next: Map<number, number>;
  readonly lists: Set<number>;
  fallback: number;
}

/**
 * Aho–Corasick over folded characters, as a table: the cost of a scan does not grow with the number of literals, and a text in which nothing
 * occurs, which nearly every log line is, costs one look-up per character.
 * @param lists literals in lower case; case does not matter in the text, and the digit 0 stands for any digit
 */
export function compileTriggers(lists: readonly (readonly string[])[]): TriggerScan {
  const { classOf, width } = characterClasses(lists);
  const nodes = linkFallbacks(plantTrie(lists, classOf));
  const { table, found } = tabulate(nodes, width);
  return (text) => {
    let hits: Uint8Array | null = null;
    let row = 0;
    for (let index = 0; index < text.length; index++) {
      row = table[row + (classOf[text.charCodeAt(index)] ?? 0)] ?? 0;
      if (row < 0) {
        row = ~row;
        hits ??= new Uint8Array(lists.length);
        for (const list of found.get(row) ?? []) hits[list] = 1;
      }
    }
    return hits === null ? [] : [...hits.keys()].filter((list) => hits[list] === 1);
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
  return { next: new Map(), lists: new Set(), fallback: 0 };
}

/** Breadth first, so that a node's fallback, which is always shorter, is complete before it is needed. */
function linkFallbacks(nodes: readonly Node[]): readonly Node[] {
  const queue = [...(nodes[0]?.next.values() ?? [])];
  for (const at of queue) {
    const node = nodes[at];
    for (const [symbol, to] of node?.next ?? []) {
      const child = nodes[to];
      if (node === undefined || child === undefined) continue;
      child.fallback = step(nodes, node.fallback, symbol);
      for (const list of nodes[child.fallback]?.lists ?? []) child.lists.add(list);
      queue.push(to);
    }
  }
  return nodes;
}

function step(nodes: readonly Node[], from: number, symbol: number): number {
  let at = from;
  for (;;) {
    const to = nodes[at]?.next.get(symbol);
    if (to !== undefined) return to;
    if (at === 0) return 0;
    at = nodes[at]?.fallback ?? 0;
  }
}

/** A cell holds the offset of the next row; the complement of it where a literal ends there, so that the scan needs no second look-up. */
function tabulate(
  nodes: readonly Node[],
  width: number,
): { table: Int32Array; found: ReadonlyMap<number, readonly number[]> } {
  const table = new Int32Array(nodes.length * width);
  const found = new Map<number, readonly number[]>();
  for (const [at, node] of nodes.entries()) {
    if (node.lists.size > 0) found.set(at * width, [...node.lists]);
    for (let symbol = 1; symbol < width; symbol++) {
      const to = step(nodes, at, symbol);
      table[at * width + symbol] = (nodes[to]?.lists.size ?? 0) > 0 ? ~(to * width) : to * width;
    }
  }
  return { table, found };
}
