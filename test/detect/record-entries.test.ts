import { describe, expect, it } from "vitest";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import { recordEntries } from "../../src/detect/incidents/record-entries.ts";
import type { KnownOfPage } from "../../src/detect/incidents/resolve-incidents.ts";
import type { Incident } from "../../src/domain/incident.ts";
import type { LogEntry } from "../../src/domain/log-entry.ts";
import type { Fingerprint } from "../../src/domain/names.ts";
import type { Variant } from "../../src/domain/store.ts";
import { logEntry, rules, split } from "./log-entries.ts";

const nothingKnown: KnownOfPage = {
  seen: new Set(),
  incidentOf: new Map(),
  incidentOfTrace: new Map(),
  variants: [],
};
const base = 1_795_158_780_000_000_000n;
const labels = { service_name: "cart", level: "error" };
const traceOf = (number: number) => number.toString(16).padStart(32, "a");

function record(
  entries: readonly LogEntry[],
  known: KnownOfPage = nothingKnown,
  environment = "dev",
  checkpointNs: bigint | null = null,
) {
  const errors = createEntryReader({ ...rules, environment })
    .read(entries)
    .filter((entry) => entry.isError);
  return recordEntries({ errors, known, environment, checkpointNs, nowMs: 1_000, traceForgetMs: 500 });
}
const error = (message: string, timestampNs = base, trace: string | null = null) =>
  logEntry(`level=error msg=${JSON.stringify(message)}${trace === null ? "" : ` trace_id=${trace}`}`, {
    labels,
    timestampNs,
  });
const knowing = (incident: Incident, more: Partial<KnownOfPage> = {}): KnownOfPage => ({
  ...nothingKnown,
  incidentOf: new Map(incident.fingerprints.map((fingerprint) => [fingerprint, incident])),
  ...more,
});
function incidentOf(entries: readonly LogEntry[]): Incident {
  const [touched] = record(entries).touched;
  if (touched === undefined) throw new Error("nothing was recorded");
  return touched.incident;
}

describe("a page of error entries", () => {
  it("becomes one new incident per bug", () => {
    const { change, touched } = record([
      error("order 1 failed"),
      error("order 2 failed", base + 5n),
      error("no stock", base + 9n),
    ]);
    expect(touched.map(({ incident, change: kind, added }) => [incident.title, kind, added])).toEqual([
      ["cart: order failed", "new", 2],
      ["cart: no stock", "new", 1],
    ]);
    const [first] = touched;
    expect(first?.incident).toMatchObject({
      version: 0,
      state: "new",
      episode: 1,
      service: "cart",
      isOriginConfirmed: false,
      firstSeenNs: base,
      lastSeenNs: base + 5n,
      counts: { dev: 2 },
      issue: null,
    });
    expect(first?.incident.id).toBe(`i${first?.incident.fingerprints[0]?.slice(3, 15)}`);
    expect(change.aliases).toEqual(
      touched.map(({ incident }) => ({ fingerprint: incident.fingerprints[0], incident: incident.id })),
    );
    expect(change.incidents).toEqual(touched.map(({ incident }) => incident));
  });

  it("is counted by fingerprint, environment and minute", () => {
    const minute = 60_000_000_000n;
    const start = (base / minute) * minute;
    const { change } = record([error("x", start), error("x", start + minute - 1n), error("x", start + minute)]);
    expect(change.counts.map(({ minuteMs, add }) => [minuteMs, add])).toEqual([
      [Number(start / 1_000_000n), 2],
      [Number((start + minute) / 1_000_000n), 1],
    ]);
  });

  it("is remembered by the log entries of its errors, joined lines too", () => {
    const lines = split("2026-11-20 07:13:01 ERROR m\njava.lang.Error: x\n\tat com.acme.A.b(A.java:1)", { labels });
    const { change } = record(lines);
    expect(change.seen).toEqual(lines.map(({ id, timestampNs }) => ({ id, timestampNs })));
    expect(change.counts.reduce((sum, { add }) => sum + add, 0)).toBe(1);
  });

  it("changes nothing when all of it is known", () => {
    const entries = [error("x"), error("y", base + 1n)];
    const { change, touched, duplicates } = record(entries, {
      ...nothingKnown,
      seen: new Set(entries.map(({ id }) => id)),
    });
    expect(change).toEqual({ seen: [], counts: [], aliases: [], traces: [], incidents: [], variants: [], merges: [] });
    expect(touched).toEqual([]);
    expect(duplicates).toBe(2);
  });

  it("does not count a stack trace again whose last lines came later", () => {
    const lines = split("2026-11-20 07:13:01 ERROR m\njava.lang.Error: x\n\tat com.acme.A.b(A.java:1)", { labels });
    const seen = new Set(lines.slice(0, 2).map(({ id }) => id));
    const { change } = record(lines, { ...nothingKnown, seen });
    expect(change.seen.map(({ id }) => id)).toEqual([lines[2]?.id]);
    expect(change.counts).toEqual([]);
  });

  it("counts what is older than the checkpoint as late", () => {
    expect(record([error("x"), error("x", base + 10n)], nothingKnown, "dev", base + 5n).late).toBe(1);
  });
});

describe("an incident that is known", () => {
  const before = incidentOf([error("order 1 failed")]);

  it.each(["new", "reported", "muted", "symptom", "stuck"] as const)("grows and stays %s", (state) => {
    const { touched, change } = record([error("order 2 failed", base + 7n)], knowing({ ...before, version: 4, state }));
    expect(touched).toMatchObject([
      { change: "grew", added: 1, incident: { version: 4, state, lastSeenNs: base + 7n, counts: { dev: 2 } } },
    ]);
    expect(change.aliases).toEqual([]);
  });

  it("is told when it is first seen in another environment", () => {
    expect(record([error("order 2 failed")], knowing(before), "prod").touched).toMatchObject([
      { change: "new-environment", incident: { id: before.id, counts: { dev: 1, prod: 1 } } },
    ]);
  });

  it("leaves the traces of its samples to its cause where that is in them too, sampled or not", () => {
    const cause = incidentOf([error("no stock")]);
    const symptom: Incident = { ...before, state: "symptom", causedBy: cause.id };
    const shared = error("order 2 failed", base + 1n, traceOf(1));
    const ownTrace = error("order 3 failed", base + 2n, traceOf(2));
    const ofCause = [1, 3, 4, 5, 6, 7].map((trace) => error("no stock", base + 3n + BigInt(trace), traceOf(trace)));
    const known = knowing(symptom);
    const incidentOfBoth = new Map([...known.incidentOf, ...knowing(cause).incidentOf]);
    const { change } = record([shared, ownTrace, ...ofCause], { ...known, incidentOf: incidentOfBoth });
    const incidentOfTrace = new Map(change.traces.map(({ traceId, incident }) => [traceId, incident]));
    expect(change.incidents.find(({ id }) => id === cause.id)?.samples.map(({ traceId }) => traceId)).not.toContain(
      traceOf(1),
    );
    expect(incidentOfTrace.get(traceOf(1))).toBe(cause.id);
    expect(incidentOfTrace.get(traceOf(2))).toBe(symptom.id);
  });

  it("takes in all of its fingerprints", () => {
    const other = incidentOf([error("no stock")]);
    const merged: Incident = { ...before, fingerprints: [...before.fingerprints, ...other.fingerprints] };
    const { touched, change } = record([error("order 3 failed"), error("no stock", base + 1n)], knowing(merged));
    expect(touched).toMatchObject([{ added: 2, incident: { id: before.id } }]);
    expect(new Set(change.counts.map(({ fingerprint }) => fingerprint))).toEqual(new Set(merged.fingerprints));
  });
});

describe("a word that turns out to be a value", () => {
  const of = (name: string, at = 0n) => error(`user ${name} is locked out`, base + at);
  /** What a store would know after these were recorded, each by itself. */
  function knownAfter(incidents: readonly { readonly name: string; readonly more?: Partial<Incident> }[]): KnownOfPage {
    const incidentOf = new Map<Fingerprint, Incident>();
    const variants: Variant[] = [];
    for (const { name, more } of incidents) {
      const { touched, change } = record([of(name)]);
      for (const { fingerprint } of change.aliases) {
        const [first] = touched;
        if (first !== undefined) incidentOf.set(fingerprint, { ...first.incident, version: 1, ...more });
      }
      variants.push(...change.variants);
    }
    return { ...nothingKnown, incidentOf, variants };
  }

  it("makes the incidents of earlier words one, counted as the message in general", () => {
    const known = knownAfter([{ name: "alice" }, { name: "bob" }]);
    const [alice, bob] = [...known.incidentOf.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    const { touched, change } = record([of("carol", 9n), of("dave", 10n)], known);
    expect(touched).toMatchObject([{ change: "grew", added: 2, incident: { id: alice?.id, counts: { dev: 4 } } }]);
    expect(touched[0]?.incident.samples).toHaveLength(4);
    expect(change.merges).toEqual([{ from: bob?.id, into: alice?.id }]);
    expect(change.incidents.find(({ id }) => id === bob?.id)).toMatchObject({
      state: "symptom",
      causedBy: alice?.id,
      samples: [],
      fingerprints: [],
      note: `It is ${alice?.id} in other words, and counted there.`,
    });
    const general = record([error("user 17 is locked out")]).touched[0]?.incident.fingerprints[0];
    expect(change.aliases.map(({ fingerprint }) => fingerprint)).toContain(general);
    expect(change.counts.reduce((sum, { add }) => sum + add, 0)).toBe(2);
  });

  it("leaves the one that has an issue, and what somebody has decided about, as they are", () => {
    const issue = { repository: "acme/cart", number: 1 } as unknown as Incident["issue"];
    const known = knownAfter([
      { name: "alice", more: { state: "muted" } },
      { name: "bob" },
      { name: "zoe", more: { state: "reported", issue } },
    ]);
    const { touched, change } = record([of("dave", 10n)], known);
    expect(touched).toMatchObject([{ incident: { state: "reported", counts: { dev: 3 } } }]);
    expect(change.merges).toHaveLength(1);
    expect(change.incidents).toHaveLength(2);
  });

  it("is none where the word says what happened", () => {
    const lines = ["opened", "closed", "rejected", "lost", "created"].map((word, at) =>
      error(`the session was ${word} too early`, base + BigInt(at)),
    );
    expect(record(lines).touched).toHaveLength(lines.length);
  });

  it("leaves no trace of its own once that is known", () => {
    const names = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "mallory"];
    const { touched, change } = record(names.map((name, at) => of(name, BigInt(at))));
    expect(touched).toMatchObject([{ added: names.length }]);
    expect(change.aliases.length).toBeLessThan(6);
  });
});

describe("a stack trace that was cut off", () => {
  const trace = (...sites: string[]) =>
    logEntry(`ERROR m\njava.lang.Error: x\n${sites.map((site) => `\tat com.acme.${site}(A.java:1)`).join("\n")}`, {
      labels,
      timestampNs: base + BigInt(sites.length),
    });

  it("is the only one that begins so, whichever came first", () => {
    const whole = trace("Cart.total", "Checkout.place");
    const cut = trace("Cart.total");
    expect(record([whole, cut]).touched).toHaveLength(1);
    for (const [first, second] of [
      [whole, cut],
      [cut, whole],
    ] as const) {
      const before = record([first]);
      const known = knowing(before.touched[0]?.incident ?? incidentOf([first]), { variants: before.change.variants });
      expect(record([second], known).touched).toMatchObject([{ change: "grew" }]);
    }
  });

  it("stands for itself where several begin so", () => {
    const traces = [trace("Money.of", "Cart.add"), trace("Money.of", "Stock.take"), trace("Money.of")];
    expect(record(traces).touched).toHaveLength(3);
  });
});

describe("traces", () => {
  it("belong to the first incident that had them", () => {
    const [one, other] = [traceOf(1), traceOf(2)];
    const known: KnownOfPage = { ...nothingKnown, incidentOfTrace: new Map([[other, "i000000000000"]]) };
    const { change, touched } = record(
      [error("a", base, one), error("b", base + 1n, one), error("c", base + 2n, other)],
      known,
    );
    expect(change.traces).toEqual([{ traceId: one, incident: touched[0]?.incident.id, forgetAtMs: 1_500 }]);
  });
});

describe("samples", () => {
  it("are at most ten, newest first, one of each trace, from later pages too", () => {
    const page = (from: number) =>
      Array.from({ length: 30 }, (_, index) =>
        error("order failed", base + BigInt(from + index), traceOf(from + Math.floor(index / 2))),
      );
    let incident = incidentOf(page(0));
    for (const from of [100, 200, 300, 400])
      incident = record(page(from), knowing(incident)).touched[0]?.incident ?? incident;
    expect(incident.samples).toHaveLength(10);
    expect(new Set(incident.samples.map(({ traceId }) => traceId)).size).toBe(10);
    expect(incident.samples.map(({ timestampNs }) => timestampNs)).toEqual(
      incident.samples.map(({ timestampNs }) => timestampNs).toSorted((a, b) => Number(b - a)),
    );
  });

  it("are left alone while the newest of ten is younger than five minutes", () => {
    const minuteNs = 60_000_000_000n;
    const page = (minute: number) =>
      Array.from({ length: 12 }, (_, index) =>
        error("order failed", base + BigInt(minute) * minuteNs + BigInt(index), traceOf(100 * minute + index)),
      );
    let incident = incidentOf(page(0));
    const samplesAt = (minute: number) => {
      incident = record(page(minute), knowing(incident)).touched[0]?.incident ?? incident;
      return incident.samples;
    };
    samplesAt(1);
    samplesAt(2);
    const filled = samplesAt(3);
    expect(filled).toHaveLength(10);
    expect(samplesAt(4)).toBe(filled);
    expect(incident.lastSeenNs).toBe(base + 4n * minuteNs + 11n);
    expect(samplesAt(9).filter((sample) => !filled.includes(sample))).toHaveLength(2);
    expect(incident.samples[0]?.timestampNs).toBe(base + 9n * minuteNs + 11n);
  });

  it("have all lines of a joined trace, redacted and bounded", () => {
    const lines = split(
      `2026-11-20 07:13:01 ERROR login of bob@example.com failed\njava.lang.Error: x\n\tat com.acme.A.b(A.java:1)`,
      { labels },
    );
    const [sample] = incidentOf(lines).samples;
    expect(sample?.line).not.toContain("bob@example.com");
    expect(sample?.line.split("\n")).toHaveLength(3);
    expect(incidentOf([error("x".repeat(100_000))]).samples[0]?.line.length).toBeLessThanOrEqual(16_384);
  });
});

describe("a title", () => {
  const title = (line: string) => incidentOf([logEntry(line, { labels })]).title;
  it.each([
    [
      "2026-11-20 07:13:01 ERROR m\njava.lang.IllegalStateException: invoice 77\n\tat com.acme.jobs.InvoiceJob.render(InvoiceJob.kt:88)",
      "IllegalStateException in InvoiceJob.render",
    ],
    [
      '{"level":50,"err":{"stack":"TypeError: x\\n    at toCart (/app/src/cart.ts:17:23)"},"msg":"m"}',
      "TypeError in cart.ts:toCart",
    ],
    [
      'level=error msg="fixes #1 @admin [x](http://evil) <img> `rm` order 17 failed"',
      "cart: fixes admin x img order failed",
    ],
    ['level=error msg="決済失敗"', "Error in cart"],
    [`level=error msg="${"words and more ".repeat(40)}"`, expect.stringMatching(/^cart: (?:words|and|more| )+$/)],
  ])("of %j is in our own words", (line, expected) => {
    expect(title(line)).toEqual(expected);
    expect(title(line).length).toBeLessThanOrEqual(160);
  });
});
