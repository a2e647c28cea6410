import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OpenSandbox } from "../../../src/adapters/sandbox/open-sandbox.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { until } from "../../support/until.ts";
import { endOf, kinds, never, openIn, runOf, treeIn } from "./sandbox-kinds.ts";

/** Processes of this machine with a word in their arguments. */
function processesWith(word: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(word);
      } catch {
        return false;
      }
    });
}

function inTemporaryFolder(work: (folder: string) => Promise<void>): Promise<void> {
  return work(temporaryFolder());
}

let numbers = 0;
/** A word that stands in the arguments of one test's processes only. */
function mark(): string {
  numbers += 1;
  return `8${process.pid}${numbers}`.padEnd(12, "7");
}

describe.each(kinds)("the sandbox of %s", (kind) => {
  const home = mkdtempSync(join(tmpdir(), "error-autopilot-"));
  let sandbox: OpenSandbox;
  beforeAll(() => {
    sandbox = openIn(home, kind);
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it("holds all six probes", async () => {
    const state = await sandbox.state(never);
    expect(state.tried.flatMap(({ probes }) => probes.filter(({ problem }) => problem !== null))).toEqual([]);
    expect(state.kind).toBe(kind);
    expect(state.tried[0]?.probes).toHaveLength(6);
    expect(await sandbox.whyNot(never)).toBeNull();
  });

  it("gives back exit code and output, and starts where it was told", () =>
    inTemporaryFolder(async (folder) => {
      const tree = treeIn(folder, { "services/shop/a.txt": "from the tree" });
      const script = "pwd; cat a.txt; echo said >&2; exit 41";
      const result = await sandbox.run(runOf(tree, script, { under: "services/shop" }), never);
      expect(endOf(result)).toBe("exit 41");
      expect(result.output).toContain("/work/services/shop\nfrom the tree");
      expect(result.output).toContain("said");
    }));

  it("lets the tree be written inside and leaves it as it was outside", () =>
    inTemporaryFolder(async (folder) => {
      const tree = treeIn(folder, { "a.txt": "before" });
      const script = "echo after >a.txt; echo new >b.txt; ln -s /etc/passwd link; rm -rf /.tree/a.txt; cat a.txt";
      const result = await sandbox.run(runOf(tree, script), never);
      expect(result.output).toContain("after");
      expect(readdirSync(tree)).toEqual(["a.txt"]);
      expect(readFileSync(join(tree, "a.txt"), "utf8")).toBe("before");
    }));

  it("has an environment of its own, and neither capabilities nor open files", () =>
    inTemporaryFolder(async (folder) => {
      process.env["AUTOPILOT_TEST_CANARY"] = "canary-of-the-environment";
      const script =
        "cat /proc/*/environ | tr '\\0' '\\n' | sort -u; grep CapEff /proc/self/status; ls /proc/self/fd | tr '\\n' ' '";
      const run = runOf(treeIn(folder, {}), script, { env: { GREETING: "hello world" } });
      const { output } = await sandbox.run(run, never);
      delete process.env["AUTOPILOT_TEST_CANARY"];
      const names = output.split("\n").flatMap((line) => /^([A-Z_]+)=/.exec(line)?.[1] ?? []);
      // The shell itself adds PWD and the like.
      expect(names).toEqual(expect.arrayContaining(["CI", "GREETING", "HOME", "LANG", "PATH", "TMPDIR"]));
      expect(names.filter((name) => !/^(CI|GREETING|HOME|LANG|OLDPWD|PATH|PWD|SHLVL|TMPDIR|_)$/.test(name))).toEqual(
        [],
      );
      expect(output).toContain("CapEff:\t0000000000000000");
      expect(output.trim().split("\n").at(-1)).toMatch(/^0 1 2 3 ?$/);
    }));

  it("shows nothing of this machine but what was named", () =>
    inTemporaryFolder(async (folder) => {
      const cache = join(folder, "cache");
      mkdirSync(cache);
      writeFileSync(join(cache, "jar"), "shown");
      writeFileSync(join(folder, "secret"), "hidden");
      const script = `cat ${cache}/jar; echo x >${cache}/jar; ls ${folder}; ls /home /root /run /var; echo; ls /`;
      const run = runOf(treeIn(folder, {}), script, { readOnly: [cache] });
      const { output } = await sandbox.run(run, never);
      expect(output).toContain("shown");
      expect(output).not.toContain("secret");
      for (const missing of ["/home", "/root", "/run", "/var"]) expect(output).toContain(`cannot access '${missing}'`);
      expect(readFileSync(join(cache, "jar"), "utf8")).toBe("shown");
    }));

  it("copies what may be written, and shows what was prepared where it was made", () =>
    inTemporaryFolder(async (folder) => {
      const [home, modules] = ["gradle", "modules"].map((name) => {
        mkdirSync(join(folder, name));
        writeFileSync(join(folder, name, "file"), `of ${name}`);
        return join(folder, name);
      }) as [string, string];
      const script = `cat ${home}/file node_modules/file; echo x >${home}/file && cat ${home}/file; echo x >node_modules/file`;
      const prepared = [{ from: modules, at: "/work/node_modules" }];
      const run = runOf(treeIn(folder, { "a.js": "" }), script, { writableCopies: [home], prepared });
      const { output } = await sandbox.run(run, never);
      expect(output).toContain("of gradleof modulesx\n");
      expect(output).toContain("Read-only file system");
      expect(readFileSync(join(home, "file"), "utf8")).toBe("of gradle");
    }));

  it("has no network, not even this machine's", () =>
    inTemporaryFolder(async (folder) => {
      let connections = 0;
      const server = createServer(() => {
        connections += 1;
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as { port: number };
      const script = `for each in 127.0.0.1/${port} 10.0.2.2/53 8.8.8.8/53; do timeout 2 bash -c "exec 3<>/dev/tcp/$each" && echo reached; done; getent hosts example.com; echo tried`;
      const { output } = await sandbox.run(runOf(treeIn(folder, {}), script), never);
      server.close();
      expect(output).toContain("tried");
      expect(output).not.toContain("reached");
      expect(connections).toBe(0);
    }));

  it.each([
    ["time", "trap '' TERM INT HUP; while :; do sleep 1; done", { durationMs: 400 }],
    ["output", "yes", {}],
    ["processes", "i=0; while [ $i -lt 90 ]; do sleep 100 & i=$((i+1)); done; wait", {}],
    ["disk", "yes >/work/full; yes >/tmp/full; sleep 100", {}],
    ["disk", "i=0; while :; do head -c 1000000 /dev/zero >/dev/shm/$i || break; i=$((i+1)); done; sleep 100", {}],
  ] as const)("ends what takes too much: %s by %s", (because, script, limits) =>
    inTemporaryFolder(async (folder) => {
      const result = await sandbox.run(runOf(treeIn(folder, {}), script, { limits }), never);
      expect(endOf(result)).toBe(because);
      expect(result.output.length).toBeLessThanOrEqual(200_000);
    }),
  );

  it("ends processes that take too much memory together, each of them below the limit", () =>
    inTemporaryFolder(async (folder) => {
      const program =
        "import os, time\nfor _ in range(3): os.fork()\nheld = bytearray(60_000_000)\nfor i in range(0, len(held), 4096): held[i] = 1\ntime.sleep(100)";
      const script = `/usr/bin/python3 -c '${program}'`;
      const result = await sandbox.run(runOf(treeIn(folder, {}), script), never);
      expect(endOf(result)).toBe("memory");
    }));

  it("leaves nothing behind of what ends, and of what is stopped", () =>
    inTemporaryFolder(async (folder) => {
      const tree = treeIn(folder, {});
      for (const [end, expected] of [
        ["exit 3", "exit 3"],
        ["sleep 100", "stopped"],
      ] as const) {
        const word = mark();
        const daemon = (started: string) =>
          `(setsid sh -c "trap '' TERM; setsid sleep ${word} & touch ${started}; sleep ${word}" >/dev/null 2>&1 </dev/null &)`;
        const bothStarted = "while [ ! -e /tmp/one ] || [ ! -e /tmp/two ]; do sleep 0.01; done";
        const stop = new AbortController();
        const script = `${daemon("/tmp/one")}; ${daemon("/tmp/two")}; ${bothStarted}; ${end}`;
        const running = sandbox.run(runOf(tree, script), stop.signal);
        if (expected === "stopped") {
          await until(() => processesWith(`sleep\0${word}\0`).length >= 4);
          stop.abort();
        }
        const result = await running;
        expect(endOf(result)).toBe(expected);
        expect(processesWith(word)).toEqual([]);
      }
    }));

  it("prepares with the network, and keeps what was written, in sight of nothing else", () =>
    inTemporaryFolder(async (folder) => {
      const server = createServer((socket) => socket.end("from the network"));
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as { port: number };
      const [tree, kept] = [treeIn(folder, { "services/a/lock": "" }), join(folder, "kept")];
      mkdirSync(kept);
      writeFileSync(join(folder, "secret"), "hidden");
      process.env["AUTOPILOT_TEST_CANARY"] = "canary-of-the-environment";
      const script = `cat </dev/tcp/127.0.0.1/${port} >brought; echo cached >$HOME/tool; pwd; env; cat ${folder}/secret; ls /home /root; echo x >/usr/x`;
      const run = { ...runOf(tree, "", { under: "services/a" }), argv: ["/bin/bash", "-c", script], home: kept };
      const result = await sandbox.prepare(run, never);
      delete process.env["AUTOPILOT_TEST_CANARY"];
      server.close();
      expect(result.output).toContain("/work/services/a");
      expect(result.output).not.toMatch(/hidden|canary/);
      expect(readFileSync(join(tree, "services/a/brought"), "utf8")).toBe("from the network");
      expect(readdirSync(kept)).toEqual(["tool"]);
    }));

  it("never shows the folder of the state, nor what it lies in", () =>
    inTemporaryFolder(async (folder) => {
      const state = join(home, "state");
      for (const shown of [home, state, join(state, "work"), "/"]) {
        const run = runOf(treeIn(folder, {}), "echo started", { readOnly: [shown] });
        await expect(sandbox.run(run, never), shown).rejects.toThrow("our own state folder");
        const copied = runOf(treeIn(folder, {}), "echo started", { writableCopies: [shown] });
        await expect(sandbox.run(copied, never), shown).rejects.toThrow("our own state folder");
      }
    }));

  it("tells why it could not be set up, and starts nothing", () =>
    inTemporaryFolder(async (folder) => {
      const written = join(folder, "written");
      const run = runOf(treeIn(folder, {}), `echo x >${written}`, { readOnly: [join(folder, "nowhere")] });
      await expect(sandbox.run(run, never)).rejects.toThrow(/Nothing was run: .*nowhere/s);
      const large = treeIn(folder, { "large.bin": "x".repeat(5_000_000) });
      const cramped = runOf(large, "echo started", { limits: { tmpMb: 2 } });
      await expect(sandbox.run(cramped, never)).rejects.toThrow("does not fit into `sandbox.tmpMb`");
      expect(existsSync(written)).toBe(false);
    }));
});
