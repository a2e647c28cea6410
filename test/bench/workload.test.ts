import { describe, expect, it } from "vitest";
import { bugs, createWorkload, lokiAnswer } from "../../bench/workload.ts";
import { readEntries } from "../../src/adapters/loki/query-answer.ts";
import { createPageReader } from "../../src/detect/entries/read-entries.ts";
import { recordEntries } from "../../src/detect/incidents/record-entries.ts";

const entries = 2_000;

function read(options: { readonly seed: number; readonly onlyErrors: boolean }) {
  const text = lokiAnswer(createWorkload({ ...options, minutes: 1 }).entries({ first: 0, end: entries }));
  const page = readEntries({ status: 200, headers: {}, text, bytes: null });
  const reader = createPageReader({
    environment: "dev",
    serviceLabels: ["service_name"],
    aliases: {},
    own: { checkout: ["com.acme"] },
    levers: null,
  });
  return [...reader.push(page), ...reader.flush()];
}

describe("the workload of the bench", () => {
  it("is fifty bugs that become fifty incidents, however different their lines look", () => {
    const errors = read({ seed: 1, onlyErrors: true });
    const recorded = recordEntries({
      errors,
      known: { seen: new Set(), incidentOf: new Map(), incidentOfTrace: new Map(), variants: [] },
      environment: "dev",
      checkpointNs: null,
      nowMs: 0,
      traceForgetMs: 1,
    });
    expect(bugs).toBe(50);
    expect(errors.filter((entry) => !entry.isError)).toEqual([]);
    expect(recorded.touched.map(({ incident }) => incident.title).sort()).toHaveLength(bugs);
    expect(recorded.touched.reduce((sum, { added }) => sum + added, 0)).toBe(entries);
    expect(new Set(errors.map(({ entry }) => entry.line)).size).toBe(entries);
  });

  it("has 30 % of entries with stack traces and 30 % that are no errors", () => {
    const all = read({ seed: 2, onlyErrors: false });
    const withFrames = all.filter((entry) => entry.exceptions.some(({ frames }) => frames.length > 0));
    expect(all).toHaveLength(entries);
    expect(withFrames.length / entries).toBeCloseTo(0.3, 1);
    expect(all.filter((entry) => !entry.isError).length / entries).toBeCloseTo(0.3, 1);
  });

  it("is the same at every run", () => {
    const text = () =>
      lokiAnswer(createWorkload({ seed: 3, minutes: 1, onlyErrors: false }).entries({ first: 0, end: 20 }));
    expect(text()).toBe(text());
  });
});
