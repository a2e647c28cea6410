import { describe, expect, it } from "vitest";
import { redact } from "../../src/domain/redact.ts";
import { secretLines as first, leftOver, type SecretLine } from "../fixtures/redaction/unseen-first/corpus.ts";
import { harmlessLines as firstHarmless } from "../fixtures/redaction/unseen-first/harmless.ts";
import { secretLines as second, harmlessLines as secondHarmless } from "../fixtures/redaction/unseen-second/corpus.ts";

interface UnseenSet {
  readonly name: string;
  readonly lines: readonly SecretLine[];
  readonly harmless: readonly string[];
  readonly kindsMin: number;
  readonly harmlessMin: number;
}

const sets: readonly UnseenSet[] = [
  { name: "the first", lines: first(), harmless: firstHarmless(), kindsMin: 400, harmlessMin: 800 },
  { name: "the second", lines: second(), harmless: secondHarmless(), kindsMin: 120, harmlessMin: 300 },
];

/** What looks like a word or a name beside its own, where hiding it would hide words and names. */
const leftOpen: ReadonlySet<string> = new Set([
  "naver-client-secret in sentence-is",
  "nhn-secret-key in scala-map",
  "nhn-app-key in json-escaped-twice",
  "nhn-app-key in xml-element",
  "nhn-app-key in grpc-metadata",
  "nhn-app-key in flag-equals",
  "nhn-app-key in source-environment-default",
  "nhn-app-key in bracketed",
  "password-word in sentence-rejected",
  "passphrase in sentence-rejected",
  "secret-word in stack-trace-java",
]);
/** Small letters make an IBAN look like an id. */
const leftOpenKind = "iban-lower";
/** Tokens in base64 may have slashes, so a path behind one goes with it. */
const hiddenWithIt: ReadonlySet<string> = new Set([
  "grafana-cloud-token in path-part",
  "stripe-webhook-secret in path-part",
]);

describe.each(sets)(
  "a set made without a look at the patterns, $name",
  ({ lines, harmless, kindsMin, harmlessMin }) => {
    const redacted = lines.map((line) => ({ line, at: `${line.kind} in ${line.carrier}`, output: redact(line.text) }));

    it("is large enough to say something", () => {
      const carriersOf = Map.groupBy(lines, ({ kind }) => kind);
      expect(carriersOf.size).toBeGreaterThanOrEqual(kindsMin);
      for (const [kind, its] of carriersOf) expect([kind, its.length >= 10]).toEqual([kind, true]);
      expect(harmless.length).toBeGreaterThanOrEqual(harmlessMin);
    });

    it("is hidden, but for what looks like words", () => {
      const left = redacted.filter(({ line, output }) => leftOver(line, output).length > 0);
      expect(
        left
          .filter(({ at, line }) => !leftOpen.has(at) && line.kind !== leftOpenKind)
          .map(({ at, line }) => [at, line.text]),
      ).toEqual([]);
    });

    it("leaves what stands beside a secret", () => {
      const lost = redacted.filter(({ at, line, output }) => !output.includes(line.kept) && !hiddenWithIt.has(at));
      expect(lost.map(({ at, output }) => [at, output])).toEqual([]);
    });

    it("is redacted once and for all, and keeps its lines", () => {
      const again = redacted.filter(({ output }) => redact(output) !== output);
      expect(again.map(({ at, output }) => [at, output, redact(output)])).toEqual([]);
      const torn = redacted.filter(({ line, output }) => output.split("\n").length !== line.text.split("\n").length);
      expect(torn.map(({ at }) => at)).toEqual([]);
    });

    it("changes no harmless line", () => {
      const changed = harmless.filter((line) => redact(line) !== line);
      expect(changed.map((line) => [line, redact(line)])).toEqual([]);
    });
  },
);
