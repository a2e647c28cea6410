import type { EvidenceBundle, FaultyLocation } from "../../src/domain/evidence.ts";
import { redact } from "../../src/domain/redact.ts";
import type { Redacted } from "../../src/domain/text.ts";
import type { Trace } from "../../src/domain/trace.ts";
import { findingsFor, incidentNamed, orderFor, startMs, startNs } from "../support/incidents.ts";

/** One failure of one service, with all that is gathered of it. */
export const repository = "company/orders" as const;
export const commit = "3f2a9c1d".repeat(5);

const source = [
  "export function total(order) {",
  "  const customer = order.customer;",
  "  const discount = customer.discount;",
  "  const items = order.items ?? [];",
  "  return items.reduce((sum, item) => sum + item.price, 0) * (1 - discount);",
  "}",
].join("\n");
export const place: FaultyLocation = {
  repository,
  commit,
  path: "src/total.js",
  firstLine: 14,
  lastLine: 14,
  function: "total",
};
export const stack = [
  "TypeError: Cannot read properties of undefined (reading 'discount')",
  "    at total (/app/src/total.js:14:29)",
  "    at quote (/app/src/quotes.js:40:10)",
  ...Array.from(
    { length: 24 },
    (_each, index) => `    at next (/app/node_modules/express/lib/router/layer.js:${index + 5}:7)`,
  ),
].join("\n");

export function span(id: string, parent: string | null, over: Partial<Trace<Redacted>["spans"][number]> = {}) {
  return {
    traceId: "4b".repeat(16),
    spanId: id.repeat(16),
    parentSpanId: parent === null ? null : parent.repeat(16),
    links: [],
    service: "orders",
    name: redact("GET /quotes/{id}"),
    kind: "server" as const,
    startNs: startNs + BigInt(id.charCodeAt(0)) * 1_000_000n,
    durationNs: 42_000_000n,
    isError: true,
    statusMessage: redact("Cannot read properties of undefined (reading 'discount')"),
    attributes: { "http.response.status_code": 500 },
    exceptions: [],
    ...over,
  };
}

export const trace: Trace<Redacted> = {
  traceId: "4b".repeat(16),
  isPartial: false,
  originSpanId: "c".repeat(16),
  spans: [
    span("a", null, { service: "storefront", name: redact("GET /cart") }),
    span("b", "a", { service: "storefront", kind: "client", name: redact("GET orders") }),
    span("c", "b", {
      exceptions: [
        {
          type: redact("TypeError"),
          message: redact("Cannot read properties of undefined (reading 'discount')"),
          stackTrace: null,
        },
      ],
    }),
  ],
};

export function bundleOf(over: Partial<EvidenceBundle> & { readonly said?: string } = {}): EvidenceBundle {
  const { said = stack, ...rest } = over;
  const incident = incidentNamed("total");
  return {
    ...findingsFor(orderFor(incident)).bundle,
    trace,
    traceMissing: null,
    code: [{ service: "orders", repository, deployed: commit, base: commit, isDeployedKnown: true, staleness: 0 }],
    evidence: [
      {
        id: "entry-1",
        kind: "entry",
        text: redact(said),
        isOutsiderText: true,
        entryId: "0".repeat(32),
        timestampNs: startNs,
        service: "orders",
      },
      {
        id: "span-1",
        kind: "span",
        text: redact("GET orders\nhttp.response.status_code: 503"),
        isOutsiderText: true,
        traceId: trace.traceId,
        spanId: "c".repeat(16),
        service: "orders",
      },
      {
        id: "lines-1",
        kind: "lines",
        text: redact(source),
        isOutsiderText: false,
        repository,
        commit,
        path: place.path,
        firstLine: 12,
        lastLine: 17,
        enclosing: "total",
      },
      {
        id: "commit-1",
        kind: "commit",
        text: redact("2026-02-26 Count discounts of customers (#41)"),
        isOutsiderText: false,
        repository,
        commit: "9c".repeat(20),
        authoredAtMs: startMs - 2 * 86_400_000,
        pullRequest: 41,
        paths: [place.path],
      },
    ],
    ranking: [{ ...place, score: 1, because: redact("the first own line of the stack trace") }],
    suspects: ["commit-1"],
    ...rest,
  };
}
