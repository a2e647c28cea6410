import { describe, expect, it } from "vitest";
import { buildPatch, diffOf } from "../../src/repair/build-patch.ts";

const at = { incident: "i0123456789ab", repository: "acme/shop", base: "b".repeat(40) } as const;
const files: Readonly<Record<string, string | Uint8Array>> = {
  "src/total.js": "export const total = (order) => order.items.length;\nconst unused = 1;\nconst unused2 = 1;\n",
  "src/other.js": "export const other = 1;\n",
  "src/windows.js": "a();\r\nb();\r\nc();\r\n",
  "src/latin.js": Uint8Array.of(0xe9, 0x0a),
  "test/total.test.js": "test('one', () => {});\n",
};
const read = async (path: string) => {
  const content = files[path];
  return content === undefined ? null : typeof content === "string" ? new TextEncoder().encode(content) : content;
};
const build = (...edits: readonly (readonly [string, string, string])[]) =>
  buildPatch(
    edits.map(([path, search, replace]) => ({ path, search, replace })),
    at,
    read,
  );
const fix = ["src/total.js", "order.items.length", "order.items?.length ?? 0"] as const;

describe("a patch of what was proposed", () => {
  it("has whole files, their kind and one diff", async () => {
    const built = await build(fix, ["test/guest.test.js", "", "test('a guest', () => {});"]);
    expect(built).toMatchObject({
      kind: "built",
      patch: { ...at, files: [{ isTest: false }, { before: null, isTest: true }] },
    });
    if (built.kind !== "built") return;
    const [source, test] = built.patch.files;
    expect(new TextDecoder().decode(source?.after)).toContain("order.items?.length ?? 0;\nconst unused = 1;");
    expect(new TextDecoder().decode(test?.after)).toBe("test('a guest', () => {});\n");
    expect(built.patch.diff).toMatch(/^diff --git a\/src\/total\.js[\s\S]+new file mode 100644\n--- \/dev\/null\n/);
    expect(diffOf(built.patch.files)).toBe(built.patch.diff);
  });

  it("keeps the line ends of a file", async () => {
    const built = await build(["src/windows.js", "a();\nb();", "a();\n\nb(1);"]);
    const after = built.kind === "built" ? new TextDecoder().decode(built.patch.files[0]?.after) : "";
    expect(after).toBe("a();\r\n\r\nb(1);\r\nc();\r\n");
  });

  it("takes several edits of a file against what they saw", async () => {
    const built = await build(["src/windows.js", "c();", "b();"], ["src/windows.js", "b();", "c();"]);
    expect(built.kind === "built" && new TextDecoder().decode(built.patch.files[0]?.after)).toBe(
      "a();\r\nc();\r\nb();\r\n",
    );
  });

  it.each([
    ["no edit", [], /no edit/],
    ["a text that is not there", [["src/total.js", "order.lines", "x"]], /does not occur: `order\.lines`/],
    ["a text that is there twice", [["src/total.js", "const unused", "x"]], /occurs more than once/],
    ["edits that overlap", [fix, ["src/total.js", "items.length;", "x"]], /overlap/],
    ["an empty search in a file that exists", [["src/total.js", "", "x"]], /must name the place/],
    ["a new file by search", [["src/new.js", "x", "y"]], /no such file/],
    ["an empty new file", [fix, ["test/new.test.js", "", "\n"]], /is empty/],
    ["no change", [["src/total.js", "order.items", "order.items"]], /change nothing/],
    ["two source files", [fix, ["src/other.js", "other = 1", "other = 2"]], /2 files are changed besides tests/],
    ["a test alone", [["test/total.test.js", "one", "two"]], /Nothing but tests/],
    ["two tests", [fix, ["test/a.test.js", "", "a"], ["test/b.test.js", "", "b"]], /More than one test/],
    ["bytes that are no UTF-8", [["src/latin.js", "x", "y"]], /not text in UTF-8/],
    ["a NUL", [["src/total.js", "order.items", "\0"]], /NUL/],
    ["a path that leaves the repository", [["../etc/passwd", "", "x"]], /A path is none/],
    ["a path with a quotation mark", [['src/"x.js', "", "x"]], /A path is none/],
    ["ten megabytes", [["src/total.js", "order.items", "x".repeat(10_000_000)]], /too long/],
    ["a hundred edits", Array.from({ length: 100 }, () => fix), /100 edits/],
  ] as const)("refuses %s", async (_what, edits, because) => {
    expect(await build(...edits)).toMatchObject({ kind: "refused", because: expect.stringMatching(because) });
  });
});
