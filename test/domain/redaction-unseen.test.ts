import { describe, expect, it } from "vitest";
import { redact } from "../../src/domain/redact.ts";
import { leftOver, secretLines } from "../fixtures/redaction/unseen-first/corpus.ts";
import { harmlessLines } from "../fixtures/redaction/unseen-first/harmless.ts";

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
/** Tokens in base64 may have slashes, so a path behind one goes with it. */
const hiddenWithIt: ReadonlySet<string> = new Set([
  "grafana-cloud-token in path-part",
  "stripe-webhook-secret in path-part",
]);

describe("a set by somebody who had not seen the patterns", () => {
  const lines = secretLines();
  const redacted = lines.map((line) => ({ line, at: `${line.kind} in ${line.carrier}`, output: redact(line.text) }));

  it("is large enough to say something", () => {
    const carriersOf = Map.groupBy(lines, ({ kind }) => kind);
    expect(carriersOf.size).toBeGreaterThanOrEqual(400);
    for (const [kind, its] of carriersOf) expect([kind, its.length >= 10]).toEqual([kind, true]);
    expect(harmlessLines().length).toBeGreaterThanOrEqual(800);
  });

  it("is hidden, but for what looks like words", () => {
    const left = redacted.filter(({ line, output }) => leftOver(line, output).length > 0);
    expect(left.filter(({ at }) => !leftOpen.has(at)).map(({ at, line }) => [at, line.text])).toEqual([]);
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
    const changed = harmlessLines().filter((line) => redact(line) !== line);
    expect(changed.map((line) => [line, redact(line)])).toEqual([]);
  });
});
