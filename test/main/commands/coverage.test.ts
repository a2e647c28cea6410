import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ClosedPart, Coverage, Recount } from "../../../src/domain/coverage.ts";
import { ledgerTable, proofText, recountTable } from "../../../src/main/commands/coverage-text.ts";
import { sampleCoverage } from "../../contract/store-under-test.ts";
import { inWorld, minuteMs } from "../../support/in-world.ts";
import { pushFailureOf, type SmallWorld } from "../../support/small-world.ts";
import { startWorkerProcess, type WorkerProcess } from "../../support/worker-process.ts";

const hourMs = 60 * minuteMs;
const startMs = Date.UTC(2026, 10, 21, 3);

describe("the ledger as text", () => {
  const ns = (minute: number): bigint => BigInt(startMs + minute * minuteMs) * 1_000_000n;
  const recount = (changes: Partial<Recount>): Recount => ({
    atMs: startMs + 60 * minuteMs,
    result: "equal",
    counted: 100,
    errors: 0,
    because: null,
    ...changes,
  });
  const line = (fromMin: number, closed: Partial<ClosedPart> | null, changes: Partial<Coverage> = {}): Coverage => ({
    ...sampleCoverage(ns(fromMin), ns(fromMin + 15)),
    closed:
      closed === null
        ? null
        : {
            window: { fromNs: ns(fromMin), toNs: ns(fromMin + 5) },
            entries: 100,
            dueAtMs: null,
            recount: null,
            ...closed,
          },
    ...changes,
  });

  it("says of each window what counting it again has shown", () => {
    const nowMs = startMs + 3 * hourMs;
    const cells = ledgerTable(
      [
        line(0, null),
        line(5, { dueAtMs: nowMs + 9 * minuteMs }),
        line(10, { dueAtMs: nowMs - 1 }),
        line(15, {}),
        line(20, { recount: recount({}) }),
        line(25, {
          entries: 102,
          recount: recount({ result: "read-again", counted: 102, errors: 1, atMs: nowMs - 50 * minuteMs }),
        }),
        line(30, { recount: recount({ result: "incomplete", counted: 130, atMs: nowMs - 72 * hourMs }) }),
        line(
          35,
          { recount: recount({ result: "not-counted", counted: null, because: "No.", atMs: nowMs - 5_000 }) },
          { gap: "Gone." },
        ),
      ],
      nowMs,
    );
    const rows = cells
      .trimEnd()
      .split("\n")
      .map((row) => row.split(/ {2,}/));
    expect(rows[0]).toEqual([
      "ENVIRONMENT",
      "FROM",
      "TO",
      "PAGES",
      "ENTRIES",
      "NEW ERRORS",
      "IGNORED",
      "LATE",
      "SEEN BEFORE",
      "COUNTED AGAIN",
      "GAP",
    ]);
    expect(rows.slice(1).map((row) => [row[9], row[10]])).toEqual([
      ["-", "none"],
      ["due 2026-11-21 06:09:00Z", "none"],
      ["due now", "none"],
      ["no more: read late enough", "none"],
      ["2 h ago: equal", "none"],
      ["50 min ago: 102 counted, read again, 1 late error", "none"],
      ["3 d ago: 130 counted, 100 given out", "none"],
      ["5 s ago: not counted", "Gone."],
    ]);
  });

  it("puts neighbours that are as they were into one row", () => {
    const equal = (fromMin: number) => line(fromMin, { recount: recount({}) });
    const table = recountTable([
      equal(0),
      equal(5),
      equal(10),
      line(15, { recount: recount({ result: "read-again", counted: 101, errors: 1 }) }),
      equal(20),
      equal(30),
    ]);
    expect(
      table
        .trimEnd()
        .split("\n")
        .map((row) => row.split(/ {2,}/).slice(1)),
    ).toEqual([
      ["FROM", "TO", "WINDOWS", "READ", "COUNTED NOW", "RESULT"],
      ["2026-11-21 03:00:00Z", "2026-11-21 03:15:00Z", "3", "300", "300", "equal"],
      ["2026-11-21 03:15:00Z", "2026-11-21 03:20:00Z", "1", "100", "101", "101 counted, read again, 1 late error"],
      ["2026-11-21 03:20:00Z", "2026-11-21 03:25:00Z", "1", "100", "100", "equal"],
      ["2026-11-21 03:30:00Z", "2026-11-21 03:35:00Z", "1", "100", "100", "equal"],
    ]);
  });

  it("sums up what it proves", () => {
    expect(proofText("dev", [line(0, { recount: recount({}) }), line(5, { dueAtMs: 1 })])).toBe(
      `dev: read from 2026-11-21 03:00:00Z to 2026-11-21 03:20:00Z, without a hole, with 0 recorded gaps.
  counted again: 1 window equal, 0 differed and read again (0 late errors found), 1 due later.
`,
    );
    const worse = [
      line(0, { recount: recount({ result: "read-again", errors: 2 }) }),
      line(
        60,
        { recount: recount({ result: "incomplete", because: "Loki counts 130 and gives out 100." }) },
        { gap: "Too much." },
      ),
    ];
    expect(proofText("dev", worse)).toBe(
      `dev: read from 2026-11-21 03:00:00Z to 2026-11-21 04:15:00Z, with 1 hole, with 1 recorded gap.
  nothing was read from 2026-11-21 03:15:00Z to 2026-11-21 04:00:00Z
  counted again: 0 windows equal, 1 differed and read again (2 late errors found), 1 with more than Loki gives out.
  Loki counts 130 and gives out 100.
`,
    );
  });
});

describe("error-autopilot coverage", () => {
  let worker: WorkerProcess;
  beforeAll(() => {
    worker = startWorkerProcess();
  });
  afterAll(() => worker.close());

  /** A world in which three runs have read until an hour ago. */
  function inReadWorld(work: (world: SmallWorld, readMs: number) => Promise<void>): Promise<void> {
    const readMs = Date.now() - hourMs;
    return inWorld({ nowMs: readMs, hasModel: false, mode: "dry-run" }, async (world) => {
      for (const agoMin of [20, 10, 0]) await worker.run(world, readMs - agoMin * minuteMs);
      world.setNowMs(Date.now());
      await work(world, readMs);
    });
  }

  it("tells what is due, and with --audit counts it now, finds what came late, and counts it once", () =>
    inReadWorld(async (world, readMs) => {
      const before = await worker.cli(world, ["coverage"]);
      expect(before).toMatchObject({ code: 0, stderr: "" });
      expect(before.stdout).toMatch(/^dev .* due now {2,}none$/m);
      expect(before.stdout).toMatch(/^dev: read from .*, without a hole, with 0 recorded gaps\.$/m);

      const equal = await worker.cli(world, ["coverage", "--audit"]);
      expect(equal).toMatchObject({ code: 0, stderr: "" });
      expect(equal.stdout).toMatch(/^dev {2,}\S+ \S+ {2,}\S+ \S+ {2,}3 {2,}11 {2,}11 {2,}equal$/m);
      expect(equal.stdout).toContain("counted again: 3 windows equal, 0 differed");
      expect((await worker.cli(world, ["coverage"])).stdout).toMatch(/\d s ago: equal {2,}none$/m);

      pushFailureOf(world.loki, { kind: "Late", service: "orders", atMs: readMs - 40 * minuteMs });
      const found = await worker.cli(world, ["coverage", "--audit"]);
      expect(found).toMatchObject({ code: 0, stderr: "" });
      expect(found.stdout).toContain("1 late error was found and counted; the next run investigates what is new.");
      expect(found.stdout).toMatch(/ 1 {2,}1 {2,}1 {2,}1 counted, read again, 1 late error$/m);
      const again = await worker.cli(world, ["coverage", "--audit", "--json"]);
      const lines = again.stdout
        .trimEnd()
        .split("\n")
        .map((each) => JSON.parse(each));
      expect(lines.map(({ closed }) => closed.recount.result)).toEqual(["equal", "equal", "equal"]);
      const incidents = await worker.cli(world, ["incidents", "list"]);
      expect(incidents.stdout).toContain("LateError");
    }));

  it("ends with 3 where Loki has more than it gives out, with 1 where it does not count, with 2 for an unknown environment", () =>
    inReadWorld(async (world, readMs) => {
      const atNs = BigInt(readMs - 40 * minuteMs) * 1_000_000n;
      world.loki.push(
        Array.from({ length: 5_001 }, (_, index) => ({
          labels: { deployment_environment: "dev", service_name: "loud" },
          timestampNs: atNs,
          line: `all is well ${index}`,
        })),
      );
      const incomplete = await worker.cli(world, ["coverage", "--audit"]);
      expect(incomplete.code).toBe(3);
      expect(incomplete.stdout).toMatch(/5001 counted, 5000 given out$/m);
      expect(incomplete.stdout).toMatch(/^ {2}At the instant \d+ ns one stream fills a whole answer of Loki/m);

      world.loki.faults.next({ kind: "answer", status: 503, body: "not now\n" }, { path: /query$/ });
      const failed = await worker.cli(world, ["coverage", "--audit"]);
      expect(failed.code).toBe(1);
      expect(failed.stderr).toMatch(/^dev: could not be counted again: Loki answered 503 .*not now/);
      const unknown = await worker.cli(world, ["coverage", "--audit", "--environment", "prod"]);
      expect(unknown).toMatchObject({ code: 2, stdout: "" });
      expect(unknown.stderr).toMatch(/^No environment "prod" is in .*service-map\.yaml\. There are: dev\.\n$/);
    }));
});
