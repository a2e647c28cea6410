import { describe, expect, it } from "vitest";
import { plainName } from "../../src/domain/plain-name.ts";
import { newRedactionMemory } from "../../src/domain/redact.ts";
import { cutBetweenWords, redactLines, redactPart } from "../../src/domain/redact-part.ts";

const token = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
const keyRow = "MIIEpAIBAAKCAQEA7bq2mPpQ1xkqz0YbT9m4W5tQ8sT3vN6xR2uL1oJ9dK4hF7gC";

describe("a part of a text", () => {
  it("is cut after the gate, so that no half of a secret is left", () => {
    for (let before = 60; before <= 100; before++) {
      expect(redactPart(`${"x".repeat(before)} ${token}`, 100)).not.toContain("ghp_");
    }
  });

  it("shows no half of a secret where placeholders are far shorter than what they stand for", () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${`${keyRow}\n`.repeat(150)}-----END PRIVATE KEY-----\n`;
    for (let more = 0; more < 40; more++) {
      expect(redactPart(`${key}${"y ".repeat(more)}${`${token} `.repeat(40)}`, 10)).not.toMatch(/ghp_|MII/);
    }
  });

  it("ends between two words, unless a word is longer than any secret", () => {
    expect(cutBetweenWords("one two three", 9)).toBe("one two");
    expect(cutBetweenWords("one two three", 7)).toBe("one two");
    expect(cutBetweenWords("one", 9)).toBe("one");
    expect(cutBetweenWords("z".repeat(50_000), 40_000)).toHaveLength(40_000);
  });
});

describe("lines of a file", () => {
  it("hide the rest of a private key that begins above them", () => {
    const file = [
      "const key = `",
      "-----BEGIN RSA PRIVATE KEY-----",
      keyRow,
      keyRow,
      keyRow,
      "-----END RSA PRIVATE KEY-----",
      "`;",
    ];
    const lines = redactLines(file, 3, newRedactionMemory());
    expect(lines).toEqual(["", "", "", "`;"]);
  });

  it("are one line each, and as they were where nothing is hidden", () => {
    expect(redactLines(["a", "", "b", "c"], 1, newRedactionMemory())).toEqual(["", "b", "c"]);
  });
});

describe("a plain name", () => {
  it("is what it was where it is a name", () => {
    expect(plainName("orders-api.v2")).toBe("orders-api.v2");
  });

  it("has no secret, no second line and nothing hidden in it, and an end", () => {
    expect(plainName(`svc ${token}`)).toBe("svc ⟨github-token:1⟩");
    expect(plainName("a\nb\u001b[31m\u202e")).toBe("a b⟨U+001B⟩[31m⟨U+202E⟩");
    expect(plainName("x".repeat(10_000))).toHaveLength(200);
    expect(plainName("\u202e".repeat(10_000))).toHaveLength(200);
    expect(plainName("a\ue000b")).toBe("a\ufffdb");
  });
});
