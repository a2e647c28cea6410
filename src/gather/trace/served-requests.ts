import { ownValue } from "../../domain/own-value.ts";
import type { Span } from "../../domain/trace.ts";

/** What a service was asked, as its own span says it or the one that called it. */
export type ServedRequest =
  | {
      readonly kind: "http";
      /** In capitals; null where no span says it. */
      readonly method: string | null;
      /** `/orders/{id}` or `/orders/17`, without a query. */
      readonly path: string;
    }
  | { readonly kind: "rpc"; readonly service: string | null; readonly method: string };

const requestsMax = 3;
const pathLengthMax = 300;
const httpName = /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (\/\S*)$/;

/** What a service was asked on the way to a failure, nearest to the failure first. @param path from the top of the trace down to the failing span */
export function servedRequests(path: readonly Span[], service: string): readonly ServedRequest[] {
  const requests: ServedRequest[] = [];
  for (const [index, span] of path.entries()) {
    const caller = path[index - 1];
    const isEntry = span.service === service && (span.kind === "server" || caller?.service !== service);
    if (!isEntry) continue;
    const request = requestOf(span) ?? (caller === undefined ? null : requestOf(caller));
    if (request !== null) requests.unshift(request);
  }
  return requests.slice(0, requestsMax);
}

function requestOf({ name, attributes }: Span): ServedRequest | null {
  const said = (...names: readonly string[]): string | null => {
    for (const each of names) {
      const value = ownValue(attributes, each);
      if (typeof value === "string" && value !== "") return value;
    }
    return null;
  };
  const rpc = said("rpc.method");
  if (rpc !== null) {
    // Newer conventions say both in one: `shop.Orders/Place`.
    const [method = rpc, service = null] = rpc.split("/").toReversed();
    return { kind: "rpc", service: said("rpc.service") ?? service, method };
  }
  const [, namedMethod = null, namedPath = null] = httpName.exec(name) ?? [];
  const method = said("http.request.method", "http.method") ?? namedMethod;
  const address =
    said("http.route", "url.template") ?? namedPath ?? said("url.path", "http.target", "url.full", "http.url");
  if (address === null || address.length > pathLengthMax) return null;
  const path = address.replace(/^[a-z]+:\/\/[^/]*/i, "").replace(/[?#].*$/, "");
  return path.startsWith("/") || method !== null ? { kind: "http", method: method?.toUpperCase() ?? null, path } : null;
}
