import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { explain } from "../../src/detect/explain/explain.ts";
import { createReadingRules } from "../support/corpora/reading-rules.ts";
import { logEntry } from "./log-entries.ts";

const path = join(import.meta.dirname, "..", "fixtures", "identity-pairs", "pairs.txt");
const rules = createReadingRules([]);

/** `=== same: name` or `=== different: name`, then entries apart by `---`. */
const pairs = readFileSync(path, "utf8")
  .split(/\n(?==== )/)
  .map((block) => {
    const [head = "", ...lines] = block.trimEnd().split("\n");
    const [kind = "", name = ""] = head.replace("=== ", "").split(": ", 2);
    return { kind, name, entries: lines.join("\n").split("\n---\n") };
  });

describe("entries that are told differently", () => {
  it.for(pairs.filter(({ kind }) => kind === "same"))("are one bug: $name", ({ entries }) => {
    expect(groupsOf(entries)).toHaveLength(1);
  });
});

describe("entries that are told alike", () => {
  it.for(pairs.filter(({ kind }) => kind === "different"))("are bugs of their own: $name", ({ entries }) => {
    expect(groupsOf(entries)).toHaveLength(entries.length);
  });
});

function groupsOf(lines: readonly string[]): readonly string[] {
  const entries = lines.map((line, at) =>
    logEntry(line, { labels: { service_name: "shop" }, timestampNs: BigInt(at + 1) * 1_000_000_000n }),
  );
  const explained = explain(entries, rules, () => null);
  expect(explained.every(({ isError }) => isError)).toBe(true);
  return [...new Set(explained.map(({ group }) => group ?? "none"))];
}
