import { describe, expect, it } from "vitest";
import type { TraceSource } from "../../src/domain/sources.ts";
import type { Trace } from "../../src/domain/trace.ts";
import { findTrace } from "../../src/gather/trace/find-trace.ts";
import { makeIncident, makeSample } from "./make-incident.ts";
import { makeTrace, spanIdOf } from "./make-trace.ts";

const { signal } = new AbortController();
const atMs = 1_790_000_000_000;
const waitMs = 600_000;

function sourceOf(traces: Readonly<Record<string, Trace>>): Pick<TraceSource, "trace"> & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async trace(id) {
      asked.push(id);
      return traces[id] ?? null;
    },
  };
}

const trace = makeTrace({ at: "shop/order", throws: "A: 1" });
const sample = (name: string, agoMs = 0) =>
  makeSample({ traceId: spanIdOf(name).repeat(2), spanId: spanIdOf("order"), atMs: atMs - agoMs, line: name });

describe("finding the trace of an incident", () => {
  it("takes those that are there, newest first, of at most three", async () => {
    const samples = [sample("d", 4), sample("b", 2), sample("a", 1), sample("a", 9), sample("c", 3)];
    const source = sourceOf({ [spanIdOf("c").repeat(2)]: trace, [spanIdOf("d").repeat(2)]: trace });
    const found = await findTrace(makeIncident({ samples }), source, { nowMs: atMs, waitMs }, signal);
    expect(found).toEqual({ kind: "found", traces: [trace] });
    expect(source.asked).toEqual(["a", "b", "c"].map((name) => spanIdOf(name).repeat(2)));
  });

  it("reads more than one, for one alone may not be like the others", async () => {
    const samples = [sample("a"), sample("b", 1), sample("c", 2), sample("d", 3)];
    const other = makeTrace({ at: "shop/another" });
    const source = sourceOf({ [spanIdOf("a").repeat(2)]: trace, [spanIdOf("c").repeat(2)]: other });
    const found = await findTrace(makeIncident({ samples }), source, { nowMs: atMs, waitMs }, signal);
    expect(found).toEqual({ kind: "found", traces: [trace, other] });
  });

  it("goes on with the one that it has where the others cannot be read", async () => {
    const failure = { isRetryable: true, suggestsSmallerPage: false, retryAfterMs: null };
    let asked = 0;
    const source: Pick<TraceSource, "trace"> = {
      async trace() {
        if (asked++ > 0) throw Object.assign(new Error("Tempo answered 500"), failure);
        return trace;
      },
    };
    const incident = makeIncident({ samples: [sample("a"), sample("b", 1)] });
    const found = await findTrace(incident, source, { nowMs: atMs, waitMs }, signal);
    expect(found).toEqual({ kind: "found", traces: [trace] });
  });

  it.each([
    [0, 5_000],
    [4_999, 5_000],
    [5_000, 15_000],
    [20_000, 60_000],
    [60_000, 120_000],
    [185_000, 240_000],
    [590_000, 600_000],
  ])("looks for one that is not there at %i ms again when it is %i ms old", async (ageMs, nextMs) => {
    const incident = makeIncident({ samples: [sample("a")] });
    const found = await findTrace(incident, sourceOf({}), { nowMs: atMs + ageMs, waitMs }, signal);
    expect(found).toMatchObject({ kind: "again", notBeforeMs: atMs + nextMs });
  });

  it("says that it is missing once it had time enough to arrive", async () => {
    const incident = makeIncident({ samples: [sample("a"), sample("b", 1)] });
    const found = await findTrace(incident, sourceOf({}), { nowMs: atMs + waitMs, waitMs }, signal);
    expect(found).toMatchObject({ kind: "missing", because: expect.stringContaining(spanIdOf("b").repeat(2)) });
  });

  it("does not wait for a trace that nobody names, or where there is no Tempo", async () => {
    const without = makeIncident({ samples: [makeSample({ traceId: null })] });
    expect(await findTrace(without, sourceOf({}), { nowMs: atMs, waitMs }, signal)).toMatchObject({ kind: "missing" });
    const incident = makeIncident({ samples: [sample("a")] });
    expect(await findTrace(incident, null, { nowMs: atMs, waitMs }, signal)).toMatchObject({
      kind: "missing",
      because: expect.stringContaining("No Tempo"),
    });
  });

  it("gives a trace that lacks its span, or is partial, a moment to arrive as a whole", async () => {
    const id = spanIdOf("a").repeat(2);
    const incident = makeIncident({ samples: [sample("a")] });
    const look = (found: Trace, ageMs: number) =>
      findTrace(incident, sourceOf({ [id]: found }), { nowMs: atMs + ageMs, waitMs }, signal);
    const other = makeTrace({ at: "shop/another" });
    expect(await look({ ...trace, isPartial: true }, 1_000)).toMatchObject({
      kind: "again",
      notBeforeMs: atMs + 5_000,
    });
    expect(await look(other, 1_000)).toMatchObject({ kind: "again" });
    expect(await look(other, 15_000)).toMatchObject({ kind: "found" });
    expect(await look(trace, 0)).toMatchObject({ kind: "found" });
  });

  it("counts from now where the sender's clock is ahead", async () => {
    const incident = makeIncident({ samples: [sample("a", -300_000)] });
    const found = await findTrace(incident, sourceOf({}), { nowMs: atMs, waitMs }, signal);
    expect(found).toMatchObject({ kind: "again", notBeforeMs: atMs + 5_000 });
  });

  it("lets the source's failure through, for the queue to try again", async () => {
    const source: Pick<TraceSource, "trace"> = { trace: () => Promise.reject(new Error("Tempo answered 500")) };
    const incident = makeIncident({ samples: [sample("a")] });
    await expect(findTrace(incident, source, { nowMs: atMs, waitMs }, signal)).rejects.toThrow("500");
  });
});
