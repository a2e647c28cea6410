import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";
import { createSourceMapFolder } from "../../src/adapters/source-maps/source-map-folder.ts";
import type { Exception, Frame } from "../../src/domain/error-entry.ts";
import { withOriginalFrames } from "../../src/gather/code/original-frames.ts";
import { temporaryFolder } from "../adapters/git/git-repository.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const source = `interface Item {
  readonly price: number;
}
interface Cart {
  readonly items: readonly Item[];
}

export function total(cart: Cart): number {
  return cart.items.reduce((sum, item) => sum + item.price, 0);
}
`;
const compiled = ts.transpileModule(source, {
  fileName: "webpack://shop/./src/cart.ts?a1b2",
  compilerOptions: { sourceMap: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
});
const map = compiled.sourceMapText ?? "";
const lines = compiled.outputText.split("\n");
const line = lines.findIndex((each) => each.includes("reduce")) + 1;
const column = (lines[line - 1] ?? "").indexOf("item.price") + 1;

const frame = (rest: Partial<Frame>): Frame => {
  return { function: "total", module: null, file: "/app/dist/main.js", line, column, isOwn: true, ...rest };
};
const thrown = (...frames: readonly Frame[]): readonly Exception[] => [{ type: "TypeError", message: "x", frames }];

async function originals(frames: readonly Frame[], text: string | null = map) {
  const [exception] = await withOriginalFrames(thrown(...frames), async () => text);
  return exception?.frames ?? [];
}

describe("frames of a bundle", () => {
  it("stand where the source says it", async () => {
    expect(line).toBeLessThan(9);
    const [found] = await originals([frame({})]);
    expect(found).toMatchObject({ file: expect.stringMatching(/cart\.ts$/), line: 9, function: "total", isOwn: true });
    const [minified] = await originals([frame({ function: "t" })]);
    expect(minified).toMatchObject({ line: 9, function: null });
  });

  it("stay as they are without a column, a map, or a place in it", async () => {
    for (const same of [
      frame({ column: null }),
      frame({ line: 9_999 }),
      frame({ file: "/app/src/cart.ts" }),
      frame({ file: null }),
    ]) {
      expect(await originals([same])).toEqual([same]);
    }
    expect(await originals([frame({})], null)).toEqual([frame({})]);
    for (const text of [
      "",
      "not json",
      "[]",
      '{"version":3}',
      '{"version":3,"sources":[null],"mappings":"AAAA"}',
      `{"version":3,"mappings":"${"A".repeat(1000)}"}`,
    ]) {
      expect(await originals([frame({})], text), text.slice(0, 40)).toEqual([frame({})]);
    }
  });

  it("are nobody's own where the map leads into a library", async () => {
    const library = map.replace(/"sources":\[[^\]]*\]/, '"sources":["webpack://shop/./node_modules/lib/index.ts"]');
    expect((await originals([frame({})], library))[0]).toMatchObject({
      file: "node_modules/lib/index.ts",
      isOwn: false,
    });
  });
});

describe("a folder of source maps", () => {
  const maps = join(folder.path, "dist");
  mkdirSync(join(maps, "assets"), { recursive: true });
  writeFileSync(join(maps, "main.js.map"), "outer");
  writeFileSync(join(maps, "assets", "main.js.map"), "inner");
  writeFileSync(join(folder.path, "secret.js.map"), "secret");
  symlinkSync(join(folder.path, "secret.js.map"), join(maps, "linked.js.map"));
  const read = createSourceMapFolder(maps);

  it("has the map of the longest end of an address", async () => {
    expect(await read("https://shop.example.com/assets/main.js?v=3")).toBe("inner");
    expect(await read("C:\\app\\dist\\main.js")).toBe("outer");
    expect(await read("/srv/app/other.js")).toBeNull();
  });

  it("gives out nothing from outside of it, whatever a frame names", async () => {
    for (const file of [
      "../secret.js",
      "/app/../../secret.js",
      "linked.js",
      `${folder.path}/secret.js`,
      "",
      "..",
      "\0.js",
      "a".repeat(5_000),
    ]) {
      expect(await read(file), file.slice(0, 40)).toBeNull();
    }
  });
});
