import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LokiSetup, type LokiStandIn, startLoki } from "../../../src/demo/loki/server.ts";
import type { PushedEntry } from "../../../src/demo/loki/streams.ts";
import { type Recording, readRecordedJson, readRecording, recordings, resend } from "../../fixtures/recordings.ts";

/** What is replayed, in groups of recordings that share a server, in order of name: a push comes before the queries that show it. */
interface Group {
  readonly names: RegExp;
  readonly nowMs: number;
  readonly setup?: LokiSetup;
  readonly holds?: () => PushedEntry[];
}

const replayed: readonly Group[] = [
  {
    names: /^single\/(query|bounds|paging|after-flush|splits|labels|errors|status)\//,
    nowMs: 1795159437249,
    holds: () => [...pushedLogs(), ...entriesOf("single/splits/forward-limit100"), ...numbered()],
  },
  { names: /^single\/duplicates\//, nowMs: 1795159437249 },
  { names: /^single\/(late\/(0|1)|push\/)/, nowMs: 1795159519690 },
  { names: /^multi\/tenant\//, nowMs: 1795160206000, setup: { hasTenants: true } },
];

/** What is not replayed, and why. */
const outOfScope: readonly (readonly [RegExp, string])[] = [
  [/^single\/query\/(json|logfmt)-/, "parser stages: the stand-in answers 501, and the queries we ship use none"],
  [/^single\/query\/metric-matrix/, "numbers over a range: we ask for a number at an instant"],
  [/^single\/query\/interval/, "thinned answers: we never ask for them"],
  [/^single\/errors\/(bad-step|too-many-points)/, "metric queries"],
  [/^single\/errors\/storage-missing-chunk/, "broken storage: tests plan it as a fault"],
  [/^single\/push\/line-300kb/, "the recording keeps only the beginning of what was pushed"],
  [/^single\/tail\//, "tailing: we do not"],
  [/^single\/late\/2/, "entries hidden until a flush: the stand-in has no chunks"],
  [/^cache\//, "the results cache: off by default"],
  [/^multi\/limits\//, "limits per tenant: tests plan refusals as faults"],
  [/^multi\/errors\//, "servers that fall silent or time out: tests plan it as a fault"],
  [/^multi\/restart\//, "servers that start and stop: tests plan it as a fault"],
];

/** Where only the status is compared, for the words are those of a parser or of a build. */
const statusOnly = /^single\/push\/(bad-json|metadata-number|number-timestamp)|\/buildinfo/;

describe("the stand-in for Loki against the recordings", () => {
  const all = recordings("loki");
  const isOut = ({ name }: Recording): boolean => outOfScope.some(([names]) => names.test(name));

  it("replays each recording, or says why not", () => {
    for (const recording of all) {
      const groups = replayed.filter(({ names }) => names.test(recording.name));
      expect([recording.name, groups.length]).toEqual([recording.name, isOut(recording) ? groups.length : 1]);
    }
    expect(all.filter((each) => !isOut(each)).length).toBeGreaterThan(110);
  });

  describe.each(replayed)("$names", ({ names, nowMs, setup, holds }) => {
    const wanted = all.filter((each) => names.test(each.name) && !isOut(each));
    let loki: LokiStandIn;
    beforeAll(async () => {
      loki = await startLoki({ ...setup, clock: { nowMs: () => nowMs } });
      loki.push(holds?.() ?? []);
    });
    afterAll(() => loki.close());

    it.each(wanted.map((each) => [each.name, each] as const))("%s", async (name, recording) => {
      const { response } = recording;
      const { status, contentType, text } = await resend(recording, loki.url);
      expect(status).toBe(response?.status);
      if (statusOnly.test(name)) return;
      expect(mediaType(contentType)).toBe(mediaType(response?.contentType ?? null));
      expect(content(text)).toEqual(content(response?.body.toString() ?? ""));
    });
  });
});

/** An answer as far as it is compared: statistics tell about the machine, and errors end with a line break or not. */
function content(text: string): unknown {
  if (!text.startsWith("{")) return text.trim();
  const body = JSON.parse(text);
  if (body.data?.stats !== undefined) delete body.data.stats;
  // The streams of the series API come in no order.
  if (Array.isArray(body.data)) body.data.sort((one: object, other: object) => (sorted(one) < sorted(other) ? -1 : 1));
  return body;
}

function sorted(value: object): string {
  return JSON.stringify(Object.entries(value).sort());
}

function mediaType(contentType: string | null): string | null {
  return contentType?.split(";")[0] ?? null;
}

function pushedLogs(): PushedEntry[] {
  const { entries } = readRecordedJson<{
    entries: { labels: Record<string, string>; ts: string; line: string; meta?: Record<string, string> }[];
  }>("loki/pushed-logs.json");
  return entries.map(({ labels, ts, line, meta = {} }) => ({
    labels,
    timestampNs: BigInt(ts),
    line,
    structuredMetadata: meta,
  }));
}

/** What was pushed before a recording whose push was not kept: its own answer in full. */
function entriesOf(name: string): PushedEntry[] {
  const { data } = JSON.parse(readRecording("loki", name).response?.body.toString() ?? "");
  return data.result.flatMap(({ stream, values }: { stream: Record<string, string>; values: [string, string][] }) =>
    values.map(([timestamp, line]) => ({ labels: stream, timestampNs: BigInt(timestamp), line })),
  );
}

/** 150 entries 10 ms apart, of which `query/default-limit` shows the newest 100. */
function numbered(): PushedEntry[] {
  return Array.from({ length: 150 }, (_, index) => ({
    labels: { service_name: "deflimit" },
    timestampNs: 1795161844529000000n + BigInt(index) * 10_000_000n,
    line: `error ${index}`,
  }));
}
