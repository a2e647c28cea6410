import type { FunctionSpan } from "../../domain/syntax.ts";

/** How the tree of one language names what we look for. */
export interface Grammar {
  /** Of a package, as `import.meta.resolve` finds it. */
  readonly wasm: string;
  readonly functions: Readonly<Record<string, FunctionSpan["kind"]>>;
  /** Node types that give functions inside a container's name, and the field that has it. */
  readonly containers: Readonly<Record<string, string>>;
  /** Node types of calls, and the field with what is called; "" for the first child. */
  readonly calls: Readonly<Record<string, string>>;
  readonly comments: readonly string[];
  readonly strings: readonly string[];
}

const shipped = (name: string) => `@vscode/tree-sitter-wasm/wasm/tree-sitter-${name}.wasm`;

const javaScript: Omit<Grammar, "wasm"> = {
  functions: {
    function_declaration: "function",
    generator_function_declaration: "function",
    method_definition: "function",
    function_expression: "lambda",
    generator_function: "lambda",
    arrow_function: "lambda",
    class_static_block: "initializer",
  },
  containers: {
    class_declaration: "name",
    abstract_class_declaration: "name",
    class: "name",
    internal_module: "name",
    module: "name",
  },
  calls: { call_expression: "function", new_expression: "constructor" },
  comments: ["comment", "html_comment"],
  strings: ["string", "template_string", "regex"],
};

const java: Grammar = {
  wasm: shipped("java"),
  functions: {
    method_declaration: "function",
    constructor_declaration: "constructor",
    compact_constructor_declaration: "constructor",
    static_initializer: "initializer",
    lambda_expression: "lambda",
  },
  containers: {
    class_declaration: "name",
    interface_declaration: "name",
    enum_declaration: "name",
    record_declaration: "name",
    annotation_type_declaration: "name",
  },
  calls: { method_invocation: "name", object_creation_expression: "type" },
  comments: ["line_comment", "block_comment"],
  strings: ["string_literal", "character_literal"],
};

const kotlin: Grammar = {
  wasm: "@tree-sitter-grammars/tree-sitter-kotlin/tree-sitter-kotlin.wasm",
  functions: {
    function_declaration: "function",
    secondary_constructor: "constructor",
    anonymous_initializer: "initializer",
    getter: "accessor",
    setter: "accessor",
    lambda_literal: "lambda",
    anonymous_function: "lambda",
  },
  containers: { class_declaration: "name", object_declaration: "name", companion_object: "name" },
  calls: { call_expression: "" },
  comments: ["line_comment", "block_comment"],
  strings: ["string_literal", "multiline_string_literal", "character_literal"],
};

const python: Grammar = {
  wasm: shipped("python"),
  functions: { function_definition: "function", lambda: "lambda" },
  containers: { class_definition: "name" },
  calls: { call: "function" },
  comments: ["comment"],
  strings: ["string"],
};

const go: Grammar = {
  wasm: shipped("go"),
  functions: { function_declaration: "function", method_declaration: "function", func_literal: "lambda" },
  containers: {},
  calls: { call_expression: "function" },
  comments: ["comment"],
  strings: ["interpreted_string_literal", "raw_string_literal", "rune_literal"],
};

const csharp: Grammar = {
  wasm: shipped("c-sharp"),
  functions: {
    method_declaration: "function",
    local_function_statement: "function",
    operator_declaration: "function",
    constructor_declaration: "constructor",
    destructor_declaration: "function",
    accessor_declaration: "accessor",
    lambda_expression: "lambda",
    anonymous_method_expression: "lambda",
  },
  containers: {
    class_declaration: "name",
    struct_declaration: "name",
    record_declaration: "name",
    interface_declaration: "name",
  },
  calls: { invocation_expression: "function", object_creation_expression: "type" },
  comments: ["comment"],
  strings: ["string_literal", "verbatim_string_literal", "raw_string_literal", "interpolated_string_expression"],
};

const php: Grammar = {
  wasm: shipped("php"),
  functions: {
    function_definition: "function",
    method_declaration: "function",
    anonymous_function: "lambda",
    arrow_function: "lambda",
  },
  containers: {
    class_declaration: "name",
    trait_declaration: "name",
    interface_declaration: "name",
    enum_declaration: "name",
  },
  calls: {
    function_call_expression: "function",
    member_call_expression: "name",
    nullsafe_member_call_expression: "name",
    scoped_call_expression: "name",
    object_creation_expression: "",
  },
  comments: ["comment"],
  strings: ["string", "encapsed_string", "heredoc", "nowdoc"],
};

const ruby: Grammar = {
  wasm: shipped("ruby"),
  functions: {
    method: "function",
    singleton_method: "function",
    lambda: "lambda",
    block: "lambda",
    do_block: "lambda",
  },
  containers: { class: "name", module: "name" },
  calls: { call: "method" },
  comments: ["comment"],
  strings: ["string", "heredoc_body", "regex", "subshell"],
};

const rust: Grammar = {
  wasm: shipped("rust"),
  functions: { function_item: "function", closure_expression: "lambda" },
  containers: { impl_item: "type", trait_item: "name" },
  calls: { call_expression: "function", macro_invocation: "macro" },
  comments: ["line_comment", "block_comment"],
  strings: ["string_literal", "raw_string_literal", "char_literal"],
};

const cpp: Grammar = {
  wasm: shipped("cpp"),
  functions: { function_definition: "function", lambda_expression: "lambda" },
  containers: { class_specifier: "name", struct_specifier: "name" },
  calls: { call_expression: "function" },
  comments: ["comment"],
  strings: ["string_literal", "raw_string_literal", "char_literal"],
};

const byEnding: Readonly<Record<string, Grammar>> = {
  java,
  kt: kotlin,
  kts: kotlin,
  js: { ...javaScript, wasm: shipped("javascript") },
  mjs: { ...javaScript, wasm: shipped("javascript") },
  cjs: { ...javaScript, wasm: shipped("javascript") },
  jsx: { ...javaScript, wasm: shipped("javascript") },
  ts: { ...javaScript, wasm: shipped("typescript") },
  mts: { ...javaScript, wasm: shipped("typescript") },
  cts: { ...javaScript, wasm: shipped("typescript") },
  tsx: { ...javaScript, wasm: shipped("tsx") },
  py: python,
  pyi: python,
  go,
  cs: csharp,
  php,
  rb: ruby,
  rs: rust,
  c: cpp,
  h: cpp,
  cc: cpp,
  cpp,
  cxx: cpp,
  hpp: cpp,
};

/** By the ending of the path; null for a language without a grammar. */
export function grammarOf(path: string): Grammar | null {
  const ending = /\.([A-Za-z]{1,4})$/.exec(path)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(byEnding, ending) ? (byEnding[ending] ?? null) : null;
}
