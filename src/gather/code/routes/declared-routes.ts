/** A route that a file declares. */
export interface DeclaredRoute {
  /** In capitals; null: any. */
  readonly method: string | null;
  /** With the prefix that the same file says: of its class, or of its router. */
  readonly path: string;
  /** Of the declaration; counted from 1. */
  readonly line: number;
  /** What is handed over to answer it, as written; null where the function that follows does: an annotation, a decorator, an attribute. */
  readonly handler: { readonly text: string; readonly lastLine: number } | null;
}

const textLengthMax = 500_000;
const routesMax = 400;
const argumentsMax = 1_200;

const quoted = "(?:[rbuf]{0,2})(?<quote>[\"'`])(?<said>(?:(?!\\k<quote>)[^\\n]){0,200})\\k<quote>";
const verbs = "get|post|put|patch|delete|head|options";

/** Spring, JAX-RS, Nest, Flask, FastAPI, ASP.NET, Symfony, actix, Rocket: it stands above the function. */
const annotation =
  /(?:^|\n)[ \t]*(?:@|\[|#\[)[ \t]*(?<router>[A-Za-z_]\w*\.)?(?<name>Get|Post|Put|Patch|Delete|Head|Request|HttpGet|HttpPost|HttpPut|HttpPatch|HttpDelete|Controller|RestController|Path|Route|route|api_route|get|post|put|patch|delete|head|All|GET|POST|PUT|PATCH|DELETE)(?<mapping>Mapping)?\b[ \t]*(?<opens>\()?/g;

/** Express, Fastify, Hono, chi, gin, net/http, Django, Rails, Sinatra, Laravel, axum, minimal ASP.NET: it is handed the function. */
const registration = new RegExp(
  `(?<router>[A-Za-z_$][\\w$]*)?[ \\t]*(?<join>\\.|::|->)?\\b(?<name>${verbs}|all|any|match|route|handle|handlefunc|map(?:get|post|put|patch|delete)|path|re_path|url|add_url_rule|addroute)[ \\t]*(?<opens>\\(|[ \\t](?=["'/]))\\s*${quoted}`,
  "gi",
);

/** `APIRouter(prefix="/orders")`, `Blueprint("orders", url_prefix="/orders")`, `v1 := r.Group("/v1")`, `var g = app.MapGroup("/orders")` */
const prefixed =
  /\b(?<router>[A-Za-z_]\w*)\s*(?::=|=)\s*(?:[\w.]+)?(?:APIRouter|Blueprint|Group|MapGroup|Router|new Hono\(\)\.basePath)\((?<given>[^()\n]{0,300})\)/g;

const classAfter =
  /^(?:\s|@[\w.]+(?:\([^()]*\))?|\[[^\]\n]*\]|#\[[^\]\n]*\]|\/\/[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*(?:(?:public|private|protected|export|default|final|abstract|sealed|open|data|internal|static|partial)\s+)*(?:class|interface|object|record|struct|mod|module)\s+(\w+)/;

/** Reads the text, not the language: what is a route is known by the words that its frameworks share. */
export function declaredRoutes(lines: readonly string[]): readonly DeclaredRoute[] {
  const text = lines.join("\n");
  if (text.length > textLengthMax) return [];
  const lineAt = lineCounter(text);
  const routers = prefixesOf(text);
  return [...annotated(text, routers, lineAt), ...registered(text, routers, lineAt)].slice(0, routesMax);
}

function annotated(
  text: string,
  routers: ReadonlyMap<string, string>,
  lineAt: (offset: number) => number,
): readonly DeclaredRoute[] {
  const routes: DeclaredRoute[] = [];
  let ofClass = "";
  /** JAX-RS says the method and the path apart. */
  let pathApart: { readonly path: string; readonly line: number } | null = null;
  let methodApart: { readonly method: string; readonly line: number } | null = null;
  for (const match of text.matchAll(annotation)) {
    const { name = "", router, opens } = match.groups ?? {};
    const open = match.index + match[0].length;
    const given = opens === undefined ? "" : insideOf(text, open);
    const line = lineAt(open - 1);
    const paths = pathsIn(given);
    const behind = text.slice(open + (opens === undefined ? 0 : given.length + 1), open + given.length + 2_000);
    const className = classAfter.exec(behind.replace(/^\s*\]/, ""))?.[1];
    if (className !== undefined) {
      if (/^(?:Http|Get|Post|Put|Patch|Delete)/.test(name)) continue;
      ofClass = (paths[0] ?? "").replace(/\[controller\]/i, className.replace(/Controller$/, ""));
      pathApart = null;
      continue;
    }
    if (/^[A-Z]+$/.test(name) && opens === undefined) methodApart = { method: name, line };
    else if (name === "Path") pathApart = { path: paths[0] ?? "", line };
    else {
      const prefix = router === undefined ? ofClass : (routers.get(router.slice(0, -1)) ?? "");
      for (const path of paths.length === 0 ? [""] : paths) {
        routes.push({ method: methodOf(name, given), path: `${prefix}/${path}`, line, handler: null });
      }
    }
    if (methodApart !== null && pathApart !== null && Math.abs(methodApart.line - pathApart.line) <= 4) {
      routes.push({ method: methodApart.method, path: `${ofClass}/${pathApart.path}`, line, handler: null });
      [methodApart, pathApart] = [null, null];
    }
  }
  return routes;
}

function registered(
  text: string,
  routers: ReadonlyMap<string, string>,
  lineAt: (offset: number) => number,
): readonly DeclaredRoute[] {
  const routes: DeclaredRoute[] = [];
  for (const match of text.matchAll(registration)) {
    const groups = match.groups ?? {};
    const { router = "", join, opens = "", said = "" } = groups;
    const name = (groups["name"] ?? "").toLowerCase();
    const before = text.slice(text.lastIndexOf("\n", match.index - 1) + 1, match.index);
    // An annotation, a text; without parentheses, only as a line of its own.
    if (/[@["'`]$/.test(before) || (opens !== "(" && before.trim() !== "")) continue;
    // `cache.get("key", …)` is no route; `path("orders/", …)` of Django and `get "orders"` of Rails have no slash in front.
    const needsSlash = join !== undefined && !/^(?:Route|Router)$/.test(router);
    const [, saidMethod, path = ""] = /^(?:([A-Z]+) )?(.*)$/.exec(said) ?? [];
    if (needsSlash ? !path.startsWith("/") : /[\s=,;]/.test(path) && !path.includes("(?P<")) continue;
    if (!needsSlash && join === undefined && !/^(?:path|re_path|url|get|post|put|patch|delete|match|any)$/.test(name))
      continue;
    const start = match.index + match[0].length;
    const rest =
      opens === "("
        ? insideOf(text, start)
        : (/^[^\n]*(?:,\n[^\n]*)?/.exec(text.slice(start, start + argumentsMax))?.[0] ?? "");
    // `.Methods("GET")` behind it, or `method: "GET"` in it.
    const behind = text.slice(start + rest.length, start + rest.length + 80);
    const method = saidMethod ?? methodOf(name, `${rest} ${/^\)\s*\.\s*Methods\(([^)]*)\)/.exec(behind)?.[0] ?? ""}`);
    const chained = name === "route" && opens === "(" ? chainBehind(text, start + rest.length + 1) : [];
    const prefix = routers.get(router) ?? "";
    const line = lineAt(start);
    const ends = (length: number) => lineAt(Math.min(text.length, start + length));
    for (const { verb, given, length } of [...chained, ...verbsIn(rest)]) {
      const handler = { text: given, lastLine: ends(rest.length + length) };
      routes.push({ method: verb, path: `${prefix}/${path}`, line, handler });
    }
    if (chained.length > 0 || verbsIn(rest).length > 0) continue;
    routes.push({ method, path: `${prefix}/${path}`, line, handler: { text: rest, lastLine: ends(rest.length) } });
  }
  return routes;
}

/** `router.route("/orders").get(list).post(create)` */
function chainBehind(text: string, from: number) {
  const found: { verb: string; given: string; length: number }[] = [];
  let at = from;
  for (let steps = 0; steps < 8; steps++) {
    const link = new RegExp(`^\\s*\\.\\s*(${verbs})\\s*\\(`, "i").exec(text.slice(at, at + 80));
    if (link === null) break;
    const given = insideOf(text, at + link[0].length);
    at += link[0].length + given.length + 1;
    found.push({ verb: (link[1] ?? "").toUpperCase(), given, length: at - from });
  }
  return found;
}

/** `get(show).post(create)` of axum, as arguments. */
function verbsIn(rest: string) {
  const inner = /^\s*,\s*(?:[\w:]+::)?((?:get|post|put|patch|delete)\(.*)$/s.exec(rest)?.[1];
  return inner === undefined ? [] : chainBehind(`.${inner}`, 0);
}

function methodOf(name: string, given: string): string | null {
  const own = new RegExp(`^(?:http|map)?(${verbs})$`, "i").exec(name)?.[1];
  if (own !== undefined) return own.toUpperCase();
  const listed =
    /\b(?:methods?|RequestMethod)\b[^A-Za-z]{0,12}(?:RequestMethod\.)?["']?(GET|POST|PUT|PATCH|DELETE|HEAD)\b/i.exec(
      given,
    );
  return listed?.[1]?.toUpperCase() ?? null;
}

/** Texts in quotes that may be paths, of `("/a")`, `(value = "/a")`, `({"/a", "/b"})`, `(path: '/a', methods: ["GET"])`. */
function pathsIn(given: string): readonly string[] {
  const before = given.replaceAll(
    /\b(?!value|path|Path|prefix|template)\w+\s*[:=]\s*(?:\{[^}]*\}|\[[^\]]*\]|"[^"]*"|'[^']*'|[\w.]+)/g,
    "",
  );
  return [...before.matchAll(/(["'`])((?:(?!\1)[^\n]){0,200})\1/g)].map(([, , path = ""]) => path).slice(0, 6);
}

function prefixesOf(text: string): ReadonlyMap<string, string> {
  const prefixes = new Map<string, string>();
  for (const { groups = {} } of text.matchAll(prefixed)) {
    const { router = "", given = "" } = groups;
    const named = /(?:url_)?prefix\s*[=:]\s*["']([^"']{0,200})["']/.exec(given)?.[1];
    const prefix = named ?? /^\s*["'](\/[^"']{0,200})["']/.exec(given)?.[1];
    if (prefix !== undefined) prefixes.set(router, prefix);
  }
  return prefixes;
}

/** What stands between an opened parenthesis and its end, as far as one looks. */
function insideOf(text: string, from: number): string {
  let open = 1;
  const until = Math.min(text.length, from + argumentsMax);
  for (let at = from; at < until; at++) {
    const sign = text[at];
    if (sign === "(") open += 1;
    else if (sign === ")") open -= 1;
    if (open === 0) return text.slice(from, at);
  }
  return text.slice(from, until);
}

function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
