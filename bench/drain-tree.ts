/**
 * Drain, as its paper describes it, to have a known method beside ours in the same run: no library for it could be installed with npm when this was
 * written. A tree of fixed depth (number of tokens, then the first tokens), and in each leaf the templates, of which the most similar one takes a message if it is similar enough.
 * @see Pinjia He et al., "Drain: An Online Log Parsing Approach with Fixed Depth Tree", ICWS 2017
 */
export class DrainTree {
  readonly #root = new Map<string, Node>();
  #groups = 0;

  /** @returns the number of the group that took the message */
  add(message: string): number {
    const tokens = mask(message).split(" ");
    const leaf = this.#leafOf(tokens);
    let best: Group | null = null;
    let most = similarityMin;
    for (const group of leaf.groups) {
      const similarity = similarityOf(group.template, tokens);
      if (similarity >= most) {
        best = group;
        most = similarity;
      }
    }
    if (best === null) {
      best = { number: this.#groups++, template: tokens };
      leaf.groups.push(best);
    } else {
      best.template = best.template.map((token, at) => (token === tokens[at] ? token : wildcard));
    }
    return best.number;
  }

  #leafOf(tokens: readonly string[]): Node {
    let node = childOf(this.#root, String(tokens.length));
    for (const token of tokens.slice(0, prefixTokens)) {
      const isVariable = /\d/.test(token) || (!node.children.has(token) && node.children.size >= childrenMax);
      node = childOf(node.children, isVariable ? wildcard : token);
    }
    return node;
  }
}

interface Group {
  readonly number: number;
  template: readonly string[];
}

interface Node {
  readonly children: Map<string, Node>;
  readonly groups: Group[];
}

/** The parameters that the paper and its best-known implementations take: depth 4, similarity 0.4, 100 children. */
const prefixTokens = 2;
const similarityMin = 0.4;
const childrenMax = 100;
const wildcard = "<*>";

function childOf(children: Map<string, Node>, key: string): Node {
  const found = children.get(key) ?? { children: new Map(), groups: [] };
  children.set(key, found);
  return found;
}

function similarityOf(template: readonly string[], tokens: readonly string[]): number {
  let same = 0;
  for (const [at, token] of template.entries()) if (token === tokens[at]) same += 1;
  return same / tokens.length;
}

/** What its users mask beforehand: ids, addresses, numbers. */
function mask(message: string): string {
  return message
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, wildcard)
    .replaceAll(/\b[0-9a-f]{10,64}\b/gi, wildcard)
    .replaceAll(/\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d+)?\b/g, wildcard)
    .replaceAll(/\b\d+(?:\.\d+)?\b/g, wildcard);
}
