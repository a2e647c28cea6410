import { describe, expect, it } from "vitest";
import { createLogSource } from "../../../src/adapters/loki/log-source.ts";
import { LogSourceError } from "../../../src/adapters/loki/log-source-error.ts";
import type { LogEntry } from "../../../src/domain/log-entry.ts";
import { type Recording, recordings, replay } from "../../fixtures/recordings.ts";

const everything = { fromNs: 0n, toNs: 1n << 62n };

/** What the adapter makes of a recorded answer. */
async function read(recording: Recording): Promise<readonly LogEntry[]> {
  const server = await replay(recording);
  try {
    const timeoutMs = recording.response === null ? 50 : 10_000;
    const source = createLogSource({ url: server.url, tenant: null, auth: null, timeoutMs });
    return (await source.entriesBetween("{}", everything, 100, new AbortController().signal)).entries;
  } finally {
    await server.close();
  }
}

const all = recordings("loki");
const isLogAnswer = (text: string): boolean => text.includes('"resultType":"streams"');
const good = all.filter(({ response }) => response?.status === 200 && isLogAnswer(response.body.toString()));
const refused = all.filter(({ response }) => response !== null && response.status >= 400);
const others = all.filter((each) => !good.includes(each) && !refused.includes(each));

describe("every recorded answer of Loki", () => {
  it("is covered", () => {
    expect(all.length).toBeGreaterThan(180);
    expect(good.length).toBeGreaterThan(80);
    expect(refused.length).toBeGreaterThan(40);
  });

  it.each(good.map((each) => [each.name, each] as const))(
    "reads %s whole and in order of time",
    async (_, recording) => {
      const entries = await read(recording);
      const answer = JSON.parse(recording.response?.body.toString() ?? "");
      const sent: [string, string][] = answer.data.result.flatMap(
        (stream: { values: [string, string][] }) => stream.values,
      );
      const asRead = entries.map(({ timestampNs, line }) => `${timestampNs} ${line}`);
      expect(asRead.toSorted()).toEqual(sent.map(([timestamp, line]) => `${timestamp} ${line}`).toSorted());
      expect(entries.map(({ timestampNs }) => timestampNs)).toEqual(
        entries.map(({ timestampNs }) => timestampNs).toSorted((one, other) => Number(one - other)),
      );
      expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
    },
  );

  it.each(refused.map((each) => [each.name, each] as const))(
    "tells %s as an error with Loki's words",
    async (_, recording) => {
      const error = await read(recording).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(LogSourceError);
      const { message, status } = error as LogSourceError;
      const words = recording.response?.body.toString().replace(/\s+/g, " ").trim() ?? "";
      expect(status).toBe(recording.response?.status);
      // The gate may have its say about ids and addresses, so only the first words are compared letter by letter.
      expect(message).toContain(words.slice(0, 24));
      expect(message).toMatch(/[.?]$/);
    },
  );

  it.each(others.map((each) => [each.name, each] as const))(
    "tells that %s holds no log entries",
    async (_, recording) => {
      const error = await read(recording).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(LogSourceError);
    },
  );
});

describe("what can be done about a recorded error", () => {
  const failure = async (name: string): Promise<LogSourceError> => {
    const recording = all.find((each) => each.name === name);
    if (recording === undefined) throw new Error(`no recording ${name}`);
    return (await read(recording).catch((caught: unknown) => caught)) as LogSourceError;
  };

  it.each([
    ["single/errors/bad-logql-regex", false, false],
    ["single/errors/bad-logql-pipe", false, false],
    ["single/errors/limit-above-max", false, true],
    ["single/errors/range-above-max-query-length", false, false],
    ["single/errors/storage-missing-chunk", true, false],
    ["single/status/unknown-path", false, false],
    ["single/query/metric-matrix", false, false],
    ["multi/tenant/query-no-header", false, false],
    ["multi/tenant/query-bad-tenant-chars", false, false],
    ["multi/limits/query-max-range-metric", false, false],
    ["multi/limits/query-blocked", false, false],
    ["multi/errors/query-timeout", true, true],
    ["multi/errors/answer-above-4mb-hangs", true, true],
    ["multi/restart/stopping-query-429", true, false],
    ["multi/restart/stopping-push-500", true, false],
  ])("%s: try again %s, with a smaller page %s", async (name, isRetryable, suggestsSmallerPage) => {
    expect(await failure(name)).toMatchObject({ isRetryable, suggestsSmallerPage });
  });

  it("knows the limits that Loki names", async () => {
    expect(await failure("single/errors/limit-above-max")).toMatchObject({ entriesMax: 5000 });
    expect(await failure("multi/limits/query-limit-above-50")).toMatchObject({ entriesMax: 50 });
    const tooLong = ["single/errors/range-above-max-query-length", "multi/limits/query-max-range-metric"];
    for (const name of tooLong) {
      expect(await failure(name)).toMatchObject({ suggestsShorterWindow: true, entriesMax: null });
    }
    expect(await failure("multi/limits/query-blocked")).toMatchObject({ suggestsShorterWindow: false });
  });

  it("names the cure", async () => {
    expect((await failure("multi/tenant/query-no-header")).message).toMatch(/no org id.*set tenant/i);
    expect((await failure("single/query/metric-matrix")).message).toContain("metric query");
    expect((await failure("multi/errors/answer-above-4mb-hangs")).message).toContain("A smaller limit helps");
  });
});
