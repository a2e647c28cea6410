import { readInstant } from "./alert-time.ts";

/** What a link says about the alert; it is parsed and never fetched. */
export interface LinkReading {
  readonly query: string | null;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** `var-service=shop` of a dashboard, `matcher=service%3Dshop` of a silence. */
  readonly labels: readonly (readonly [string, string])[];
  readonly traceId: string | null;
}

const depthMax = 6;

export function readLink(address: string, nowMs: number): LinkReading | null {
  if (!URL.canParse(address)) return null;
  const { protocol, searchParams, pathname } = new URL(address);
  if (protocol !== "https:" && protocol !== "http:") return null;
  const panes = [searchParams.get("panes"), searchParams.get("left"), searchParams.get("right")].flatMap(parsed);
  const found = { exprs: [] as string[], ranges: [] as unknown[][], traceIds: [] as string[] };
  for (const pane of panes) collect(pane, found, 0);
  const [range = [searchParams.get("from"), searchParams.get("to")]] = found.ranges;
  const instants = range.map((each) => (each === null || each === undefined ? null : readInstant(String(each), nowMs)));
  const labels: [string, string][] = [];
  for (const [name, value] of searchParams) {
    if (name.startsWith("var-")) labels.push([name.slice(4), value]);
    const [, label, of] = name === "matcher" ? (/^([\w.]+)=(.+)$/.exec(value) ?? []) : [];
    if (label !== undefined && of !== undefined) labels.push([label, of]);
  }
  const ofPath = /\/trace\/([0-9a-f]{16,32})(?:$|\/)/i.exec(pathname)?.[1];
  return {
    // A pane of Tempo has a trace id in the place of a query.
    query: found.exprs.find((expr) => expr.includes("{")) ?? null,
    fromMs: instants[0] ?? null,
    toMs: instants[1] ?? null,
    labels,
    traceId: ofPath ?? found.traceIds[0] ?? null,
  };
}

function parsed(text: string | null): unknown[] {
  if (text === null || text.length > 20_000) return [];
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

/** Panes are written in three ways: by name (Grafana 10 and later), one object, and a list (before 8). */
function collect(
  value: unknown,
  into: { exprs: string[]; ranges: unknown[][]; traceIds: string[] },
  depth: number,
): void {
  if (depth > depthMax || typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    const [from, to] = value;
    if (typeof from === "string" && typeof to === "string" && /^(?:now|\d)/.test(from)) into.ranges.push([from, to]);
    for (const each of value.slice(0, 50)) collect(each, into, depth + 1);
    return;
  }
  const its = value as Readonly<Record<string, unknown>>;
  if (typeof its["expr"] === "string") into.exprs.push(its["expr"]);
  const { query } = its;
  if (typeof query === "string" && /^[0-9a-f]{32}$/i.test(query)) into.traceIds.push(query);
  const { range } = its;
  if (typeof range === "object" && range !== null && "from" in range && "to" in range)
    into.ranges.push([range.from, range.to]);
  for (const each of Object.values(its).slice(0, 50)) collect(each, into, depth + 1);
}
