import type { Answer, Surroundings } from "./api.ts";

/** Whether a list has it already, and `since` lets it in. */
export function isListed(
  item: { readonly createdAtMs: number; readonly updatedAtMs: number },
  query: URLSearchParams,
  { nowMs, listingLagMs }: Surroundings,
): boolean {
  if (nowMs() - item.createdAtMs < listingLagMs()) return false;
  const since = query.get("since");
  return since === null || Math.floor(item.updatedAtMs / 1000) * 1000 >= Date.parse(since);
}

/** One page, with the addresses of the next and the last one. */
export function paged<T>(
  items: readonly T[],
  query: URLSearchParams,
  target: string,
  { addresses }: Surroundings,
  bodyOf: (item: T) => unknown,
): Answer {
  const perPage = Math.min(100, Math.max(1, Number(query.get("per_page") ?? 30)));
  const page = Math.max(1, Number(query.get("page") ?? 1));
  const pages = Math.max(1, Math.ceil(items.length / perPage));
  const address = (to: number, rel: string): string => {
    const url = new URL(target, addresses.api);
    url.searchParams.set("page", String(to));
    return `<${url}>; rel="${rel}"`;
  };
  const links = page < pages ? [address(page + 1, "next"), address(pages, "last")] : [];
  return {
    status: 200,
    body: items.slice((page - 1) * perPage, page * perPage).map(bodyOf),
    headers: links.length > 0 ? { link: links.join(", ") } : {},
  };
}
