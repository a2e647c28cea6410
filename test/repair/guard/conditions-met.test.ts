import { describe, expect, it } from "vitest";
import { createSyntaxReader } from "../../../src/adapters/syntax/syntax-reader.ts";
import { newRedactionMemory } from "../../../src/domain/redact.ts";
import { guardPatch } from "../../../src/repair/guard/guard-patch.ts";
import { unifiedDiff } from "../../../src/repair/unified-diff.ts";

const rules = { linesMax: 30, protectedPaths: [], configFiles: [], under: "", redaction: newRedactionMemory() };
const syntax = createSyntaxReader();

const script = `export function zoneOf(address) {
  if (address.country === "KR") return "home";
  return zones[address.country] ?? "world";
}

export function limitOf(user) {
  if (user.blocked) {
    return 0;
  }
  return user.limit;
}
`;
const python = `def zone_of(address):
    if address.country == "KR":
        return "home"
    return ZONES[address.country]
`;
const korea = 'if (address.country === "KR") return "home";';

describe("a constant that was answered before", () => {
  it.each([
    [script, korea, 'if (address?.country === "KR") return "home";'],
    [script, korea, 'if (address == null || address.country === "KR") return "home";'],
    [script, korea, 'if (!address || address.country === "KR") return "home";'],
    [script, "if (user.blocked) {", "if (user == null || user.blocked) {"],
    [python, 'if address.country == "KR":', 'if address is None or address.country == "KR":'],
  ])("may be answered also where something is missing (%#)", async (before, from, to) => {
    expect(await broken(before, from, to)).toEqual([]);
  });

  it.each([
    [script, korea, 'if (address == null || address.country === "KR") return "free";'],
    [script, korea, 'if (address.country === "KR" || address.city) return "home";'],
    [script, korea, 'if (address.country === "KR" || true) return "home";'],
    [script, korea, 'if (user.blocked) return "home";'],
    [script, korea, 'if (address.country !== "KR") return "home";'],
    [script, "if (user.blocked) {", "if (!user.blocked) {"],
    [script, "if (user.blocked) {", "if (user.blocked || user.limit > 5) {"],
    [python, 'if address.country == "KR":', 'if address.city or address.country == "KR":'],
    [python, 'if address.country == "KR":', 'if not address.country == "KR":'],
  ])("may not be answered for anything else (%#)", async (before, from, to) => {
    expect(await broken(before, from, to)).not.toEqual([]);
  });
});

describe("a value that the model did not see", () => {
  it("is not written by its placeholder", async () => {
    expect(await broken(script, '"world"', '"⟨email:1⟩"')).toContain("characters");
  });
});

async function broken(before: string, from: string, to: string): Promise<readonly string[]> {
  const path = before === python ? "shop/zones.py" : "src/zones.js";
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  const bytes = (text: string) => new TextEncoder().encode(text);
  const files = [{ path, before: bytes(before), after: bytes(after), isTest: false }];
  const patch = {
    incident: "i0123456789ab",
    repository: "acme/shop",
    base: "a".repeat(40),
    files,
    diff: unifiedDiff(path, before, after),
  } as const;
  const results = await guardPatch(patch, rules, syntax);
  return results.filter(({ holds }) => !holds).map(({ rule }) => rule);
}
