import { spawnSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inWorld, issueTitles } from "../support/in-world.ts";
import { type Ended, spawned } from "../support/run-child.ts";
import type { SmallWorld } from "../support/small-world.ts";

const nobody = 65_534;

describe("whoever may not read", () => {
  it("a clone has the issues all the same, and what is kept of them says why there is no code", () =>
    inUnprivilegedWorld(async (world) => {
      chmodSync(join(world.folder, "orders"), 0o700);
      const end = await run(world);
      expect(end.code, end.stderr).toBe(0);
      expect(issueTitles(world)).toHaveLength(2);
      const folder = join(world.stateDirectory, "evidence");
      const kept = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
      expect(kept).toHaveLength(2);
      for (const evidence of kept) expect(evidence).toMatch(/The code of orders .{0,40}was not read/);
    }));

  it.each(["GITHUB_TOKEN", "ANTHROPIC_API_KEY"])("the file of %s is told its name, and nothing is begun", (name) =>
    inUnprivilegedWorld(async (world) => {
      const file = join(world.folder, "a-secret");
      writeFileSync(file, "canary-of-the-secret", { mode: 0o600 });
      const { [name]: _, ...env } = world.env;
      const end = await run(world, { ...env, [`${name}_FILE`]: file });
      expect(end).toMatchObject({ code: 2, stdout: "" });
      expect(end.stderr).toContain(`${name}_FILE names a file that cannot be read`);
      expect(end.stderr).not.toContain("canary");
      expect(world.loki.requests).toEqual([]);
    }),
  );

  it("the service map is told so", () =>
    inUnprivilegedWorld(async (world) => {
      chmodSync(world.configFile, 0o600);
      const end = await run(world);
      expect(end).toMatchObject({ code: 2, stdout: "" });
      expect(end.stderr).toContain(world.configFile);
      expect(end.stderr).not.toMatch(/\n\s+at /);
    }));

  it("nor write the state folder is told so", () =>
    inUnprivilegedWorld(async (world) => {
      chmodSync(world.stateDirectory, 0o555);
      const end = await run(world);
      expect(end).toMatchObject({ code: 1, stdout: "" });
      expect(end.stderr).toMatch(/state file is read-only\. Let the user that runs error-autopilot write to it/);
      expect(world.loki.requests).toEqual([]);
    }));
});

describe("a process that may open hardly a file", () => {
  it("says what it could not open, and the next one loses nothing", () =>
    inUnprivilegedWorld(async (world) => {
      const limited = await run(world, world.env, ["prlimit", "--nofile=23"]);
      expect(limited.code).toBe(1);
      expect(limited.stderr).toMatch(/could not be opened/);
      expect(limited.stderr).not.toMatch(/\n\s+at /);
      const end = await run(world);
      expect(end.code, end.stderr).toBe(0);
      expect(issueTitles(world)).toHaveLength(2);
    }));
});

function inUnprivilegedWorld(work: (world: SmallWorld) => Promise<void>): Promise<void> {
  return inWorld({ nowMs: Date.now() }, async (world) => {
    spawnSync("chmod", ["-R", "a+rX", world.folder]);
    if (process.getuid?.() === 0) spawnSync("chown", ["-R", `${nobody}:${nobody}`, world.stateDirectory]);
    await work(world);
  });
}

/** As nobody, whoever runs the tests; for root passes permissions by. */
function run(world: SmallWorld, env = world.env, before: readonly string[] = []): Promise<Ended> {
  const child = join(import.meta.dirname, "cli-unprivileged.child.ts");
  const args = ["run", "--config", world.configFile, "--state", world.stateDirectory];
  const [command = "", ...rest] = [...before, process.execPath, child, ...args];
  return spawned(command, rest, env);
}
