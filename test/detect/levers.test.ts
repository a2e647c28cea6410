import { describe, expect, it } from "vitest";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import { explain } from "../../src/detect/explain/explain.ts";
import { recordEntries } from "../../src/detect/incidents/record-entries.ts";
import { type IgnoreRule, type Levers, noLevers } from "../../src/domain/levers.ts";
import type { ReadingRules } from "../../src/domain/reading-rules.ts";
import { logEntry, readOne, rules, split } from "./log-entries.ts";

const withLevers = (levers: Partial<Levers>): ReadingRules => ({ ...rules, levers: { ...noLevers, ...levers } });
const labels = { service_name: "shop", namespace: "load-test" };
const java = (site: string) =>
  `ERROR m\njava.net.SocketTimeoutException: x\n\tat ${site}(A.java:1)\n\tat com.acme.Cart.add(A.java:2)`;

describe("own and notOwn", () => {
  it("take frames away from what own, or our rule, says", () => {
    const line = java("com.acme.generated.Client.call");
    expect(readOne(line, { labels }).exceptions[0]?.frames.map(({ isOwn }) => isOwn)).toEqual([true, true]);
    for (const own of [{}, { shop: ["com.acme"] }]) {
      const by = { ...withLevers({ notOwn: { shop: ["com.acme.generated"] } }), own };
      const read = readOne(line, { labels }, by);
      expect(read.exceptions[0]?.frames.map(({ isOwn }) => isOwn)).toEqual([false, true]);
      expect(read.because.join("\n")).toContain(", but for its notOwn: com.acme.generated.");
    }
    // Another service's are its own.
    const other = readOne(line, { labels }, withLevers({ notOwn: { other: ["com.acme"] } }));
    expect(other.exceptions[0]?.frames.every(({ isOwn }) => isOwn)).toBe(true);
  });
});

describe("the least level", () => {
  const levelled = (level: string) => JSON.stringify({ level, message: "disk is full" });
  it.each([
    ["warn", "warn", true],
    ["warn", "info", false],
    ["error", "warn", false],
    ["error", "error", true],
    ["fatal", "error", false],
    ["fatal", "fatal", true],
  ] as const)("%s takes %s: %s", (floor, level, isError) => {
    expect(readOne(levelled(level), { labels }, withLevers({ floors: { shop: floor } })).isError).toBe(isError);
    expect(readOne(levelled(level), { labels }, withLevers({ floor })).isError).toBe(isError);
  });

  it("is told where it decides, with the lever's name", () => {
    const ofService = readOne(levelled("error"), { labels }, withLevers({ floors: { shop: "fatal" } }));
    expect(ofService.because).toContain("services.shop.level decides that: there only what is fatal counts.");
    const ofEnvironment = readOne(levelled("warn"), { labels }, withLevers({ floor: "warn" }));
    expect(ofEnvironment.because).toContain("the environment's level decides that: there warnings count as errors.");
    expect(readOne(levelled("error"), { labels }, withLevers({ floor: "warn" })).because.join()).not.toContain(
      "decides",
    );
  });

  it("of a service wins, and a stack trace without a level is an error's", () => {
    const by = withLevers({ floor: "fatal", floors: { shop: "error" } });
    expect(readOne(levelled("error"), { labels }, by).isError).toBe(true);
    const bare = "TypeError: x\n    at add (/app/src/cart.ts:1:2)";
    expect(readOne(bare, {}, withLevers({ floor: "error" })).isError).toBe(true);
    expect(readOne(bare, {}, withLevers({ floor: "fatal" })).isError).toBe(false);
  });
});

describe("ignore rules", () => {
  const rule = (its: Partial<IgnoreRule>): IgnoreRule => ({
    name: "ignore[0]",
    because: "load test, ends in March",
    untilMs: Date.parse("2027-04-01T00:00:00Z"),
    service: null,
    type: null,
    template: null,
    match: null,
    ...its,
  });
  const ignoredBy = (its: Partial<IgnoreRule>, line = java("com.acme.A.b"), around: object = { labels }) =>
    readOne(line, around, withLevers({ ignore: [rule(its)] }));

  it.each([
    [{ service: "shop" }, true],
    [{ service: "cart" }, false],
    [{ type: "SocketTimeoutException" }, true],
    [{ type: "java.net.SocketTimeoutException" }, true],
    [{ type: "TimeoutException" }, false],
    [{ match: '{namespace="load-test"}' }, true],
    [{ match: '{namespace=~"load-.*", level="error"} |= "com.acme"' }, true],
    [{ match: '{namespace="load-test"} != "com.acme"' }, false],
    [{ match: '{namespace!="prod", missing=""} |~ "(?i)SOCKET"' }, true],
    [{ service: "shop", type: "IllegalStateException" }, false],
  ] as const)("%j: %s", (its, isIgnored) => {
    expect((ignoredBy(its) as { ignored?: unknown }).ignored !== null).toBe(isIgnored);
  });

  it("go by the message without values", () => {
    const line = JSON.stringify({ level: "error", message: "order 17 timed out after 950 ms" });
    expect(
      (ignoredBy({ template: "order <*> timed out after <*>" }, line) as { ignored?: unknown }).ignored,
    ).not.toBeNull();
    expect((ignoredBy({ template: "order <*> timed out" }, line) as { ignored?: unknown }).ignored).toBeNull();
  });

  it("end: what came later is told", () => {
    const at = (day: string) =>
      ignoredBy({ service: "shop" }, undefined, { labels, timestampNs: BigInt(Date.parse(day)) * 1_000_000n });
    expect(at("2027-03-31T23:59:59Z").because.at(-1)).toBe(
      "It is counted and not told, by ignore[0] until 2027-04-01T00:00Z: load test, ends in March",
    );
    expect((at("2027-04-01T00:00:00Z") as { ignored?: unknown }).ignored).toBeNull();
  });

  it("are shown by explain, and are an incident of their own", () => {
    const entries = [
      logEntry(java("com.acme.A.b"), { labels }),
      logEntry(java("com.acme.A.b"), { labels: { service_name: "shop" } }),
    ];
    const rows = explain(entries, withLevers({ ignore: [rule({ match: '{namespace="load-test"}' })] }), () => null);
    expect(rows.map(({ ignored, isError }) => [ignored, isError])).toEqual([
      ["load test, ends in March", true],
      [null, true],
    ]);
    expect(new Set(rows.map(({ group }) => group)).size).toBe(2);
  });

  it("keep their incident quiet until an entry comes that none of them names", () => {
    const by = { ...withLevers({ ignore: [rule({ match: '{namespace="load-test"}' })] }), environment: "dev" };
    const page = (each: readonly ReturnType<typeof logEntry>[]) =>
      recordEntries({
        errors: createEntryReader(by).read(each),
        known: { seen: new Set(), incidentOf: new Map(), incidentOfTrace: new Map(), variants: [] },
        environment: "dev",
        checkpointNs: null,
        nowMs: 0,
        traceForgetMs: 0,
      });
    const { touched, ignored } = page([
      logEntry(java("com.acme.A.b"), { labels }),
      logEntry(java("com.acme.A.b"), { labels, timestampNs: 1n }),
      logEntry(java("com.acme.A.b"), { labels: { service_name: "shop" } }),
    ]);
    expect(ignored).toBe(2);
    expect(
      touched.map(({ change, added, incident }) => [change, added, incident.state, incident.ignoredBecause]),
    ).toEqual(
      expect.arrayContaining([
        ["ignored", 2, "muted", "load test, ends in March"],
        ["new", 1, "new", null],
      ]),
    );
  });
});

describe("formats of our users' own", () => {
  const formats = [
    {
      name: "formats[0]",
      pattern: String.raw`(?<time>\S+)\|(?<level>[A-Z0-9]{1,8})\|(?<service>[\w-]+)\|(?<traceId>[0-9a-f]{32}|-)\|(?<message>.*)`,
    },
  ];
  const trace = "0af7651916cd43dd8448eb211c80319c";

  it("say level, service, trace and message of a line", () => {
    const read = readOne(`20261120T0713|FATAL|cart|${trace}|order 17: no price`, {}, withLevers({ formats }));
    expect(read).toMatchObject({
      level: "fatal",
      isError: true,
      service: "cart",
      traceId: trace,
      message: "order 17: no price",
    });
    expect(read.because).toContain("It was read by formats[0] of the service map.");
  });

  it("head a stack trace that comes below, in one entry or line by line", () => {
    const text = `20261120T0713|ERROR|cart|-|could not add\njava.lang.IllegalStateException: x\n\tat com.acme.Cart.add(Cart.java:1)`;
    const by = withLevers({ formats });
    for (const entries of [[logEntry(text)], split(text)]) {
      const [read, ...more] = createEntryReader(by).read(entries);
      expect(more).toEqual([]);
      expect(read).toMatchObject({ isError: true, message: "could not add", service: "cart", traceId: null });
      expect(read?.exceptions[0]).toMatchObject({ type: "java.lang.IllegalStateException" });
    }
  });

  it("leave lines alone that they do not match", () => {
    const line = JSON.stringify({ level: "error", message: "m" });
    expect(readOne(line, {}, withLevers({ formats })).because.join()).not.toContain("formats[0]");
  });

  it("are tried on the beginning of a long line, whose message goes on", () => {
    const read = readOne(`t|ERROR|cart|-|${"x".repeat(20_000)}`, {}, withLevers({ formats }));
    expect(read.message).toHaveLength(20_000);
  });
});

describe("a threshold", () => {
  it("is told with what would be investigated", () => {
    const threshold = { entries: { count: 10, withinMs: 300_000 }, ageMs: 3_600_000 };
    const read = readOne(java("com.acme.A.b"), { labels }, withLevers({ thresholds: { shop: threshold } }));
    expect(read.because.at(-1)).toBe(
      "It is investigated from 10 entries within 5 min or when it goes on for 1 h, by services.shop.threshold.",
    );
  });
});
