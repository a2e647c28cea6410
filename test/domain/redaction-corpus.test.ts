import { describe, expect, it } from "vitest";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import { entryId } from "../../src/domain/entry-id.ts";
import type { ReadingRules } from "../../src/domain/reading-rules.ts";
import { redact } from "../../src/domain/redact.ts";
import { harmlessLines, leftOf, type Part, secretCases } from "../fixtures/redaction/corpus.ts";

const parts: readonly Part[] = ["seen", "held-out"];
/** As the generator of the fixtures has it, and one that no pattern was ever looked at with. */
const seeds: readonly (number | undefined)[] = [undefined, 77_003];

describe.each(parts)("the corpora, the part that is %s", (part) => {
  const cases = seeds.flatMap((seed) => secretCases(part, seed));
  const harmless = seeds.flatMap((seed) => harmlessLines(part, seed));

  it("is large enough to say something", () => {
    const carriersOf = Map.groupBy(cases, ({ kind }) => kind);
    expect(carriersOf.size).toBeGreaterThanOrEqual(120);
    for (const [kind, its] of carriersOf)
      expect([kind, new Set(its.map(({ carrier }) => carrier)).size >= 6]).toEqual([kind, true]);
    expect(harmless.length).toBeGreaterThanOrEqual(300);
  });

  it("hides every secret, and no piece of one is left", () => {
    const left = cases.flatMap(({ kind, carrier, text, secrets }) => {
      const piece = leftOf(redact(text), secrets);
      return piece === null ? [] : [{ kind, carrier, piece, text }];
    });
    expect(left).toEqual([]);
  });

  it("leaves what stands beside a secret", () => {
    expect(cases.filter(({ text }) => !redact(text).includes("A-1042")).map(({ text }) => text)).toEqual([]);
  });

  it("changes no harmless line", () => {
    const changed = harmless.filter((line) => redact(line) !== line);
    expect(changed.map((line) => [line, redact(line)])).toEqual([]);
  });

  it("is redacted once and for all, and keeps its lines", () => {
    for (const text of [...cases.map(({ text }) => text), ...harmless]) {
      const once = redact(text);
      expect(redact(once)).toBe(once);
      expect(once.split("\n").length).toBe(text.split("\n").length);
    }
  });

  it("has the same fingerprints before and after", () => {
    for (const text of [...secretCases(part).map(({ text }) => text), ...harmless]) {
      expect([text, fingerprintsOf(redact(text))]).toEqual([text, fingerprintsOf(text)]);
    }
  });
});

const rules: ReadingRules = { environment: null, serviceLabels: ["service"], aliases: {}, own: {}, levers: null };
const reader = createEntryReader(rules);

/** Of one log entry that holds the text. */
function fingerprintsOf(line: string): readonly string[] {
  const labels = { service: "shop", level: "error" };
  const entry = { id: entryId(labels, 1n, line), timestampNs: 1n, labels, structuredMetadata: {}, line };
  return reader.read([entry]).map(({ fingerprint }) => fingerprint);
}
