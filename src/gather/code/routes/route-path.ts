/** A part of a route: its text in small letters, or null where anything may stand. */
type Segment = string | null;

/** `/orders/{id}`, `orders/:id/`, `^orders/(?P<id>\d+)/$`, `/orders/<int:id>`, `/orders/17` as its parts. */
export function routeSegments(path: string): readonly Segment[] {
  return path
    .replace(/\(\.:format\)$/, "")
    .replace(/(^|\/)\^/g, "$1")
    .replace(/\$$/, "")
    .replaceAll(/\((?:[^()]|\([^()]*\))*\)\??/g, "*")
    .split("/")
    .filter((part) => part !== "")
    .map((part) => (isOpen(part) ? null : part.toLowerCase()));
}

/** A parameter, or a value that looks like that of one. */
function isOpen(part: string): boolean {
  return /[{}<>*[\]\\]|^[:$]|^\d+$|^[0-9a-f]{8}-[0-9a-f-]{20,}$|^(?=.*\d)[0-9a-zA-Z_-]{16,}$/.test(part);
}

/** The parts that are words, the most telling first: later ones are rarer. */
export function wordsOfRoute(segments: readonly Segment[]): readonly string[] {
  const words = segments.filter(
    (segment) => segment !== null && segment.length > 2 && !/^(?:api|v\d+|rest)$/.test(segment),
  );
  return [...new Set(words as readonly string[])].reverse();
}

export interface RouteMatch {
  /** Nothing of the request is left over: no other file says the beginning. */
  readonly isWhole: boolean;
  readonly words: number;
}

/**
 * Whether a route, as far as one file declares it, answers a request: its parts are the last of the request's, for what comes before them may be said elsewhere,
 * where a router is put in its place. Null where it does not, or where nothing but parameters agree.
 */
export function matchRoute(declared: readonly Segment[], asked: readonly Segment[], file: string): RouteMatch | null {
  if (declared.length > asked.length) return null;
  const rest = asked.length - declared.length;
  let words = 0;
  for (const [index, part] of declared.entries()) {
    const there = asked[rest + index] ?? null;
    if (part === null) continue;
    if (part !== there) return null;
    words += 1;
  }
  const isWhole = rest === 0;
  if (words > 0) return { isWhole, words };
  // `/:id` in a file that is called after what comes before it.
  const before = asked.slice(0, rest).findLast((part) => part !== null);
  const stem = before?.replace(/s$/, "");
  return stem !== undefined && stem !== null && file.toLowerCase().includes(stem) ? { isWhole, words } : null;
}
