import type { Frame } from "../../domain/error-entry.ts";
import type { OwnJudge } from "./own-frame.ts";

/** Behind the brackets: ` in C:\app\Cart.cs:line 42`, or mono's ` [0x00021] in /app/Cart.cs:42`, `in <12b418a7818c>:0`. */
const place = /^(?: \[0x[0-9a-f]{1,8}\])?(?: in (.{1,500}?):(?:line )?(\d{1,9}))?\s*$/;

/**
 * `Acme.Cart.Add[T](Int32 n) in /app/Cart.cs:line 42`, `Acme.Cart.<AddAsync>d__5.MoveNext()`, `Acme.Cart..ctor(String name)`, as it stands behind `at `. Names stay
 * as the runtime made them.
 */
export function parseDotnetFrame(rest: string, isOwn: OwnJudge): Frame {
  const open = rest.indexOf("(");
  const close = open === -1 ? -1 : closingOf(rest, open);
  const name = (open === -1 ? rest : rest.slice(0, open)).trim();
  const found = close === -1 ? null : place.exec(rest.slice(close + 1));
  const given = found?.[1] ?? null;
  const file = given === null || /^<[^>]*>$/.test(given) ? null : given;
  const { module, method } = splitName(name);
  return {
    function: method,
    module,
    file,
    line: file === null ? null : Number(found?.[2]),
    column: null,
    isOwn: isOwn("dotnet", module ?? method, file),
  };
}

function closingOf(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 40) depth++;
    if (code === 41 && --depth === 0) return at;
  }
  return -1;
}

/** At the last dot that is not inside of `<…>` or `[…]`, and in front of both of `..ctor`. */
function splitName(name: string): { readonly module: string | null; readonly method: string } {
  const plain = name.replace(/\[[^[\]]{0,300}\]$/, "");
  let depth = 0;
  for (let at = plain.length - 1; at > 0; at--) {
    const code = plain.charCodeAt(at);
    if (code === 62 || code === 93) depth++;
    else if (code === 60 || code === 91) depth--;
    else if ((code === 46 || code === 58) && depth <= 0) {
      const isConstructor = plain.charCodeAt(at - 1) === 46;
      const split = {
        module: typeOf(plain.slice(0, isConstructor ? at - 1 : at)),
        method: plain.slice(isConstructor ? at : at + 1),
      };
      return /\.I[A-Z]\w*(?:`\d+)?$/.test(split.module) ? withInterface(split) : split;
    }
  }
  return { module: null, method: plain };
}

/**
 * `Acme.Poster.System.IDisposable` · `Dispose`: where the interface's namespace begins is only told by its first part, which is the class's own or the runtime's.
 */
function withInterface(split: { readonly module: string; readonly method: string }): typeof split {
  const parts = split.module.split(".");
  const at = parts.findLastIndex(
    (part, index) => index > 0 && (part === parts[0] || part === "System" || part === "Microsoft"),
  );
  if (at === -1) return split;
  return { module: parts.slice(0, at).join("."), method: `${parts.slice(at).join(".")}.${split.method}` };
}

/** Mono writes type parameters out: ``Book`1[TKey]``. */
function typeOf(module: string): string {
  return module.includes("[") ? module.replace(/\[[^[\]]{0,300}\]/g, "") : module;
}
