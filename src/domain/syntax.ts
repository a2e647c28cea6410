/** What a file's syntax tree says, without the tree: what steps and rules ask about code. Lines count from 1. */
export interface Outline {
  /** In order of their first lines, outer before inner. */
  readonly functions: readonly FunctionSpan[];
  /** In order of their lines. */
  readonly calls: readonly Call[];
  /** Comments and string literals, as offsets in UTF-16 units, in order: no code. */
  readonly comments: readonly TextSpan[];
  readonly strings: readonly TextSpan[];
  /** The text is not what the grammar expects somewhere; what was understood is still here. */
  readonly hasErrors: boolean;
}

export interface FunctionSpan {
  /** constructor: also Kotlin's and Ruby's; initializer: a static or instance block; accessor: of a property; lambda: anything without a name of its own. */
  readonly kind: "function" | "constructor" | "initializer" | "accessor" | "lambda";
  /** As the source names it; of a lambda, the name that it is assigned to; null where there is none. */
  readonly name: string | null;
  /** `Order.Line`: classes, modules and receivers around it, outermost first; null outside of any. */
  readonly container: string | null;
  readonly firstLine: number;
  readonly lastLine: number;
  /** First line of its body; of one without a body, its last line. */
  readonly bodyLine: number;
  /** What stands before the body, on one line, cut. */
  readonly signature: string;
}

export interface Call {
  /** The last part: `charge` of `this.client.charge(…)`; of `new Order(…)` the type. */
  readonly name: string;
  readonly line: number;
}

export interface TextSpan {
  readonly from: number;
  readonly to: number;
}

/** Reads source text by the grammar of its language. */
export interface SyntaxReader {
  /**
   * Null where nothing could be read: no grammar for such a file, too large, too slow. Never throws on foreign text.
   * @param path decides the language, by its ending
   */
  outline(path: string, text: string): Promise<Outline | null>;
}

/**
 * The innermost function around a line that has a name; null where there is none. A lambda's name is that of a variable: inside of a function it counts only where
 * it is the wanted one.
 */
export function namedFunctionAt(outline: Outline, line: number, wanted: string | null = null): FunctionSpan | null {
  const around = outline.functions.filter(
    (each) => each.name !== null && each.firstLine <= line && line <= each.lastLine,
  );
  return (
    around.findLast(({ name }) => name === wanted) ??
    around.findLast(({ kind }) => kind !== "lambda") ??
    around.at(-1) ??
    null
  );
}
