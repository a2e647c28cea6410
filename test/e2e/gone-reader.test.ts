import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";
import { command } from "../support/cli-process.ts";

describe("a reader that has seen enough", () => {
  it("is no failure, and nothing is said of it", async () => {
    const child = spawn(process.execPath, [command, "--help"], {
      env: { PATH: process.env["PATH"] ?? "", HOME: "/nowhere" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    // As when `head` is done before the first byte.
    child.stdout.destroy();
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect([code, stderr]).toEqual([0, ""]);
  });
});
