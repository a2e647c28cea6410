import { describe, expect, it } from "vitest";
import { explain } from "../../src/detect/explain/explain.ts";
import { ExplainInputError, parseExplainInput } from "../../src/detect/explain/explain-input.ts";
import { explainText } from "../../src/detect/explain/explain-text.ts";
import { readRecording, recordings } from "../fixtures/recordings.ts";
import { logEntry, readFixture, rules, split } from "./log-entries.ts";

const rowsOf = (name: string) => explain(parseExplainInput(bodyOf(name), "loki"), rules, () => null);
const bodyOf = (name: string) => readRecording("loki", name).response?.body.toString("utf8") ?? "";

describe("recorded answers of Loki", () => {
  const answers = recordings("loki").filter(
    ({ request, response }) => request.path.endsWith("/query_range") && response?.status === 200,
  );

  it("are many", () => {
    expect(answers.length).toBeGreaterThan(60);
  });

  it.each(answers.map(({ name }) => name))("%s: one row per entry in input order, or one sentence", (name) => {
    const body = bodyOf(name);
    const data = (JSON.parse(body) as { data: { resultType: string; result: { values: unknown[] }[] } }).data;
    if (data.resultType !== "streams") {
      expect(() => parseExplainInput(body, "auto")).toThrow(ExplainInputError);
      return;
    }
    const entries = parseExplainInput(body, "auto");
    const rows = explain(entries, rules, () => null);
    expect(rows.map((row) => row.id)).toEqual(entries.map((entry) => entry.id));
    expect(entries).toHaveLength(data.result.reduce((sum, { values }) => sum + values.length, 0));
    for (const row of rows) {
      expect(row.fingerprint).toMatch(/^v2-[0-9a-f]{24}$/);
      expect(row.because.length).toBeGreaterThan(0);
    }
    expect(explainText(rows)).toMatch(
      rows.length === 0 ? /^There is nothing to explain/ : /\d+ log entr(?:y|ies): \d+ errors?/,
    );
  });

  it("hold errors that the query with line and level filters lost, and they are errors here", () => {
    const kept = new Set(rowsOf("single/query/error-query-forward").map((row) => row.id));
    const lost = rowsOf("single/query/dev-all-forward").filter((row) => row.isError && !kept.has(row.id));
    // A label that says Error, a line whose level is only in its JSON, a stack trace that says TypeError.
    expect(lost.map((row) => row.message).sort()).toEqual([
      "error while rendering",
      "redis connection error",
      "unhandled rejection",
    ]);
  });

  it("hold a stack trace in five entries: one error, four rows that point to it, one group", () => {
    const rows = rowsOf("single/query/multiline-joined-and-split");
    const [head, ...rest] = rows.filter((row) => row.labels["container"] === "jobs");
    expect(head).toMatchObject({ isError: true, joinedTo: null, message: "Unexpected exception in scheduled task" });
    expect(rest).toHaveLength(4);
    for (const row of rest) expect(row).toMatchObject({ isError: false, joinedTo: head?.id, group: head?.group });
  });

  it("hold info lines that mention errors, and they are none", () => {
    const rows = rowsOf("single/query/dev-all-forward");
    for (const message of ["scored", "reserve ok", "queue depth 812, error budget at 71%"]) {
      expect(rows.find((row) => row.message === message)).toMatchObject({ isError: false });
    }
  });
});

describe("rows", () => {
  const text = ["java-order-service.txt", "node-uncaught.txt", "python-logged.txt"].map((name) =>
    readFixture(`stack-traces/${name}`),
  );

  it("group alike whatever the order of the input", () => {
    const entries = text.flatMap((part, index) =>
      split(part, { labels: { service_name: `s${index}` }, timestampNs: 1_000_000_000n * BigInt(index + 1) }),
    );
    const groups = (rows: ReturnType<typeof explain>) =>
      new Map(rows.map((row) => [row.id, [row.group, row.isError, row.joinedTo]]));
    const forward = groups(explain(entries, rules, () => null));
    expect(groups(explain(entries.toReversed(), rules, () => null))).toEqual(forward);
  });

  it("are one each for entries that are the same", () => {
    const entry = logEntry("ERROR x");
    expect(explain([entry, { ...entry }], rules, () => null)).toHaveLength(2);
  });

  it("carry what the service map says about the code", () => {
    const hit = { name: "acme/cart" as const, file: "src/cart.ts", line: 17 };
    expect(explain([logEntry("ERROR x")], rules, () => hit)[0]?.repository).toEqual(hit);
  });
});

describe("input", () => {
  it("of entries is read line by line", () => {
    const input =
      '{"timestampNs":"1795158780000000001","labels":{"a":"b"},"line":"ERROR x"}\n\n{"timestampNs":"2","labels":{},"structuredMetadata":{"level":"error"},"line":"y"}\n';
    expect(parseExplainInput(input, "auto")).toMatchObject([
      { timestampNs: 1_795_158_780_000_000_001n, labels: { a: "b" }, structuredMetadata: {}, line: "ERROR x" },
      { structuredMetadata: { level: "error" } },
    ]);
  });

  it("takes what logcli writes, to the nanosecond", () => {
    const text =
      '{"labels":{"a":"b"},"line":"ERROR x","timestamp":"2026-03-01T04:04:05.123456789+01:00"}\n{"labels":{},"line":"y","timestamp":"2026-03-01T03:04:05Z"}\n';
    expect(parseExplainInput(text, "auto").map(({ labels, line, timestampNs }) => [labels, line, timestampNs])).toEqual(
      [
        [{ a: "b" }, "ERROR x", 1_772_334_245_123_456_789n],
        [{}, "y", 1_772_334_245_000_000_000n],
      ],
    );
  });

  it("of raw lines is one stream, a nanosecond apart", () => {
    expect(parseExplainInput("a\r\n\nb\n", "auto").map(({ line, timestampNs }) => [line, timestampNs])).toEqual([
      ["a", 0n],
      ["", 1n],
      ["b", 2n],
    ]);
  });

  it("of JSON log lines is raw lines", () => {
    expect(parseExplainInput('{"level":50,"msg":"x"}\n{"level":30,"msg":"y"}\n', "auto")).toHaveLength(2);
  });

  it("takes Loki 3's structured metadata", () => {
    const answer = {
      data: {
        resultType: "streams",
        result: [{ stream: { a: "b" }, values: [["1", "x", { structuredMetadata: { trace_id: "t" }, parsed: {} }]] }],
      },
    };
    expect(parseExplainInput(JSON.stringify(answer), "auto")[0]?.structuredMetadata).toEqual({ trace_id: "t" });
  });

  it.each([
    ["loki", "nonsense", /no JSON object/],
    ["loki", '{"status":"success"}', /no data\.result/],
    ["loki", '{"data":{"resultType":"matrix","result":[]}}', /holds a matrix/],
    ["loki", '{"data":{"resultType":"streams","result":[{}]}}', /Stream 1/],
    [
      "loki",
      '{"data":{"resultType":"streams","result":[{"stream":{},"values":[["1","a"],[2]]}]}}',
      /Entry 2 of stream 1/,
    ],
    ["entries", '{"timestampNs":"1","labels":{},"line":"x"}\nnonsense', /^Line 2 of the input is no JSON object/],
    ["entries", '{"timestampNs":1795158780000000001,"line":"x"}', /^Line 1 of the input has no timestampNs/],
    ["entries", '{"timestampNs":"1","labels":{"a":1},"line":"x"}', /^Line 1 of the input has labels/],
    ["entries", '{"timestampNs":"1"}', /^Line 1 of the input has no line/],
  ] as const)("as %s that is none of it (%s) is one sentence", (form, text, sentence) => {
    expect(() => parseExplainInput(text, form)).toThrow(sentence);
  });
});
