import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTraceSource } from "../../src/adapters/tempo/trace-source.ts";
import { startTempo, type TempoStandIn } from "../../src/demo/tempo/server.ts";
import type { EvidenceBundle } from "../../src/domain/evidence.ts";
import { evidencePage } from "../../src/report/evidence-page.ts";
import { temporaryFolder } from "../adapters/git/git-repository.ts";
import { investigate, placeOf, seenMs } from "./investigate-shop.ts";
import { spanIdOf, startNs, traceId } from "./make-trace.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const otherId = "ffffffffffffffffffffffffffffffff";

describe("a Tempo that misbehaves", () => {
  let tempo: TempoStandIn;
  beforeEach(async () => {
    tempo = await startTempo({ hasV2: true });
  });
  afterEach(() => tempo.close());

  const source = (timeoutMs = 5_000) => createTraceSource({ url: tempo.url, tenant: null, auth: null, timeoutMs });
  const traceText = (bundle: EvidenceBundle | null) => (bundle === null ? "" : evidencePage(bundle));

  function spansOf(id: string, count = 1): object {
    const spans = Array.from({ length: count }, (_, index) => ({
      traceId: id,
      spanId: index === 0 ? spanIdOf("total") : (index + 16).toString(16).padStart(16, "0"),
      parentSpanId: index === 0 ? "" : spanIdOf("total"),
      name: index === 0 ? "total" : `step ${index}`,
      kind: "SPAN_KIND_SERVER",
      startTimeUnixNano: String(startNs),
      endTimeUnixNano: String(startNs + 1_000_000n),
      status: index === 0 ? { code: "STATUS_CODE_ERROR", message: "failed" } : {},
      events: [],
      attributes: [],
    }));
    const resource = { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] };
    return { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] };
  }

  it("does not have the trace", async () => {
    const { bundle } = await investigate({ folder: folder.path, traces: source() });
    expect(bundle?.trace).toBeNull();
    expect(traceText(bundle)).toContain(`none: Tempo does not have the trace ${traceId}.`);
    expect(placeOf(bundle)).toBe("src/total.js:2 total");
  });

  it("has a part of it", async () => {
    tempo.push(spansOf(traceId));
    tempo.markPartial(traceId);
    const { bundle } = await investigate({ folder: folder.path, traces: source() });
    expect(traceText(bundle)).toMatch(new RegExp(`Trace ${traceId}, of which spans are missing`));
    expect(traceText(bundle)).toContain("Tempo says that the trace is cut.");
  });

  it("has more spans than a bundle holds", async () => {
    tempo.push(spansOf(traceId, 3_000));
    const { bundle, missing } = await investigate({ folder: folder.path, traces: source() });
    expect(bundle?.trace?.spans.some(({ spanId }) => spanId === spanIdOf("total"))).toBe(true);
    expect(missing).toMatch(/\d+ spans: The trace is larger; its failing path was kept\./);
  });

  it("answers with more than is read", async () => {
    tempo.faults.next({ kind: "answer", status: 200, body: Buffer.alloc(33 * 1_048_576, 32) });
    const { bundle } = await investigate({ folder: folder.path, traces: source() });
    expect(traceText(bundle)).toMatch(/none: Tempo: .* A trace this large is not read\./);
  });

  it("refuses a trace that is too large for it", async () => {
    tempo.faults.next({ kind: "answer", status: 422, body: "trace exceeds max size (max bytes: 5000000)" });
    const { bundle } = await investigate({ folder: folder.path, traces: source() });
    expect(traceText(bundle)).toMatch(/none: Tempo answered 422 .*larger than Tempo serves: see max_bytes_per_trace/);
  });

  it("answers with another trace", async () => {
    tempo.faults.next({ kind: "answer", status: 200, body: JSON.stringify({ trace: spansOf(otherId) }) });
    const { bundle } = await investigate({ folder: folder.path, traces: source() });
    expect(bundle?.trace).toBeNull();
    expect(traceText(bundle)).toContain(
      `none: Tempo was asked for the trace ${traceId} and answered with the trace ${otherId}.`,
    );
  });

  it("mixes spans of another trace into it", async () => {
    const mixed = [spansOf(traceId), spansOf(otherId)] as readonly { readonly resourceSpans: readonly object[] }[];
    const body = JSON.stringify({ trace: { resourceSpans: mixed.flatMap(({ resourceSpans }) => resourceSpans) } });
    tempo.faults.next({ kind: "answer", status: 200, body });
    const { bundle } = await investigate({ folder: folder.path, traces: source() });
    expect(bundle?.trace?.spans).toHaveLength(1);
    expect(traceText(bundle)).toContain("of which spans are missing");
  });

  it("has it three seconds late", async () => {
    const early = await investigate({ folder: folder.path, traces: source(), nowMs: seenMs + 1_000 });
    expect(early.again?.because).toBe("The trace is not in Tempo yet.");
    tempo.push(spansOf(traceId));
    const { bundle } = await investigate({
      folder: folder.path,
      traces: source(),
      nowMs: early.again?.notBeforeMs ?? 0,
    });
    expect(bundle?.trace?.spans).toHaveLength(1);
  });

  it.each([
    ["is silent", { kind: "silence" } as const, /none: Tempo: /],
    ["resets the connection", { kind: "reset" } as const, /none: Tempo: /],
    [
      "breaks off",
      { kind: "answer", status: 200, body: '{"trace":{"resourceSpans":[' } as const,
      /none: Tempo answered 200 with 27 characters of JSON that are cut off/,
    ],
    [
      "sends a login page",
      { kind: "answer", status: 200, body: "<html>Sign in</html>" } as const,
      /none: Tempo answered 200 with what is no trace/,
    ],
  ])("%s", async (_what, fault, said) => {
    tempo.faults.next(fault);
    const { bundle } = await investigate({ folder: folder.path, traces: source(300) });
    expect(traceText(bundle)).toMatch(said);
    expect(placeOf(bundle)).toBe("src/total.js:2 total");
  });
});
