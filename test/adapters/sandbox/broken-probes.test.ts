import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { installedPrograms, openSandbox } from "../../../src/adapters/sandbox/open-sandbox.ts";
import type { ProbeName } from "../../../src/adapters/sandbox/probes.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { never, openIn, runOf, treeIn, writeShim } from "./sandbox-kinds.ts";

const programs = installedPrograms();

/** Our arguments with others among them, before the root becomes read only. */
function adding(...words: readonly string[]): string {
  return `
kept=()
until [ "$1" = --remount-ro ]; do kept+=("$1"); shift; done
exec ${programs.bwrap} "\${kept[@]}" ${words.join(" ")} "$@"`;
}

/** A bubblewrap that looks like one and breaks one promise. */
function broken(ground: string): Readonly<Record<ProbeName, string>> {
  const leak = `canary=$(cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep '^AUTOPILOT_CANARY=' | tail -1)`;
  return {
    "exit code comes back": `${programs.bwrap} "$@"; exit 0`,
    "write inside works": adding("--remount-ro", "/tmp"),
    "write outside fails": adding("--bind", ground, ground),
    "canary outside cannot be read": adding("--ro-bind", ground, ground),
    "no connection to our loopback": adding("--share-net"),
    "no environment of ours": `${leak}\n${adding("--setenv", "LEAKED", '"$canary"')}`,
  };
}

describe("a sandbox with a broken probe", () => {
  it.each(Object.keys(broken("")) as ProbeName[])("runs nothing: %s", async (probe) => {
    const folder = temporaryFolder();
    const ground = process.getuid?.() === 0 ? "/run/error-autopilot" : join(folder, "state", "sandbox");
    const bwrap = writeShim(folder, broken(ground)[probe]);
    const sandbox = openIn(folder, "bubblewrap", { ...programs, bwrap });
    const state = await sandbox.state(never);
    expect(state.problem).toContain(`"${probe}" does not hold`);
    expect(await sandbox.whyNot(never)).not.toBeNull();
    const written = join(folder, "written");
    const run = runOf(treeIn(folder, {}), `echo x >${written}; echo started`);
    await expect(sandbox.run(run, never)).rejects.toThrow("Nothing was run");
    const preparation = { ...run, home: folder };
    await expect(sandbox.prepare(preparation, never)).rejects.toThrow("Nothing was run");
    expect(existsSync(written)).toBe(false);
  });

  it("runs nothing on another system, and says where to run it", async () => {
    const settings = { stateDirectory: temporaryFolder(), programs, kinds: ["bubblewrap"] as const, user: 1000 };
    const sandbox = openSandbox({ ...settings, platform: "darwin" });
    expect(await sandbox.whyNot(never)).toContain("Linux");
    await expect(sandbox.run(runOf(temporaryFolder(), "true"), never)).rejects.toThrow("Nothing was run");
  });

  it("says where util-linux cannot set up a loopback, and runs what needs none", async () => {
    const folder = temporaryFolder();
    const sandbox = openIn(folder, "util-linux", { ...programs, ip: null });
    expect(await sandbox.state(never)).toMatchObject({ kind: "util-linux", hasLoopback: false });
    const connect = "exec 3<>/dev/tcp/127.0.0.1/1";
    const result = await sandbox.run(runOf(treeIn(folder, {}), `echo here; bash -c '${connect}'`), never);
    expect(result.output).toMatch(/^here\n[\s\S]*Network is unreachable/);
    const whole = openIn(temporaryFolder(), "util-linux");
    expect(await whole.state(never)).toMatchObject({ hasLoopback: true });
  });

  it("runs nothing where programs are missing, and says what to install", async () => {
    const folder = temporaryFolder();
    const nothing = { bash: null, bwrap: null, unshare: null, setpriv: null, prlimit: null, ip: null };
    const sandbox = openIn(folder, "util-linux", nothing);
    expect(await sandbox.whyNot(never)).toMatch(/^bash and unshare and setpriv and prlimit are missing. Install/);
    await expect(sandbox.run(runOf(treeIn(folder, {}), "true"), never)).rejects.toThrow("Nothing was run");
  });
});
