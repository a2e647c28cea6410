import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keeperOf, lastLines } from "../../src/main/own-lines.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const nowMs = () => Date.parse("2026-11-22T01:40:03Z");

describe("our own lines", () => {
  it("are there for another process, oldest first, with who told them and when", () => {
    const folder = temporaryFolder();
    keeperOf(folder, "run", nowMs)("dev: 3 new errors");
    keeperOf(folder, "bot", nowMs)("started");
    expect(lastLines(folder, 5)).toEqual([
      "2026-11-22 01:40:03Z run dev: 3 new errors",
      "2026-11-22 01:40:03Z bot started",
    ]);
    expect(lastLines(folder, 1)).toEqual(["2026-11-22 01:40:03Z bot started"]);
    expect(statSync(join(folder, "own.log")).mode & 0o077).toBe(0);
  });

  it("are redacted before they are kept, and whatever came into the file before it is told", () => {
    const folder = temporaryFolder();
    const secret = `ghp_${"a1B2".repeat(9)}`;
    keeperOf(folder, "run", nowMs)(`refused ${secret}\u001b[2J\nand more`);
    writeFileSync(join(folder, "own.log"), `by hand ${secret}\n`, { flag: "a" });
    const told = lastLines(folder, 9);
    expect(told).toHaveLength(2);
    expect(told.join("\n")).not.toContain(secret);
    expect(told.join("\n")).not.toContain("\u001b");
  });

  it("are bounded, and the last of them are there when a file has just been moved aside", () => {
    const folder = temporaryFolder();
    const keep = keeperOf(folder, "daemon", nowMs);
    for (let index = 0; index < 900; index++) keep(`${index} ${"x y ".repeat(120)}`);
    const bytes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
    expect(bytes).toHaveLength(2);
    expect(Math.max(...bytes)).toBeLessThan(130 * 1024);
    expect(lastLines(folder, 50).map((line) => / daemon (\d+) /.exec(line)?.[1])).toEqual(
      Array.from({ length: 50 }, (_, index) => String(850 + index)),
    );
  });

  it("stop nobody where they cannot be kept", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "own.log"));
    expect(() => keeperOf(folder, "run", nowMs)("x")).not.toThrow();
    expect(lastLines(folder, 5)).toEqual([]);
    expect(lastLines(join(folder, "nowhere"), 5)).toEqual([]);
  });
});
