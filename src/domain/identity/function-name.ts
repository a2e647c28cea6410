import { plainJvmName } from "./jvm-name.ts";

/** A function as people wrote it, without what compilers, proxies and runtimes made of its name. */
export interface PlainName {
  readonly module: string;
  /** Empty for a function that has no name of its own, and for code outside of any. */
  readonly name: string;
}

/**
 * Names that are made up become the name in the source, whatever the language: `lambda$place$0`, `Order$$SpringCGLIB$$0`, `Order$place$1.invokeSuspend`,
 * `<PlaceAsync>d__12.MoveNext`, `(*Store).Get.func1`, `block in place`, `anonymous fn/1 in Shop.Cart.add/2`, `async Object.<anonymous>`.
 * @param module package, class or module; empty where the language names none
 */
export function plainNameOf(module: string, name: string): PlainName {
  return module.includes("/") || isGoName(name)
    ? { module: withoutVersion(module), name: withoutClosure(name) }
    : withoutWrapping(withoutSynthetic(module, name));
}

/** Go names packages by their path and closures by numbers. */
function isGoName(name: string): boolean {
  return name.includes(".func") || name.startsWith("(") || name.includes("[...]") || name.endsWith("-fm");
}

function withoutVersion(module: string): string {
  return module.replace(/@v[\w.-]+/, "");
}

function withoutClosure(name: string): string {
  const plain = name
    .replaceAll("[...]", "")
    .replace(/(?:\.func\d+|\.gowrap\d+|\.deferwrap\d+|-fm|\.\d+|-range\d+|\.init)+$/, "");
  return /^glob\.?$/.test(plain) ? "" : plain;
}

function withoutSynthetic(module: string, name: string): PlainName {
  const inCSharp = namedInBrackets(module, name);
  if (inCSharp !== null) return inCSharp;
  return plainJvmName(module, name);
}

/** C#: `Cart.<AddAsync>d__12` · `MoveNext`, `Cart.<>c__DisplayClass3_0` · `<Add>b__0`, `Cart` · `<Add>g__Check|5_0`. */
function namedInBrackets(module: string, name: string): PlainName | null {
  if (!module.includes("<") && !name.includes(">")) return null;
  const found = /<([A-Za-z_]\w*)>[a-z]_{0,2}/.exec(name) ?? /<([A-Za-z_]\w*)>[a-z]_{0,2}/.exec(module);
  if (found?.[1] === undefined) return null;
  return { module: module.replace(/[.+]?<.*$/, ""), name: found[1] };
}

/** What stands around a name: `async`, `new`, `block in`, `[as put]`, `<anonymous>`, arguments, arity, a hash. */
function withoutWrapping({ module, name }: PlainName): PlainName {
  let plain = name
    .replace(/^(?:async |new |bound |static |get |set )+/, "")
    .replace(/^(?:(?:block(?: \(\d+ levels\))?|rescue|ensure) in )+/, "")
    .replace(/^anonymous fn\/\d+ in /, "")
    .replace(/ \[as [^\]]*\]$/, "")
    .replace(/ ?\[clone [^\]]*\]$/, "")
    .replace(/::h[0-9a-f]{16}$/, "")
    .replace(/(?:::\{\{?(?:closure|impl)[^}]*\}\}?|\.<anonymous closure>|\.<fn>)+$/, "");
  plain = /^\{closure:(.{1,300}?)(?:\(\))?:\d+\}$/.exec(plain)?.[1]?.split(/::|->/).at(-1) ?? plain;
  plain = /^"?-([A-Za-z_][\w?!]*)\/\d+-(?:fun|lc\$|inlined)/.exec(plain)?.[1] ?? plain;
  plain = withoutOuterFunction(plain);
  const bracket = plain.indexOf("(");
  if (bracket > 0) plain = plain.slice(0, bracket).trimEnd();
  plain = plain.replace(/(?:\/\d{1,3}|(?:\/<?)+)$/, "").replace(/`\d+(?:\[.*)?$/, "");
  plain = plain.replace(/^(?:Object|Module|Function|global|globalThis|process|exports|self|window)\./, "");
  return { module, name: isNoName(plain) ? "" : plain };
}

/** SpiderMonkey names a function by what is around it: `makeCart/add` is `add`; `makeCart/<` and `makeCart/cart<` have no name, as other engines say. */
function withoutOuterFunction(name: string): string {
  if (name.endsWith("<") && !name.endsWith("operator<")) return "";
  return /^[\w$.<[\]]{1,200}\/([A-Za-z_$][\w$]{0,100})$/.exec(name)?.[1] ?? name;
}

const noNames = new Set(["anonymous", "eval", "global code", "module code", "eval code", "lambda"]);

/** `<anonymous>`, `<lambda>`, `<module>`, `{closure}`; a constructor (`<init>`) has a name. */
function isNoName(name: string): boolean {
  if (name === "" || noNames.has(name)) return true;
  return /^(?:[\w\\]+\\)?[<{][^<>{}]{0,80}[>}]$/.test(name) && !name.endsWith("init>");
}
