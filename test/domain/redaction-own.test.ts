import { afterEach, describe, expect, it } from "vitest";
import { redact, redactWithFindings, useOwnRedaction } from "../../src/domain/redact.ts";
import { noOwnRedaction } from "../../src/domain/redaction/own-redaction.ts";

afterEach(() => useOwnRedaction(noOwnRedaction));

describe("own patterns", () => {
  it("hide what they match, numbered like every other kind", () => {
    useOwnRedaction({ patterns: [{ kind: "employee-number", pattern: "EMP-\\d{6}" }], allow: [] });
    const { text, found } = redactWithFindings("EMP-123456 asked EMP-654321, then EMP-123456");
    expect(text).toBe("⟨employee-number:1⟩ asked ⟨employee-number:2⟩, then ⟨employee-number:1⟩");
    expect(found).toEqual([{ kind: "employee-number", count: 3 }]);
    expect(redact(text)).toBe(text);
  });

  it("never touch a placeholder, whatever they match", () => {
    useOwnRedaction({ patterns: [{ kind: "word", pattern: "(?<![a-z])[a-z]{5}(?![a-z])" }], allow: [] });
    const once = redact("a kim@acme.example b hello");
    expect(once).toBe("a ⟨email:1⟩ b ⟨word:1⟩");
    expect(redact(once)).toBe(once);
  });

  it("come before the table, so that the placeholder says their kind", () => {
    useOwnRedaction({ patterns: [{ kind: "customer", pattern: "[a-z]{1,40}@customers\\.example" }], allow: [] });
    expect(redact("kim@customers.example and lee@acme.example")).toBe("⟨customer:1⟩ and ⟨email:1⟩");
  });
});

describe("the allow list", () => {
  it("lets a value stay that a rule finds, and no other", () => {
    useOwnRedaction({ patterns: [], allow: ["support@acme.example"] });
    expect(redact("support@acme.example wrote to kim@acme.example")).toBe("support@acme.example wrote to ⟨email:1⟩");
  });

  it("takes a star at either end for anything", () => {
    useOwnRedaction({ patterns: [], allow: ["*@acme.example", "1588-*", "*.internal*"] });
    const line = "kim@acme.example 1588-1234 a@b.internal.example";
    expect(redact(line)).toBe(line);
    expect(redact("kim@other.example 1577-1234")).toBe("⟨email:1⟩ ⟨phone:1⟩");
  });
});
