import type { Node } from "web-tree-sitter";
import type { FunctionSpan } from "../../domain/syntax.ts";

const nameLengthMax = 200;
const signatureLengthMax = 300;
/** Steps down a declarator of C++, or up to whoever a lambda is assigned to. */
const stepsMax = 8;

/** Words of a name that are not what it is called by: `impl<T> Store<T>` → `Store`. */
export function containerName(node: Node, field: string): string {
  const named = node.childForFieldName(field) ?? (field === "name" ? firstOfType(node, ["identifier"]) : null);
  if (named === null) return node.type === "companion_object" ? "Companion" : "<anonymous>";
  return cut(named.text.replace(/<.*$/s, "").trim());
}

/** @returns `receiver`: the type that a function of Go belongs to, or the scope of one of C++ */
export function functionName(
  node: Node,
  kind: FunctionSpan["kind"],
): { readonly name: string | null; readonly receiver: string | null } {
  if (kind === "lambda") return { name: assignedName(node), receiver: null };
  if (kind === "initializer") return { name: null, receiver: null };
  if (kind === "accessor") return { name: propertyName(node), receiver: null };
  const receiver = node.childForFieldName("receiver");
  const declarator = node.childForFieldName("declarator");
  if (declarator !== null) return declaredName(declarator);
  const named = node.childForFieldName("name") ?? firstOfType(node, ["identifier"]);
  // Without parameter names, pointers and type parameters: `(s *Store[T])` → `Store`.
  const type = receiver === null ? null : (/([\w.]+)\s*(?:\[[^\]]*\])?\s*\)$/.exec(receiver.text)?.[1] ?? null);
  const name = named === null ? (kind === "constructor" ? "constructor" : null) : cut(named.text);
  return { name, receiver: type };
}

/** `n::A::q(int)` → name `q`, scope `n.A`. */
function declaredName(declarator: Node): { readonly name: string | null; readonly receiver: string | null } {
  let at = declarator;
  for (let steps = 0; steps < stepsMax; steps++) {
    const inner = at.childForFieldName("declarator");
    if (inner === null) break;
    at = inner;
  }
  const parts = cut(at.text).split("::");
  const name = parts.pop() ?? null;
  return { name, receiver: parts.length === 0 ? null : parts.join(".") };
}

/** The last part of what is called; null where that is no name, as in `f()()`. */
export function calledName(node: Node, field: string): string | null {
  const called =
    field === ""
      ? firstOfType(node, ["identifier", "navigation_expression", "name", "qualified_name"])
      : node.childForFieldName(field);
  if (called === null || called.type === "parenthesized_expression") return null;
  const last =
    called.childForFieldName("property") ??
    called.childForFieldName("attribute") ??
    called.childForFieldName("field") ??
    called.childForFieldName("name") ??
    (called.namedChildCount > 0 ? called.namedChild(called.namedChildCount - 1) : called);
  const name = /^[\p{L}_$][\p{L}\p{N}_$?!]*/u.exec((last ?? called).text)?.[0] ?? null;
  return name === null ? null : cut(name);
}

/** `total` of `const total = () => …`, `module.exports.total = function …`, `{ total: () => … }`, `total := func() …`; null where it is handed to a call. */
function assignedName(node: Node): string | null {
  const { parent } = node;
  if (parent === null) return null;
  const own = node.childForFieldName("name");
  if (own !== null) return cut(own.text);
  const target =
    parent.childForFieldName("name") ??
    parent.childForFieldName("key") ??
    parent.childForFieldName("property") ??
    parent.childForFieldName("left") ??
    parent.childForFieldName("pattern");
  if (
    target === null ||
    target.id === node.id ||
    /^(?:arguments|argument_list|argument|keyword_argument|named_argument|call|binary)/.test(parent.type)
  )
    return null;
  const name = /([\p{L}_$#][\p{L}\p{N}_$]*)\s*$/u.exec(target.text.slice(-nameLengthMax))?.[1];
  return target.type === "variable_name" ? (name?.replace(/^\$/, "") ?? null) : (name ?? null);
}

/** Of Kotlin's `val total get() = …` and of C#'s `Total { get { … } }`. */
function propertyName(node: Node): string | null {
  for (let at = node.parent, steps = 0; at !== null && steps < stepsMax; at = at.parent, steps++) {
    const named = at.childForFieldName("name");
    if (named !== null) return cut(named.text);
    const declared = at.type === "property_declaration" ? firstOfType(at, ["variable_declaration"]) : null;
    if (declared !== null) return cut(declared.text.split(":", 1)[0]?.trim() ?? "");
    // Kotlin's grammar puts the accessor behind the property.
    const before = at.type === "class_body" ? node.previousNamedSibling : null;
    if (before?.type === "property_declaration") {
      return cut(firstOfType(before, ["variable_declaration"])?.text.split(":", 1)[0]?.trim() ?? "") || null;
    }
  }
  return null;
}

/** On one line, without what is between the parentheses of long lists beyond the limit. */
export function signatureOf(text: string, from: number, to: number): string {
  const signature = text
    .slice(from, Math.min(to, from + signatureLengthMax * 4))
    .replaceAll(/\s+/g, " ")
    .trim();
  return signature.length <= signatureLengthMax ? signature : `${signature.slice(0, signatureLengthMax - 1)}…`;
}

function firstOfType(node: Node, types: readonly string[]): Node | null {
  return node.namedChildren.find((child) => child !== null && types.includes(child.type)) ?? null;
}

function cut(name: string): string {
  return name.slice(0, nameLengthMax);
}
