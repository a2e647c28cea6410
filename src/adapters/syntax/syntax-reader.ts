import { fileURLToPath } from "node:url";
import { Language, Parser, type Tree } from "web-tree-sitter";
import type { SyntaxReader } from "../../domain/syntax.ts";
import { type Grammar, grammarOf } from "./grammars.ts";
import { outlineOf } from "./outline-of.ts";

/** UTF-16 units; longer files are generated or data. */
const textLengthMax = 1_000_000;
/** A file that takes longer was made to take longer. */
const parseMsMax = 2_000;
/** Nodes that are walked; a file of the greatest length has about as many. */
const nodesMax = 2_000_000;

/**
 * Syntax trees by tree-sitter's WebAssembly grammars, each loaded when the first file of its language is read. No grammar runs code of the file.
 * @see https://tree-sitter.github.io/tree-sitter/
 */
export function createSyntaxReader(): SyntaxReader {
  const parsers = new Map<string, Promise<Parser>>();
  const parserOf = (grammar: Grammar): Promise<Parser> => {
    const loading = parsers.get(grammar.wasm) ?? loadParser(grammar.wasm);
    parsers.set(grammar.wasm, loading);
    return loading;
  };
  return {
    async outline(path, text) {
      const grammar = grammarOf(path);
      if (grammar === null || text.length > textLengthMax) return null;
      const parser = await parserOf(grammar);
      const tree = parse(parser, text);
      if (tree === null) return null;
      try {
        return outlineOf(tree, text, grammar, nodesMax);
      } finally {
        tree.delete();
      }
    },
  };
}

let initialized: Promise<void> | null = null;

async function loadParser(wasm: string): Promise<Parser> {
  initialized ??= Parser.init();
  await initialized;
  const language = await Language.load(fileURLToPath(import.meta.resolve(wasm)));
  const parser = new Parser();
  parser.setLanguage(language);
  return parser;
}

function parse(parser: Parser, text: string): Tree | null {
  const untilMs = performance.now() + parseMsMax;
  const tree = parser.parse(text, null, { progressCallback: () => performance.now() > untilMs });
  // One that was given up would be continued by the next text.
  if (tree === null) parser.reset();
  return tree;
}
