import { describe, expect, it } from "vitest";
import { incidentTitle } from "../../src/detect/entries/incident-title.ts";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";

const reader = createEntryReader({
  environment: "dev",
  serviceLabels: ["service"],
  aliases: {},
  own: {},
  levers: null,
});
const signature = "e251f3a90687d099ee2682042d3ff4fb5515e23c5dde869cdb5a7d2689859a1b";

function titleOf(line: string): string {
  const labels = { service: "orders", level: "error" };
  const [read] = reader.read([{ id: "1", timestampNs: 1n, labels, structuredMetadata: {}, line }]);
  if (read === undefined) throw new Error("no entry");
  return incidentTitle(read);
}

describe("an incident's title", () => {
  it("has no part of a secret that stood where a function's name stands", () => {
    const url = `https://bucket.s3.amazonaws.com/a?X-Amz-Signature=${signature}`;
    const title = titleOf(`TypeError: x\n    at ${url} (/app/src/total.js:4:29)`);
    expect(title).toMatch(/^TypeError in total\.js/);
    expect(title).not.toContain(signature.slice(0, 8));
  });

  it("names type and place", () => {
    expect(titleOf("TypeError: x\n    at total (/app/src/total.js:4:29)")).toBe("TypeError in total.js:total");
  });
});
