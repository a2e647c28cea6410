import type { Token } from "./token.ts";

const closers: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** Partners of brackets, by index; a bracket whose partner is not there has none. */
export function bracketPairs(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  const open: number[] = [];
  tokens.forEach(({ kind, text }, index) => {
    if (kind !== "mark") return;
    if (text === "(" || text === "[" || text === "{") open.push(index);
    else if (text === ")" || text === "]" || text === "}") {
      const from = open.at(-1);
      if (from !== undefined && closers[tokens[from]?.text ?? ""] === text) {
        open.pop();
        pairs.set(from, index);
        pairs.set(index, from);
      } else if (from !== undefined && text === "}") {
        // A brace outweighs what was left open inside of it.
        const brace = open.findLastIndex((each) => tokens[each]?.text === "{");
        if (brace !== -1) {
          const start = open[brace] ?? 0;
          open.length = brace;
          pairs.set(start, index);
          pairs.set(index, start);
        }
      }
    }
  });
  return pairs;
}
