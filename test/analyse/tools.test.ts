import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEvidenceShelf, type EvidenceShelf } from "../../src/analyse/evidence-shelf.ts";
import { nothingAround } from "../../src/analyse/surroundings.ts";
import { createTools, type Tools } from "../../src/analyse/tools.ts";
import { JobLostError } from "../../src/domain/job-queue.ts";
import { newRedactionMemory } from "../../src/domain/redact.ts";
import { CodeSourceError } from "../../src/domain/sources.ts";
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
    const memory = newRedactionMemory();
    tools = createTools({ codes, around: nothingAround, shelf, memory, answerBytesMax, once: (_, work) => work() });
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
    const first = await run("read_lines", ask);
    // Another range, cut to the same lines: the same question would only be pointed back at its answer.
    expect(await run("read_lines", { ...ask, last: 9 })).toEqual(first);
    expect(shelf.bundle().evidence).toHaveLength(1);
  });

  it("lists, searches and tells the history", async () => {
    expect((await run("list_files", { under: "src" })).text).toBe("2 files.\n| src/total.js\n| src/wide.js");
    expect((await run("search", { text: "order.count", under: "" })).text).toMatch(
      /^1 to 1\.\nlines-1: src\/total\.js, line 2\n\| 2 \|/,
    );
    expect((await run("log", { path: "src/total.js" })).text).toMatch(
      /^1 to 1\.\ncommit-1: [0-9a-f]{12}\n\| 2026-01-\d\d Ada: add shop$/,
    );
  });

  it("gives long lists page by page, and says where they go on", async () => {
    const first = await run("search", { text: "row", under: "data", page: 1 });
    expect(first.text).toMatch(/^1 to 20; more on page 2\.\nlines-1: data\/rows\.txt, line 1\n/);
    expect((await run("search", { text: "row", under: "data", page: 2 })).text).toMatch(/^21 to 40; more on page 3\./);
    expect((await run("search", { text: "row", under: "data", page: 99 })).text).toMatch(/^181 to 200; ask for less\./);
  });

  it("points back at an answer that was given before", async () => {
    await run("search", { text: "order.count", under: "" });
    const again = await run("search", { under: "", text: "order.count" });
    expect(again).toMatchObject({ isError: false, text: expect.stringMatching(/asked exactly this before/) });
    await run("read_lines", { path: "nowhere.js", first: 1, last: 2 });
    expect((await run("read_lines", { path: "nowhere.js", first: 1, last: 2 })).isError).toBe(true);
  });

  it("finds who calls a function, and takes no declaration for a call", async () => {
    const files = {
      "a.js": "import { total } from './t.js';\nexport const sum = () => total(order);\n",
      "b.py": "def total(order):\n    return 1\n\nprint(shop.total(order))\n",
      "c.kt": "fun <T> total(order: T) = 1\nval x = shop?.total<Int>(order)\nval subtotal = 1\n",
      "d.go": "func (o *Order) total() int {\n\treturn 1\n}\nvar t = o.total()\n",
      "e.java": "list.stream().map(Shop::total);\n",
    };
    use([await world.service("callers", files)]);
    const { text } = await run("callers", { function: "Shop.total()" });
    expect([...text.matchAll(/lines-\d+: (\S+), line (\d+)/g)].map(([, path, line]) => `${path}:${line}`)).toEqual([
      "a.js:2",
      "b.py:4",
      "c.kt:2",
      "d.go:4",
      "e.java:1",
    ]);
    expect((await run("callers", { function: "nobody" })).text).toBe("Nothing calls nobody by that name.");
    expect((await run("callers", { function: "a b" })).isError).toBe(true);
  });

  it("shows who changed lines and what a commit changed, of commits that were shown", async () => {
    const blamed = await run("blame", { path: "src/total.js", first: 2, last: 99 });
    expect(blamed.text).toMatch(
      /^commit-1: ([0-9a-f]{12})\n\| .*add shop\nlast changed lines 2 to 3 of src\/total\.js$/,
    );
    const { deployed } = shop.version;
    const shown = await run("show_commit", { commit: deployed.slice(0, 8), path: "src/total.js" });
    expect(shown.text).toMatch(/^commit-2: [0-9a-f]{12}, \d files?s?/);
    expect(shown.text).toContain("| +  return order.sum / order.count;");
    expect(shelf.bundle().evidence).toMatchObject([
      { commit: deployed },
      { commit: deployed, paths: expect.any(Array) },
    ]);
    for (const commit of ["main", "HEAD", "f".repeat(40), deployed.slice(0, 6), "--output=x"]) {
      expect((await run("show_commit", { commit, path: "" })).text).toMatch(/Name a commit that you were shown/);
    }
    expect((await run("blame", { path: ".env", first: 1, last: 1 })).isError).toBe(true);
  });

  it("hides a key of several lines in what a commit changed", async () => {
    const row = "MIIEpAIBAAKCAQEA7bq2mPpQ1xkqz0YbT9m4W5tQ8sT3vN6xR2uL1oJ9dK4hF7gC";
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${`${row}\n`.repeat(8)}-----END RSA PRIVATE KEY-----`;
    use([await world.service("keys", { "key.js": `const key = \`\n${key}\n\`;\n` })], 40_000);
    await run("log", { path: "key.js" });
    const [commit] = shelf.bundle().evidence;
    const digits = commit?.kind === "commit" ? commit.commit : "";
    const { text, isError } = await run("show_commit", { commit: digits, path: "" });
    expect([isError, text.includes("4W5tQ8")]).toEqual([false, false]);
    expect(text).toContain("+const key");
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
      ["under", "page", "service"],
      ["path", "first", "last", "service"],
      ["text", "under", "page", "service"],
      ["function", "page", "service"],
      ["path", "page", "service"],
      ["commit", "path", "service"],
      ["path", "first", "last", "service"],
    ]);
    expect(JSON.stringify(tools.definitions)).not.toContain('"default"');
    expect((await run("list_files", { under: "", service: "stock" })).text).toContain("| stock.py");
    expect((await run("list_files", { under: "", service: "billing" })).isError).toBe(true);
  });

  it("offers nothing where there is no code", async () => {
    use([]);
    expect(tools.definitions).toEqual([]);
    expect((await run("list_files", { under: "" })).isError).toBe(true);
  });

  it("tells the model what a source says, and nothing of what is ours", async () => {
    const failing = (error: Error) => {
      const source = { ...shop.source, files: () => Promise.reject(error) };
      use([{ ...shop, source }]);
      return run("list_files", { under: "" });
    };
    const unread = new CodeSourceError(
      { reason: "git was stopped", detail: "It took too long." },
      { isRetryable: true },
    );
    expect(await failing(unread)).toEqual({
      text: "The code cannot be read: git was stopped. It took too long.",
      isError: true,
    });
    await expect(failing(new JobLostError("somebody else has the order"))).rejects.toThrow(JobLostError);
    await expect(failing(new TypeError("undefined is not a function"))).rejects.toThrow(TypeError);
  });

  it("stops with the signal's reason", async () => {
    const stop = AbortSignal.abort(new Error("paused"));
    await expect(tools.run({ name: "list_files", input: { under: "" } }, stop)).rejects.toThrow("paused");
  });
});
