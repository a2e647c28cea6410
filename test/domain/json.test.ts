import { describe, expect, it } from "vitest";
import { toJson } from "../../src/domain/json.ts";

describe("JSON for people and programs", () => {
  it("has bigints as decimal strings", () => {
    expect(toJson({ at: 1_788_000_000_000_000_001n })).toBe('{"at":"1788000000000000001"}');
  });

  it("has bytes as base64", () => {
    expect(toJson({ after: Uint8Array.of(1, 2), read: Buffer.from([3]) })).toBe('{"after":"AQI=","read":"Aw=="}');
  });

  it("escapes what a terminal would obey, and says the same", () => {
    const text = "\u009b31m \u202eevil\u2066 \u007f 가나다 ⟨email:1⟩";
    const json = toJson({ text });
    expect(json).toContain("가나다 ⟨email:1⟩");
    expect(json).not.toMatch(/[\u007f-\u009f\u202e\u2066]/);
    expect(JSON.parse(json)).toEqual({ text });
  });
});
