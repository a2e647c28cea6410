import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { asUnprivileged, unprivileged } from "../support/as-unprivileged.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";
import { diceOf } from "./dice.ts";
import { hostileCommand } from "./hostile-command.ts";
import { repeat, runAttack } from "./run-attack.ts";
import type { HostileJob } from "./sandbox-worker.child.ts";
import { failedSeeds, fixedSeeds } from "./seeds.ts";

describe("a test command that wants all it can get", () => {
  it.each([...fixedSeeds, ...failedSeeds.sandbox])(
    "gets nothing, leaves nothing and is ended (seed %i)",
    async (seed) => {
      const { findings, figures } = await runAttack("sandbox", seed);
      expect(findings, repeat("sandbox", seed)).toEqual([]);
      expect(figures["commands"]).toBe(1);
    },
  );

  it("would get it without a sandbox, so that the tests above can fail", async () => {
    const folder = temporaryFolder();
    const secret = join(folder, "secret");
    writeFileSync(secret, "canary-in-a-file");
    const server = createServer((socket) => socket.destroy());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const target = { secrets: [secret], folders: [folder], port, sockets: [], workerPid: process.pid, mark: "1" };
    const script = hostileCommand(["reads secrets", "opens sockets", "writes outside"], target, diceOf(0, "outside"));
    const env = { PATH: process.env["PATH"] ?? "", TOKEN: "canary-in-a-variable" };
    const run = promisify(execFile)("/bin/bash", ["-c", script], { env, cwd: folder, maxBuffer: 10_000_000 });
    const { stdout } = (await run.catch((error: unknown) => error)) as { stdout: string };
    server.close();
    expect(stdout).toContain("canary-in-a-file");
    expect(stdout).toContain("canary-in-a-variable");
    expect(stdout).toContain("connected-to");
    expect(readdirSync(folder)).toEqual(["made"]);
  });

  it.each(["bubblewrap", "util-linux"] as const)("dies with its worker, whatever kills that one: %s", async (kind) => {
    const folder = temporaryFolder();
    const [tree, stateDirectory] = ["tree", "state"].map((name) => join(folder, name)) as [string, string];
    for (const path of [tree, stateDirectory]) mkdirSync(path);
    chmodSync(folder, 0o755);
    if (process.getuid?.() === 0) chownSync(stateDirectory, unprivileged.uid, unprivileged.gid);
    const mark = `7${process.pid}${kind.length}`.padEnd(13, "3");
    const script = `trap '' TERM HUP; (setsid sh -c "trap '' HUP; sleep ${mark}" &); sleep ${mark}`;
    const nothing = { under: "", readOnly: [], writableCopies: [], prepared: [], env: {} };
    const limits = { durationMs: 600_000, memoryMb: 128, tmpMb: 16, processesMax: 60, outputBytesMax: 100_000 };
    const job: HostileJob = {
      kind,
      stateDirectory,
      run: { argv: ["/bin/bash", "-c", script], folder: tree, ...nothing, limits },
    };
    const [program, ...args] = asUnprivileged("test/attacks/sandbox-worker.child.ts");
    const worker = spawn(program, args, { stdio: ["pipe", "ignore", "ignore"] });
    worker.stdin.end(JSON.stringify(job));
    await until(() => sleeping(mark) >= 2);
    worker.kill("SIGKILL");
    await until(() => sleeping(mark) === 0);
  });
});

function sleeping(mark: string): number {
  return readdirSync("/proc").filter((name) => {
    try {
      return readFileSync(`/proc/${name}/cmdline`, "latin1") === `sleep\0${mark}\0`;
    } catch {
      return false;
    }
  }).length;
}
