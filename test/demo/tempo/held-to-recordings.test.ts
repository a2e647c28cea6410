import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTempo, type TempoSetup, type TempoStandIn } from "../../../src/demo/tempo/server.ts";
import { type Recording, readRecordedJson, readRecording, recordings, resend } from "../../fixtures/recordings.ts";

type Json = Readonly<Record<string, unknown>>;

/** What is replayed, in groups of recordings that share a server, in order of name: a push comes before the requests that show it. */
interface Group {
  readonly names: RegExp;
  readonly setup?: TempoSetup;
  readonly holds?: () => readonly unknown[];
}

const replayed: readonly Group[] = [
  {
    names: /^single\/(trace\/(2|a|n|t|u|v|w)|trace-id|status|push)/,
    holds: () => [
      ...checkoutRequests(),
      requestOf("single/push/two-scopes"),
      pushOf("single/trace-id/leading-zeros-full"),
      pushOf("single/trace-id/one-leading-zero-full"),
    ],
  },
  { names: /^single\/trace\/1-/, holds: () => checkoutRequests().slice(0, 1) },
  { names: /^single\/partial\/1/, holds: () => [pushOf("single/partial/1-children-only")] },
  // The children came first, the root and the parent twice: once is enough for the answer.
  {
    names: /^single\/partial\/[234]/,
    holds: () => ["1-children-only", "2-with-root", "2-with-root"].map((name) => pushOf(`single/partial/${name}`)),
  },
  { names: /^single\/after-flush\/late-2/, holds: () => [pushOf("single/after-flush/late-2-more-spans")] },
  { names: /^multi\/(push|tenant|trace)\//, setup: { hasTenants: true } },
];

/** What is not replayed, and why. */
const outOfScope: readonly (readonly [RegExp, string])[] = [
  [
    /\/search\/|search/,
    "search: only what is asked of it, one kind of query; the adapter reads the recordings themselves",
  ],
  [/^single\/trace\/accept-gzip/, "compression: the stand-in has none, the adapter reads the recording itself"],
  [/^single\/from-storage\//, "stored blocks: the same traces with attributes in another order"],
  [/^single\/after-flush\/(checkout|late-1|partial)/, "blocks and memory together: the same answers again"],
  [/^single\/(big|errors)\//, "large traces are read by the adapter; broken storage is planned as a fault"],
  [/^multi\/limits\//, "limits per tenant: tests plan refusals as faults"],
  [/^multi\/(startup|stopping)\//, "servers that start and stop: tests plan it as a fault"],
];

/** Where only the status is compared, for the words are those of a parser or of a build. */
const statusOnly = /^multi\/push\/(bad-json|short-trace-id)|\/version$/;

describe("the stand-in for Tempo against the recordings", () => {
  const all = recordings("tempo");
  const isOut = ({ name }: Recording): boolean => outOfScope.some(([names]) => names.test(name));

  it("replays each recording, or says why not", () => {
    for (const recording of all) {
      const groups = replayed.filter(({ names }) => names.test(recording.name));
      expect([recording.name, groups.length]).toEqual([recording.name, isOut(recording) ? groups.length : 1]);
    }
    expect(all.filter((each) => !isOut(each)).length).toBeGreaterThan(50);
  });

  describe.each(replayed)("$names", ({ names, setup, holds }) => {
    // A recorded push may come after the query that shows it, by name: all pushes first.
    const wanted = all
      .filter((each) => names.test(each.name) && !isOut(each))
      .toSorted((one, other) => Number(one.request.method === "GET") - Number(other.request.method === "GET"));
    let tempo: TempoStandIn;
    beforeAll(async () => {
      tempo = await startTempo(setup);
      for (const request of holds?.() ?? []) tempo.push(request);
    });
    afterAll(() => tempo.close());

    it.each(wanted.map((each) => [each.name, each] as const))("%s", async (name, recording) => {
      const { response } = recording;
      const { status, contentType, text, bytes } = await resend(recording, tempo.url);
      expect(status).toBe(response?.status);
      if (statusOnly.test(name)) return;
      expect(contentType?.split(";")[0]).toBe(response?.contentType?.split(";")[0]);
      if (contentType === "application/protobuf") expect(bytes.equals(response?.body ?? Buffer.alloc(0))).toBe(true);
      else expect(content(text)).toEqual(content(response?.body.toString() ?? ""));
    });
  });
});

function content(text: string): unknown {
  return text.startsWith("{") ? JSON.parse(text) : text.trim();
}

function checkoutRequests(): readonly unknown[] {
  return readRecordedJson<{ requests: readonly unknown[] }>("tempo/pushed-checkout-trace.otlp.json").requests;
}

function requestOf(name: string): unknown {
  return JSON.parse(readRecording("tempo", name).request.body ?? "");
}

/** The push behind an answer whose push was not kept: the same trace with ids in hex and kinds as numbers. */
function pushOf(name: string): unknown {
  const { batches } = JSON.parse(readRecording("tempo", name).response?.body.toString() ?? "");
  const spanOf = (span: Json): Json => ({
    ...span,
    ...Object.fromEntries(
      ["traceId", "spanId", "parentSpanId"].flatMap((key) =>
        typeof span[key] === "string" ? [[key, Buffer.from(span[key], "base64").toString("hex")]] : [],
      ),
    ),
    kind: ["", "SPAN_KIND_INTERNAL", "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT"].indexOf(String(span["kind"])),
  });
  return {
    resourceSpans: batches.map((batch: { scopeSpans: { spans: Json[] }[] }) => ({
      ...batch,
      scopeSpans: batch.scopeSpans.map((part) => ({ ...part, spans: part.spans.map(spanOf) })),
    })),
  };
}
