import { describe, expect, it } from "vitest";
import type { Incident } from "../../src/domain/incident.ts";
import { identifier, own } from "../../src/domain/inert.ts";
import { redact } from "../../src/domain/redact.ts";
import { likelySame } from "../../src/jobs/likely-same.ts";
import { incidentNamed, sampleOf } from "../support/incidents.ts";

const repository = "company/orders" as const;

function logged(name: string, title: readonly [string, string], line: string, changes: Partial<Incident> = {}) {
  const [type, place] = title;
  return incidentNamed(name, {
    title: own`${identifier(type)} in ${identifier(place)}`,
    samples: [{ ...sampleOf(null), line: redact(line) }],
    ...changes,
  });
}

function reported(number: number, incident: Incident, changes: Partial<Incident> = {}): Incident {
  const issue = {
    repository,
    number,
    url: `https://github.com/company/orders/issues/${number}`,
    reportedUntilNs: 0n,
    reportedCount: 1,
    recurrenceComment: null,
    recurrenceAtMs: 0,
  };
  return { ...incident, state: "reported", issue, ...changes };
}

const fresh = logged(
  "new",
  ["TypeError", "cart.js:total"],
  "TypeError: total of undefined\n at total (/app/cart.js:3:1)",
);

describe("issues that may tell of an incident", () => {
  it.each([
    [
      "the same function, another exception",
      ["RangeError", "cart.js:total"],
      "RangeError: price\n at total (/app/cart.js:9:1)",
      1,
    ],
    [
      "a place that the other passed through",
      ["KeyError", "server.js:handle"],
      "KeyError: x\n at handle (/app/server.js:9:1)\n at total (/app/cart.js:3:1)",
      1,
    ],
    [
      "the same exception and near words",
      ["TypeError", "page.js:render"],
      "TypeError: label of undefined\n at render (/app/page.js:9:1)",
      1,
    ],
    ["most of its words", ["Error", "page.js:render"], "Error: total of undefined\n at render (/app/page.js:9:1)", 1],
    [
      "only the same exception",
      ["TypeError", "page.js:render"],
      "TypeError: fetch failed loudly here\n at render (/app/page.js:9:1)",
      0,
    ],
    ["nothing in common", ["KeyError", "page.js:render"], "KeyError: colour\n at render (/app/page.js:9:1)", 0],
  ] as const)("with %s: %#", (_name, title, line, count) => {
    const other = reported(7, logged("old", title, line));
    expect(likelySame(fresh, repository, [other])).toHaveLength(count);
  });

  it("are open ones of the same repository, of others, and not what it was told apart from", () => {
    const other = reported(7, logged("old", ["TypeError", "cart.js:total"], fresh.samples[0]?.line ?? ""));
    expect(likelySame(fresh, repository, [other])).toMatchObject([{ incident: other.id, repository, number: 7 }]);
    expect(likelySame(fresh, "company/shop", [other])).toEqual([]);
    expect(likelySame(fresh, null, [other])).toEqual([]);
    expect(likelySame({ ...fresh, notSameAs: [other.id] }, repository, [other])).toEqual([]);
    expect(likelySame(other, repository, [other])).toEqual([]);
    for (const changes of [{ state: "fixed" }, { state: "muted" }, { issue: null }, { sameAs: fresh.id }] as const) {
      expect(likelySame(fresh, repository, [{ ...other, ...changes }])).toEqual([]);
    }
  });

  it("are at most three, the likeliest first, each with a short entry", () => {
    const line = `TypeError: total of undefined ${"x".repeat(9_000)}\n at total (/app/cart.js:3:1)`;
    const others = [1, 2, 3, 4, 5].map((number) =>
      reported(
        number,
        logged(`old${number}`, number === 2 ? ["TypeError", "cart.js:total"] : ["Error", "cart.js:sum"], line),
      ),
    );
    const found = likelySame(fresh, repository, others);
    expect(found).toHaveLength(3);
    expect(found[0]?.number).toBe(2);
    for (const each of found) expect(each.line.length).toBeLessThan(2_000);
  });
});
