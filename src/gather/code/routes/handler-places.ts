import type { FunctionSpan } from "../../../domain/syntax.ts";
import type { ServedRequest } from "../../trace/served-requests.ts";
import { looksLikeTest } from "../candidate-paths.ts";
import { definitionsOf } from "../definitions.ts";
import type { FileIndex } from "../file-index.ts";
import { functionAt } from "../function-at.ts";
import type { RankedPlace } from "../ranked-place.ts";
import type { SearchedCode } from "../searched-code.ts";
import type { ReadFile, SourceFile } from "../source-files.ts";
import { type DeclaredRoute, declaredRoutes } from "./declared-routes.ts";
import { matchRoute, type RouteMatch, routeSegments, wordsOfRoute } from "./route-path.ts";

const hitsMax = 40;
const filesMax = 12;
/** More handlers that fit equally well: the route tells nothing. */
const handlersMax = 2;
const wordsMax = 2;
const code = /\.(?:java|kt|kts|scala|groovy|[cm]?[jt]sx?|py|go|rb|php|cs|rs|ex|exs)$/;
const generated =
  /(?:_pb2(?:_grpc)?\.py|\.pb(?:\.\w+)?\.go|_grpc\.pb\.\w+|Grpc\.(?:java|cs|kt)|\.g\.cs)$|(?:^|\/)(?:generated|gen|node_modules|vendor|dist|build)\//;

/**
 * The function of a service that answers a request: where its route is declared, or by the name of the procedure. A failure that nobody logged with a stack trace
 * began below it.
 * @returns places with a score of 0…1, to be weighed by who asks
 */
export async function handlerPlaces(
  requests: readonly ServedRequest[],
  searched: SearchedCode & { readonly index: FileIndex },
  read: ReadFile,
  signal: AbortSignal,
): Promise<readonly RankedPlace[]> {
  const [request] = requests;
  if (request === undefined) return [];
  return request.kind === "http"
    ? await answersHttp(request, searched, read, signal)
    : await answersProcedure(request, searched, read, signal);
}

interface Found {
  readonly file: SourceFile;
  readonly route: DeclaredRoute;
  readonly match: RouteMatch;
}

async function answersHttp(
  request: Extract<ServedRequest, { kind: "http" }>,
  searched: SearchedCode & { readonly index: FileIndex },
  read: ReadFile,
  signal: AbortSignal,
): Promise<readonly RankedPlace[]> {
  const asked = routeSegments(request.path);
  const said = `${request.method ?? "any method"} ${request.path}`;
  const found: Found[] = [];
  for (const path of await filesWithRoute(wordsOfRoute(asked), searched, signal)) {
    const file = await read(path);
    if (file === null) continue;
    for (const route of declaredRoutes(file.lines)) {
      if (route.method !== null && request.method !== null && route.method !== request.method) continue;
      const match = matchRoute(routeSegments(route.path), asked, path);
      if (match !== null) found.push({ file, route, match });
    }
  }
  const worth = ({ match, route }: Found) =>
    match.words * 4 + (match.isWhole ? 2 : 0) + (route.method === null ? 0 : 1);
  const best = Math.max(0, ...found.map(worth));
  const handlers = new Map<string, Omit<RankedPlace, "score">>();
  for (const each of found.filter((one) => worth(one) === best).slice(0, handlersMax * 2)) {
    for (const place of await handlerOf(each, searched, read, signal)) {
      const { path, line } = place;
      const because = `it answers ${said}, by the route in ${each.file.path}:${each.route.line}`;
      handlers.set(`${path}:${line}`, { place, function: place.enclosing?.name ?? null, because });
    }
  }
  return found.length > 0
    ? weighed([...handlers.values()])
    : weighed(await byConvention(request.method, asked, said, searched.index, read));
}

/** Rails declares `resources :orders` and nothing more: the controller and the action follow from the request. */
async function byConvention(
  method: string | null,
  asked: readonly (string | null)[],
  said: string,
  index: FileIndex,
  read: ReadFile,
): Promise<readonly Omit<RankedPlace, "score">[]> {
  const at = asked.findLastIndex((part) => part !== null && index.named(`${part}_controller.rb`).length > 0);
  const last = asked.at(-1) ?? null;
  const isOne = last === null;
  const action = at !== asked.length - 1 && !isOne ? last : actions[`${method} ${isOne ? "one" : "all"}`];
  const [path, ...others] = at === -1 ? [] : index.named(`${asked[at]}_controller.rb`);
  const file = path === undefined || others.length > 0 ? null : await read(path);
  const span = file?.outline?.functions.find(({ name }) => name === action);
  if (file === null || span === undefined) return [];
  return [
    { place: placeOf(file, span), function: span.name, because: `it answers ${said}, by the names that Rails gives` },
  ];
}

const actions: Readonly<Record<string, string>> = {
  "GET all": "index",
  "GET one": "show",
  "POST all": "create",
  "PUT one": "update",
  "PATCH one": "update",
  "DELETE one": "destroy",
};

function weighed(handlers: readonly Omit<RankedPlace, "score">[]): readonly RankedPlace[] {
  if (handlers.length > handlersMax) return [];
  const certainty = 1 / Math.max(1, handlers.length);
  return handlers.map((each) => ({ ...each, place: { ...each.place, certainty }, score: certainty }));
}

/** Files that are called after a word of the route, as controllers are, then those in which one stands in quotes. */
async function filesWithRoute(
  words: readonly string[],
  { source, commit, under, paths, index }: SearchedCode & { readonly index: FileIndex },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const wanted = words.slice(0, wordsMax).concat(words.slice(wordsMax).slice(-1));
  if (wanted.length === 0) return [];
  const texts = wanted.flatMap((word) => [`/${word}`, `"${word}`, `'${word}`]);
  const hits = await source.searchAll(commit, texts, under, hitsMax, signal);
  const hitPaths = texts.flatMap((text) => (hits.get(text) ?? []).map(({ path }) => path));
  const stems = new Set(wanted.flatMap((word) => namesFor(plain(word))));
  const called = index.stems().filter((stem) => stems.has(plain(stem)));
  const candidates = [...called.flatMap((stem) => index.withStem(stem)), ...hitPaths].filter(
    (path) =>
      code.test(path) &&
      !generated.test(path) &&
      !looksLikeTest(path) &&
      (under === "" || path.startsWith(`${under}/`)),
  );
  const count = Map.groupBy(candidates, (path) => path);
  return [...count]
    .toSorted(([one, those], [other, others]) => others.length - those.length || (one < other ? -1 : 1))
    .map(([path]) => path)
    .slice(0, Math.min(filesMax, paths.length));
}

function namesFor(word: string): readonly string[] {
  const bare = word.replace(/s$/, "");
  const stems = [word, bare];
  return [
    ...stems,
    ...stems.flatMap((stem) =>
      ["controller", "resource", "routes", "router", "handler", "api", "views"].map((kind) => stem + kind),
    ),
  ];
}

function plain(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}]/gu, "").toLowerCase();
}

async function handlerOf(
  { file, route }: Found,
  searched: SearchedCode,
  read: ReadFile,
  signal: AbortSignal,
): Promise<readonly RankedPlace["place"][]> {
  const functions = file.outline?.functions ?? [];
  const { path } = file;
  if (route.handler === null) {
    const next = functions
      .filter(({ kind, bodyLine }) => kind === "function" && bodyLine >= route.line)
      .toSorted((one, other) => one.bodyLine - other.bodyLine)[0];
    const line = next?.firstLine ?? Math.min(route.line + 1, file.lines.length);
    return [
      next === undefined ? { path, line, enclosing: functionAt(file, line), file, certainty: 1 } : placeOf(file, next),
    ];
  }
  const { text, lastLine } = route.handler;
  const inline = functions.findLast(
    ({ kind, firstLine, lastLine: end }) =>
      kind === "lambda" && firstLine >= route.line && firstLine <= lastLine && end <= lastLine + 1 && end > firstLine,
  );
  if (inline !== undefined) return [placeOf(file, outermost(functions, inline, route.line))];
  const name = handlerName(text);
  if (name === null) return [];
  const definitions = (await definitionsOf([{ name: name.last, line: 0, file }], searched, read, signal))[0] ?? [];
  const ofClass = definitions.filter(({ file: there, span }) => {
    const owner = name.owner?.toLowerCase() ?? "";
    const around = plain(`${span.container ?? ""} ${there.path.slice(there.path.lastIndexOf("/") + 1)}`);
    return owner !== "" && around.includes(plain(owner).replace(/controller$/, ""));
  });
  return (ofClass.length > 0 ? ofClass : definitions).map((each) => placeOf(each.file, each.span));
}

/** `(req, res) => { … }` with functions of its own inside. */
function outermost(functions: readonly FunctionSpan[], inner: FunctionSpan, from: number): FunctionSpan {
  return (
    functions.find(
      ({ kind, firstLine, lastLine }) =>
        kind === "lambda" && firstLine >= from && firstLine <= inner.firstLine && lastLine >= inner.lastLine,
    ) ?? inner
  );
}

function placeOf(
  file: SourceFile,
  { name, firstLine, lastLine, container, signature }: FunctionSpan,
): RankedPlace["place"] {
  const enclosing = { name: name ?? "<anonymous>", firstLine, lastLine, container, signature };
  return { path: file.path, line: firstLine, enclosing, file, certainty: 1 };
}

/** `show` of `, auth, orders.show)`, `[OrderController::class, 'show']`, `to: "orders#show"`, `views.Detail.as_view()`, `http.HandlerFunc(s.show)`. */
function handlerName(given: string): { readonly last: string; readonly owner: string | null } | null {
  const quoted = /["'](\w+)[#@](\w+)["']/.exec(given) ?? /(\w+)::class\s*,\s*["'](\w+)["']/.exec(given);
  if (quoted?.[2] !== undefined) return { owner: quoted[1] ?? null, last: quoted[2] };
  const named = [
    ...given
      .replaceAll(/"[^"]*"|'[^']*'/g, "")
      .matchAll(/[A-Za-z_$][\w$]*(?:(?:\.|::|->)[A-Za-z_$][\w$]*)*(?!\w*\s*[(=:])/g),
  ]
    .map(([all]) => all.split(/\.|::|->/))
    .filter(
      (parts) =>
        !/^(?:async|await|function|new|return|name|methods?|true|false|null|nil|func|to|as|via)$/.test(
          parts.at(-1) ?? "",
        ),
    );
  const parts = named.at(-1);
  const last = parts?.at(-1);
  return last === undefined ? null : { last, owner: parts?.at(-2) ?? null };
}

/** By its name, in the class or type that is called after the service. */
async function answersProcedure(
  { service, method }: Extract<ServedRequest, { kind: "rpc" }>,
  searched: SearchedCode & { readonly index: FileIndex },
  read: ReadFile,
  signal: AbortSignal,
): Promise<readonly RankedPlace[]> {
  if (!/^[A-Za-z_]\w{2,60}$/.test(method)) return [];
  const small = method.slice(0, 1).toLowerCase() + method.slice(1);
  const snake = small.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const names = [...new Set([method, small, snake])];
  const hits = await searched.source.searchAll(searched.commit, names, searched.under, hitsMax, signal);
  const paths = [...new Set(names.flatMap((name) => (hits.get(name) ?? []).map(({ path }) => path)))].filter(
    (path) => code.test(path) && !generated.test(path) && !looksLikeTest(path),
  );
  const owner = plain(service?.split(".").at(-1) ?? "").replace(/service$/, "");
  const found: { readonly file: SourceFile; readonly span: FunctionSpan; readonly isOwned: boolean }[] = [];
  for (const path of paths.slice(0, filesMax)) {
    const file = await read(path);
    for (const span of file?.outline?.functions ?? []) {
      if (file === null || span.kind !== "function" || !names.includes(span.name ?? "")) continue;
      const around = plain(`${span.container ?? ""} ${path.slice(path.lastIndexOf("/") + 1)}`);
      found.push({ file, span, isOwned: owner !== "" && around.includes(owner) });
    }
  }
  const owned = found.filter(({ isOwned }) => isOwned);
  const because = `it answers the remote call ${[service, method].filter((part) => part !== null).join("/")}, by its name`;
  return weighed(
    (owned.length > 0 ? owned : found).map(({ file, span }) => ({
      place: placeOf(file, span),
      function: span.name,
      because,
    })),
  );
}
