import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);

/** What a tool said and how it ended; a failure is an answer here. */
async function answer(
  tool: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly text: string }> {
  const script = join(root, "node_modules", tool);
  const options = { cwd: root, maxBuffer: 16 * 1024 * 1024 };
  try {
    const { stdout, stderr } = await run(process.execPath, [script, ...args], options);
    return { code: 0, text: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, text: stdout + stderr };
  }
}

describe("text that goes round the gate", () => {
  let folder = "";
  beforeAll(async () => {
    // Inside the tree, so that the project's own settings apply, and beside the file whose imports it copies.
    folder = await mkdtemp(join(root, "test/types/tmp-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("does not compile: the compiler names every line that expects to be refused, once it is not told to expect it", async () => {
    const source = await readFile(join(root, "test/types/gate-compiles.ts"), "utf8");
    const refused = source.match(/^\/\/ @ts-expect-error/gm)?.length ?? 0;
    const bare = source.replaceAll(/^\/\/ @ts-expect-error.*$/gm, "//").replaceAll('"../../src/', '"../../../src/');
    await writeFile(join(folder, "bare.ts"), bare);
    await writeFile(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: "../../../tsconfig.json", include: ["bare.ts"], exclude: [] }),
    );
    const { code, text } = await answer("typescript/bin/tsc", ["--noEmit", "-p", folder, "--pretty", "false"]);
    expect(code).not.toBe(0);
    const lines = new Set([...text.matchAll(/bare\.ts\((\d+),/g)].map(([, line]) => line));
    expect(refused).toBeGreaterThan(20);
    expect(lines.size).toBe(refused);
    expect(text).toContain("Type 'string' is not assignable to type 'Redacted'");
    expect(text).toContain("Type 'Redacted' is not assignable to type 'Inert'");
  });

  it("does not pass lint as a cast, in any spelling", async () => {
    const casts = [
      'export const a = "x" as Redacted;',
      'export const b = "x" as unknown as Inert;',
      'export const c = ["x"] as readonly Redacted[];',
      'export const d = JSON.parse("{}") as { body: Inert };',
      'export const d2 = JSON.parse("{}") as ChatText;',
      'export const e = <Redacted>(<unknown>"x");',
      "export const f = (text: string): text is Inert => text !== '';",
    ];
    const harmless = 'export const g = "x" as string as "y";\nexport const h: string = JSON.parse("0") as string;';
    const file = join(folder, "casts.ts");
    await writeFile(
      file,
      `import type { Inert, Redacted } from "../../../src/domain/text.ts"; import type { ChatText } from "../../../src/domain/chat/chat-text.ts";\n${casts.join("\n")}\n${harmless}\n`,
    );
    const { code, text } = await answer("@biomejs/biome/bin/biome", [
      "lint",
      "--reporter=github",
      "--vcs-use-ignore-file=false",
      file,
    ]);
    expect(code).not.toBe(0);
    const lines = [...text.matchAll(/title=plugin.*?line=(\d+)/g)].map(([, line]) => Number(line));
    expect(lines.sort((one, other) => one - other)).toEqual(casts.map((_, index) => index + 2));
  });

  it("has its makers in one file each, which lint lets pass and which hold the only casts", async () => {
    const makers = ["src/domain/redact.ts", "src/domain/inert.ts"];
    const { code, text } = await answer("@biomejs/biome/bin/biome", ["lint", ...makers]);
    expect({ code, text }).toMatchObject({ code: 0 });
    const [redact = "", inert = ""] = await Promise.all(makers.map((path) => readFile(join(root, path), "utf8")));
    expect(redact).toContain("as Redacted");
    expect(redact).not.toContain("as Inert");
    expect(inert).toContain("as Inert");
    expect(inert).not.toContain("as Redacted");
  });

  it("the lint of the whole project has its rules, each let off in one file only", async () => {
    const { plugins } = JSON.parse(await readFile(join(root, "biome.json"), "utf8")) as { plugins: unknown };
    expect(plugins).toEqual([
      { path: "./lint/only-redact-makes-redacted.grit", includes: ["**/*.ts", "!**/src/domain/redact.ts"] },
      { path: "./lint/only-inert-makes-inert.grit", includes: ["**/*.ts", "!**/src/domain/inert.ts"] },
      {
        path: "./lint/only-chat-text-makes-chat-text.grit",
        includes: ["**/*.ts", "!**/src/domain/chat/chat-text.ts"],
      },
    ]);
  });
});
