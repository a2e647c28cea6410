import type { Node, Tree, TreeCursor } from "web-tree-sitter";
import type { Call, FunctionSpan, Outline, TextSpan } from "../../domain/syntax.ts";
import type { Grammar } from "./grammars.ts";
import { calledName, containerName, functionName, signatureOf } from "./node-names.ts";

/** Walked without recursion: a file may nest as deep as its author likes. Null where it has more nodes than `nodesMax`. */
export function outlineOf(tree: Tree, text: string, grammar: Grammar, nodesMax: number): Outline | null {
  const functions: FunctionSpan[] = [];
  const calls: Call[] = [];
  const comments: TextSpan[] = [];
  const strings: TextSpan[] = [];
  const isComment = new Set(grammar.comments);
  const isString = new Set(grammar.strings);
  /** Names of the containers on the way down, each with the depth that it was met at. */
  const around: { readonly depth: number; readonly name: string }[] = [];

  const visit = (cursor: TreeCursor, depth: number): "inside" | "over" => {
    const type = cursor.nodeType;
    if (isComment.has(type) || isString.has(type)) {
      (isComment.has(type) ? comments : strings).push({ from: cursor.startIndex, to: cursor.endIndex });
      // Code stands inside of strings that are filled in; inside of comments none does.
      return isComment.has(type) ? "over" : "inside";
    }
    if (!cursor.nodeIsNamed) return "inside";
    const nameField = ownValue(grammar.containers, type);
    if (nameField !== null) {
      around.push({ depth, name: containerName(cursor.currentNode, nameField) });
      return "inside";
    }
    const kind = ownValue(grammar.functions, type);
    if (kind !== null) functions.push(functionOf(cursor.currentNode, kind, text, containerOf(around)));
    const calledField = ownValue(grammar.calls, type);
    if (calledField !== null) {
      const name = calledName(cursor.currentNode, calledField);
      if (name !== null) calls.push({ name, line: cursor.startPosition.row + 1 });
    }
    return "inside";
  };

  const cursor = tree.walk();
  try {
    let depth = 0;
    for (let nodes = 0; nodes < nodesMax; nodes++) {
      if (visit(cursor, depth) === "inside" && cursor.gotoFirstChild()) {
        depth += 1;
        continue;
      }
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent()) {
          return { functions, calls, comments, strings, hasErrors: tree.rootNode.hasError };
        }
        depth -= 1;
        while ((around.at(-1)?.depth ?? -1) >= depth) around.pop();
      }
      while ((around.at(-1)?.depth ?? -1) >= depth) around.pop();
    }
    return null;
  } finally {
    cursor.delete();
  }
}

function functionOf(node: Node, kind: FunctionSpan["kind"], text: string, around: string | null): FunctionSpan {
  const body = node.childForFieldName("body");
  const { name, receiver } = functionName(node, kind);
  return {
    kind,
    name,
    container: receiver ?? around,
    firstLine: node.startPosition.row + 1,
    lastLine: node.endPosition.row + 1,
    bodyLine: (body?.startPosition.row ?? node.endPosition.row) + 1,
    signature: signatureOf(text, node.startIndex, body?.startIndex ?? node.endIndex),
  };
}

function containerOf(around: readonly { readonly name: string }[]): string | null {
  return around.length === 0 ? null : around.map(({ name }) => name).join(".");
}

function ownValue<Value>(record: Readonly<Record<string, Value>>, key: string): Value | null {
  return Object.hasOwn(record, key) ? (record[key] ?? null) : null;
}
