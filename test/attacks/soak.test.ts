import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compileCache } from "../support/compile-cache.ts";
import { until } from "../support/until.ts";

const script = join(import.meta.dirname, "..", "..", "scripts", "soak.ts");

function startSoak(...args: readonly string[]) {
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...compileCache },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  return { child, printed: () => printed, ended: once(child, "close") };
}

describe("npm run soak", () => {
  it("prints how many seeds there were, what was thrown, and what was found", async () => {
    const { printed, ended } = startSoak("--seed", "3", "--only", "crash");
    expect(await ended).toEqual([0, null]);
    expect(printed()).toMatch(/^crash: 1 seeds, [12] processes killed, 2 issues filed, 0 findings\n\d+ s\n$/);
  });

  it("prints the figures so far when it is stopped, and with which seed to go on", async () => {
    const { child, printed, ended } = startSoak("--seeds", "3000", "--only", "repository", "--progress", "1");
    await until(() => printed().includes("repository: 1 seeds"));
    child.kill("SIGTERM");
    expect(await ended).toEqual([1, null]);
    expect(printed()).toMatch(
      /repository: \d+ seeds, .*0 findings\n\d+ s\nstopped; go on with --only repository --from \d+\n$/,
    );
  });
});
