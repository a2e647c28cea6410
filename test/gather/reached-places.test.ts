import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createCodeSource } from "../../src/adapters/git/code-source.ts";
import { createSyntaxReader } from "../../src/adapters/syntax/syntax-reader.ts";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import { linesBehind, linesOfFields } from "../../src/gather/code/data-flow.ts";
import { rankFrames } from "../../src/gather/code/ranked-frames.ts";
import { readCode } from "../../src/gather/code/read-code.ts";
import { findOrigin } from "../../src/gather/trace/origin.ts";
import { makeRepository, temporaryFolder } from "../adapters/git/git-repository.ts";
import { makeTrace, spanIdOf } from "./make-trace.ts";

const { signal } = new AbortController();
const folder = temporaryFolder();
afterAll(folder.remove);
const syntax = createSyntaxReader();
const reader = createEntryReader({ environment: "dev", serviceLabels: [], aliases: {}, own: {}, levers: null });

describe("the lines whose values flow into a line", () => {
  it.each([
    ["const items = scope.lookup(of);\nlog(of);\nreturn items.length;", 3, [1]],
    ["rows := split(all, size)\nfor _, each := range rows {\n\tvisit(each)", 3, [2, 1]],
    ["sums = totals(rows)\nif sums == other:\n    check(sums)", 3, [1]],
    ["for line in lines:\n    cells = line.split(',')\n    rows.append(cells)", 3, [2, 1]],
    ['path = build(name)\nlabel = "path"\nsend(f"/x/{path}")', 3, [1]],
    ["foreach ($rows as $row) {\n  add($row);", 2, [1]],
  ])("of %j", (text, line, behind) => {
    expect(linesBehind(text.split("\n"), line, 1)).toEqual(behind);
  });

  it("are those that set a field of the object, wherever they stand", () => {
    const lines = ["def initialize(zone)", "  @zone = Zones.normalise(zone)", "end", "Zones.hours(@zone)"];
    expect(linesOfFields(lines, 4)).toEqual([2]);
    expect(linesOfFields(["this.rate = rates.of(day);", "return rate * 2;"], 2)).toEqual([1]);
  });
});

describe("frames of a panic", () => {
  it("begin where it panicked, not where it was caught", () => {
    const text =
      "panic: index out of range [5] with length 5\n\ngoroutine 1 [running]:\nruntime/debug.Stack()\n\t/usr/lib/go/src/runtime/debug/stack.go:24 +0x65\nmain.main.func1()\n\t/app/main.go:16 +0x8e\npanic({0x1, 0x2})\n\t/usr/lib/go/src/runtime/panic.go:884 +0x212\nexample.com/ledger/book.batch.at(...)\n\t/app/book/batch.go:33\nmain.main()\n\t/app/main.go:20 +0x1d";
    const [first, second] = rankFrames(reader.readStackTrace(text, "ledger"));
    expect(first?.frame).toMatchObject({ file: expect.stringContaining("batch.go"), line: 33 });
    expect(second?.frame).toMatchObject({ file: expect.stringContaining("main.go"), line: 20 });
  });
});

describe("a call that failed because its other side did", () => {
  const call = { at: "shop/call", below: null, kind: "client", forMs: 30 } as const;
  const side = { at: "stock/reserve", below: "call", kind: "server", fromMs: 1, throws: "ValueError: qty" } as const;

  it("is not taken for given up when the other side's span ends a little later", () => {
    const trace = makeTrace({ ...call, throws: "CallError: answered 500" }, { ...side, forMs: 40 });
    expect(findOrigin(trace)).toBe(spanIdOf("reserve"));
  });

  it("is given up where it says so", () => {
    const trace = makeTrace({ ...call, throws: "TimeoutError: timed out" }, { ...side, forMs: 40 });
    expect(findOrigin(trace)).toBe(spanIdOf("call"));
  });
});

describe("a function that is in no stack trace any more", () => {
  const parse = (body: string) => `export function parse(text) {\n  ${body}\n}\n`;
  const files = {
    "src/report.js":
      "import { load } from './load.js';\nimport { check } from './check.js';\n\nexport function report(text) {\n  const rows = load(text);\n  return check(rows);\n}\n",
    "src/load.js":
      "import { parse } from './parse.js';\n\nexport function load(text) {\n  return text.split(';').map((each) => parse(each));\n}\n",
    "src/check.js":
      "export function check(rows) {\n  if (rows.some((row) => row < 0)) throw new Error('negative');\n}\n",
    "src/parse.js": parse("return Number(text);"),
    "src/other.js": "export function other() {\n  return 1;\n}\n",
  };
  const text = "Error: negative\n    at check (/app/src/check.js:2:42)\n    at report (/app/src/report.js:6:10)";

  it("comes among the first where it was just changed, and what nothing leads to after what the calls reach", async () => {
    const repository = makeRepository(join(folder.path, "shop"));
    repository.commit(files, "feat: reports");
    for (let day = 0; day < 40; day++) repository.commit({ "README.md": `${day}\n` }, `docs: day ${day}`);
    const unrelated = "export function other() {\n  return 2;\n}\n";
    const guilty = repository.commit(
      { "src/parse.js": parse("return -Number(text);"), "src/other.js": unrelated },
      "feat: sign",
    );
    const seenMs = Number(repository.git("show", "-s", "--format=%at", guilty)) * 1_000 + 3_600_000;
    const source = await createCodeSource({
      repository: "acme/shop",
      path: repository.path,
      stateDirectory: join(folder.path, "state"),
      isFetched: false,
    });
    const { places } = await readCode(
      {
        code: {
          service: "shop",
          repository: "acme/shop",
          under: "",
          deployedLabels: [],
          version: { tag: null, file: null, otherwise: "unknown" },
          open: async () => source,
          sourceMapOf: async () => null,
        },
        claims: [guilty],
        earlierClaims: [],
        exceptions: reader.readStackTrace(text, "shop"),
        message: "negative",
        requests: [],
        framesMax: 12,
        isCaller: false,
        firstSeenMs: seenMs,
        syntax,
      },
      signal,
    );
    const names = places.map(({ function: name }) => name);
    expect(names.indexOf("parse")).toBeGreaterThanOrEqual(0);
    expect(names.indexOf("parse")).toBeLessThan(3);
    expect(names.indexOf("other")).toBeGreaterThan(names.indexOf("parse"));
    expect(places.find(({ function: name }) => name === "parse")?.because).toMatch(
      /load, which was called .*changed it/,
    );
  });
});
