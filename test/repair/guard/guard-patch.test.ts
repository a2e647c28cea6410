import { describe, expect, it } from "vitest";
import { createSyntaxReader } from "../../../src/adapters/syntax/syntax-reader.ts";
import type { FileChange, Patch } from "../../../src/domain/patch.ts";
import { newRedactionMemory } from "../../../src/domain/redact.ts";
import { guardPatch } from "../../../src/repair/guard/guard-patch.ts";

const rules = { linesMax: 30, protectedPaths: [], configFiles: [], under: "", redaction: newRedactionMemory() };
const syntax = createSyntaxReader();

const before = "export function city(order) {\n  return order.address.city;\n}\n";
const after = 'export function city(order) {\n  return order.address?.city ?? "";\n}\n';
const path = "src/order.js";
const diff = `diff --git a/${path} b/${path}
--- a/${path}
+++ b/${path}
@@ -1,3 +1,3 @@
 export function city(order) {
-  return order.address.city;
+  return order.address?.city ?? "";
 }
`;

describe("guardPatch", () => {
  it("names every rule, and all hold for a null check", async () => {
    const results = await guard([change(path, before, after)], diff);
    expect(results.filter(({ holds }) => !holds)).toEqual([]);
    expect(new Set(results.map(({ rule }) => rule)).size).toBe(results.length);
  });

  it("does not believe a diff that shows something else than what is committed", async () => {
    const other = after.replace('""', "order.id");
    expect(await broken([change(path, before, other)], diff)).toContain("diff");
    expect(await broken([change(path, before, after)], diff.replaceAll("src/order.js", "src/other.js"))).toContain(
      "diff",
    );
    expect(await broken([change(path, before, after)], diff.replace("city(order)", "city(cart)"))).toContain("applies");
  });

  it("does not believe that a source file is a test", async () => {
    expect(await broken([{ ...change(path, before, after), isTest: true }], diff)).toContain("files");
  });

  it("refuses what is no text", async () => {
    const bytes = new Uint8Array([0, 159, 146, 150]);
    expect(await broken([{ ...change(path, before, after), after: bytes }], diff)).toContain("mode");
  });

  it("refuses a patch of nothing", async () => {
    expect(await broken([], "")).toContain("diff");
  });

  it("sees with the whole file that a function is gone", async () => {
    const old = `${before}\nexport function zip(order) {\n  return order.address.zip;\n}\n`;
    expect(await broken([change(path, old, after)], diff)).toContain("removed-code");
  });
});

function change(path: string, before: string, after: string): FileChange {
  const bytes = (text: string) => new TextEncoder().encode(text);
  return { path, before: bytes(before), after: bytes(after), isTest: false };
}

function guard(files: readonly FileChange[], diff: string) {
  const patch: Patch = { incident: "i000000000001", repository: "company/shop", base: "a".repeat(40), files, diff };
  return guardPatch(patch, rules, syntax);
}

async function broken(files: readonly FileChange[], diff: string): Promise<readonly string[]> {
  return (await guard(files, diff)).filter(({ holds }) => !holds).map(({ rule }) => rule);
}
