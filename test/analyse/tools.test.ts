import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEvidenceShelf, type EvidenceShelf } from "../../src/analyse/evidence-shelf.ts";
import { createTools, type Tools } from "../../src/analyse/tools.ts";
import { newRedactionMemory } from "../../src/domain/redact.ts";
import { bundleOf, openWorld, type Service, type World } from "./world.ts";

const never = new AbortController().signal;
const long = Array.from({ length: 900 }, (_, index) => `row ${index + 1}`).join("\n");

describe("the tools of the analysis", () => {
  let world: World;
  let shop: Service;
  let shelf: EvidenceShelf;
  let tools: Tools;
  beforeEach(async () => {
    world = await openWorld();
    shop = await world.service("shop", {
      "src/total.js": "export function total(order) {\n  return order.sum / order.count;\n}\n",
      "src/wide.js": `const wide = "${"x".repeat(60_000)}";\n`,
      "data/rows.txt": long,
      ".env": "TOKEN=never\n",
    });
    use([shop]);
  });
  afterEach(() => world.close());

  function use(codes: readonly Service[], answerBytesMax = 4_000): void {
    shelf = createEvidenceShelf(bundleOf([]));
    tools = createTools(codes, shelf, newRedactionMemory(), answerBytesMax);
  }
  const run = (name: string, input: unknown) => tools.run({ name, input }, never);

  it("reads lines with their numbers, under an id that can be cited", async () => {
    const { text, isError } = await run("read_lines", { path: "src/total.js", first: 2, last: 3 });
    expect(isError).toBe(false);
    expect(text).toBe("lines-1: src/total.js, lines 2 to 3 of 3\n| 2 |   return order.sum / order.count;\n| 3 | }");
    expect(shelf.bundle().evidence).toMatchObject([
      { id: "lines-1", path: "src/total.js", commit: shop.version.deployed, firstLine: 2, lastLine: 3 },
    ]);
  });

  it("gives the same lines the same id", async () => {
    const ask = { path: "src/total.js", first: 1, last: 3 };
    expect(await run("read_lines", ask)).toEqual(await run("read_lines", ask));
    expect(shelf.bundle().evidence).toHaveLength(1);
  });

  it("lists, searches and tells the history", async () => {
    expect((await run("list_files", { under: "src" })).text).toBe("2 files.\n| src/total.js\n| src/wide.js");
    expect((await run("search", { text: "order.count", under: "" })).text).toMatch(
      /^1 lines\.\nlines-1: src\/total\.js, line 2\n\| 2 \|/,
    );
    expect((await run("log", { path: "src/total.js" })).text).toMatch(
      /^commit-1: [0-9a-f]{12}\n\| 2026-01-\d\d Ada: add shop$/,
    );
  });

  it("keeps every answer below its limit, and what was not shown out of the evidence", async () => {
    for (const [name, input] of [
      ["read_lines", { path: "data/rows.txt", first: 1, last: 900 }],
      ["read_lines", { path: "src/wide.js", first: 1, last: 1 }],
      ["search", { text: "row", under: "" }],
    ] as const) {
      const { text, isError } = await run(name, input);
      expect(isError).toBe(false);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4_000);
    }
    const [rows] = shelf.bundle().evidence;
    expect(rows).toMatchObject({ firstLine: 1, lastLine: rows?.text.split("\n").length });
    expect(rows?.text.split("\n").length).toBeLessThan(300);
  });

  it.each([
    ["run_shell", { command: "id" }, /no tool of that name/],
    ["read_lines", { path: "src/total.js" }, /not as described/],
    ["read_lines", { path: "src/total.js", first: 3, last: 1 }, /before/],
    ["read_lines", { path: "src/total.js", first: Number.NaN, last: 1 }, /not as described/],
    ["read_lines", { path: "src/total.js", first: 90, last: 99 }, /3 lines only/],
    ["read_lines", { path: "../../etc/passwd", first: 1, last: 9 }, /cannot leave/],
    ["read_lines", { path: "/etc/passwd", first: 1, last: 9 }, /no such text file/],
    ["read_lines", { path: ".env", first: 1, last: 9 }, /may not be read/],
    ["list_files", { under: "nowhere" }, /No files/],
    ["search", { text: "", under: "" }, /two characters/],
    ["log", { path: "nowhere" }, /No commit/],
    ["list_files", null, /not as described/],
  ])("answers %s %j with words and no exception", async (name, input, because) => {
    const { text, isError } = await run(name, input);
    expect(isError).toBe(true);
    expect(text).toMatch(because);
    expect(shelf.bundle().evidence).toEqual([]);
  });

  it("shows no part of a secret, wherever the lines are entered and cut", async () => {
    const token = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
    const row = "MIIEpAIBAAKCAQEA7bq2mPpQ1xkqz0YbT9m4W5tQ8sT3vN6xR2uL1oJ9dK4hF7gC";
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${`${row}\n`.repeat(8)}-----END RSA PRIVATE KEY-----`;
    const before = [440, 460, 480, 495].map((length) => `${"x".repeat(length)} ${token} found`);
    const files = { "key.js": `const key = \`\n${key}\n\`;\n`, "long.js": `${before.join("\n")}\n` };
    use([await world.service("secrets", files)], 40_000);
    const calls = [
      { name: "read_lines", input: { path: "key.js", first: 4, last: 6 } },
      { name: "search", input: { text: "4W5tQ8", under: "" } },
      { name: "read_lines", input: { path: "long.js", first: 1, last: 4 } },
      { name: "search", input: { text: "found", under: "" } },
    ];
    for (const call of calls) {
      const { text } = await tools.run(call, never);
      expect(text, JSON.stringify(call)).not.toMatch(/4W5t|ghp_|01234567/);
    }
    expect(JSON.stringify(shelf.bundle().evidence)).not.toMatch(/4W5t|ghp_|01234567/);
  });

  it("says so when nothing contains a text, which is an answer and no error", async () => {
    expect(await run("search", { text: "order.price", under: "" })).toMatchObject({ isError: false });
  });

  it("names the service in every tool when the code of several is at hand", async () => {
    const stock = await world.service("stock", { "stock.py": "LEFT = 3\n" });
    use([shop, stock]);
    expect(tools.definitions.map(({ inputSchema }) => inputSchema["required"])).toEqual([
      ["under", "service"],
      ["path", "first", "last", "service"],
      ["text", "under", "service"],
      ["path", "service"],
    ]);
    expect((await run("list_files", { under: "", service: "stock" })).text).toContain("| stock.py");
    expect((await run("list_files", { under: "", service: "billing" })).isError).toBe(true);
  });

  it("offers nothing where there is no code", async () => {
    use([]);
    expect(tools.definitions).toEqual([]);
    expect((await run("list_files", { under: "" })).isError).toBe(true);
  });

  it("stops with the signal's reason", async () => {
    const stop = AbortSignal.abort(new Error("paused"));
    await expect(tools.run({ name: "list_files", input: { under: "" } }, stop)).rejects.toThrow("paused");
  });
});
