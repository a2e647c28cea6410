import { describe, expect, it } from "vitest";
import { rule } from "../../src/domain/policy.ts";
import { columns } from "../../src/main/columns.ts";
import { progressLines } from "../../src/main/tell-progress.ts";
import { sampleIncident } from "../support/domain-samples.ts";

const hostile = "nul\u0000 \u001b[31mred\u001b]8;;https://evil.example\u0007 \u202eback\nline";
const acting = /[^\P{Cc}\n]|\p{Cf}/u;

describe("what is printed", () => {
  it("commands no terminal and begins no row of its own, whatever a cell says", () => {
    const table = columns([
      ["audit", hostile],
      [hostile, "next"],
    ]);
    expect(table).not.toMatch(acting);
    expect(table.split("\n")).toHaveLength(3);
    expect(table).toContain("nul");
  });

  it("tells which gate is closed without what a model put into it", () => {
    const lines = progressLines({
      kind: "settled",
      answer: "found",
      incident: sampleIncident(),
      costUsd: 0,
      gates: [rule("second-opinion", false, hostile)],
      symptoms: [],
    });
    expect(lines.join("\n")).toContain("no patch: second-opinion: nul");
    expect(lines.filter((line) => acting.test(line) || line.includes("\n"))).toEqual([]);
  });
});
