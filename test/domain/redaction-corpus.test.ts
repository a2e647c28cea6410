import { describe, expect, it } from "vitest";
import { redact } from "../../src/domain/redact.ts";
import { harmlessLines, leftOf, type Part, secretCases } from "../fixtures/redaction/corpus.ts";

/** Shares that were reached; a change of the table that falls below one has lost something. */
const reached: Readonly<Record<Part, { readonly hidden: number; readonly untouched: number }>> = {
  seen: { hidden: 0.995, untouched: 0.99 },
  "held-out": { hidden: 0.995, untouched: 0.98 },
};

describe.each(["seen", "held-out"] as const)("the gate on generated secrets and harmless lines, %s", (part) => {
  it("hides the secrets of every kind in every carrier", () => {
    const cases = secretCases(part);
    const missed = cases.filter(({ text, secrets }) => leftOf(redact(text), secrets) !== null);
    const list = missed.map(({ kind, carrier }) => `${kind} in ${carrier}`);
    expect(cases.length).toBeGreaterThan(500);
    expect(1 - missed.length / cases.length, list.slice(0, 40).join("\n")).toBeGreaterThanOrEqual(reached[part].hidden);
  });

  it("leaves harmless lines as they are", () => {
    const lines = harmlessLines(part);
    const changed = lines.filter((line) => redact(line) !== line);
    expect(lines.length).toBeGreaterThan(300);
    expect(1 - changed.length / lines.length, changed.slice(0, 20).join("\n")).toBeGreaterThanOrEqual(
      reached[part].untouched,
    );
  });
});
