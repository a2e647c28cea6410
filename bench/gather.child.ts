import { createCodeSource } from "../src/adapters/git/code-source.ts";
import { createSyntaxReader } from "../src/adapters/syntax/syntax-reader.ts";
import { createEntryReader } from "../src/detect/entries/read-entries.ts";
import { recordEntries } from "../src/detect/incidents/record-entries.ts";
import type { CodeSource } from "../src/domain/sources.ts";
import type { Span, Trace } from "../src/domain/trace.ts";
import { gather } from "../src/gather/gather.ts";
import type { Gathered } from "./gather.part.ts";
import { failingFile, failingLine } from "./large-repository.ts";

const [path = "", stateDirectory = ""] = process.argv.slice(2);
const { signal } = new AbortController();
const reader = createEntryReader({ environment: "bench", serviceLabels: ["app"], aliases: {}, own: {}, levers: null });
const syntax = createSyntaxReader();
const traceId = "a".repeat(32);
let opened: Promise<CodeSource> | null = null;

function errorAt(line: number) {
  const text = `ERROR it failed\njava.lang.NullPointerException: x is null\n\tat com.acme.orders.OrderTotals.step23(OrderTotals.java:${line})\n\tat com.acme.s7.p0.Class7.step1(Class7.java:14)\n\tat java.base/java.lang.Thread.run(Thread.java:840)`;
  const entry = {
    id: `e${line}`,
    timestampNs: 1_790_000_000_000_000_000n,
    labels: { app: "orders", level: "error" },
    structuredMetadata: { trace_id: traceId, span_id: "b".repeat(16) },
    line: text,
  };
  const known = { seen: new Set<string>(), incidentOf: new Map(), incidentOfTrace: new Map(), variants: [] };
  const errors = reader.read([entry]) as Parameters<typeof recordEntries>[0]["errors"];
  const { touched } = recordEntries({
    errors,
    known,
    environment: "bench",
    checkpointNs: null,
    nowMs: 0,
    traceForgetMs: 0,
  });
  const [recorded] = touched;
  if (recorded === undefined) throw new Error("The error was not read as one.");
  return recorded.incident;
}

async function timed(line: number, traces: readonly Trace[]) {
  const begun = performance.now();
  const { bundle } = await gather(
    {
      incident: errorAt(line),
      traces,
      traceMissing: null,
      traceSource: null,
      logs: null,
      query: "",
      reader,
      codeOf: (service) => ({
        service,
        repository: "acme/shop",
        under: "",
        deployedLabels: [],
        version: { tag: null, file: null, otherwise: "unknown" },
        open: () => (opened ??= createCodeSource({ repository: "acme/shop", path, stateDirectory, isFetched: false })),
        sourceMapOf: () => Promise.resolve(null),
      }),
      syntax,
      serviceOf: (name) => name,
      deployed: null,
      nowMs: 1_790_000_100_000,
    },
    signal,
  );
  const found =
    bundle.ranking[0]?.path === failingFile && bundle.ranking[0].firstLine === line && bundle.suspects.length > 0;
  return { tookMs: performance.now() - begun, found };
}

/** Some 20 MB of attributes and stack traces. */
function largeTrace(): Trace {
  const spans = Array.from(
    { length: 40_000 },
    (_each, index): Span => ({
      traceId,
      spanId: index === 0 ? "b".repeat(16) : index.toString(16).padStart(16, "c"),
      parentSpanId: index === 0 ? null : "b".repeat(16),
      links: [],
      service: "orders",
      name: `GET /items/${index}`,
      kind: "internal",
      startNs: 1_790_000_000_000_000_000n + BigInt(index),
      durationNs: 1_000n,
      isError: index === 0,
      statusMessage: null,
      attributes: { "http.route": `/items/${index}`, note: `${index} ${"x".repeat(400)}` },
      exceptions: [],
    }),
  );
  return { traceId, spans, isPartial: false, originSpanId: null };
}

const cold = await timed(failingLine, []);
const warm = await timed(failingLine - 1, []);
const traced = await timed(failingLine, [largeTrace()]);
const gathered: Gathered = {
  coldMs: cold.tookMs,
  warmMs: warm.tookMs,
  traceMs: traced.tookMs,
  mostMb: process.resourceUsage().maxRSS / 1024,
  found: cold.found && warm.found && traced.found,
};
process.send?.(gathered);
process.disconnect?.();
