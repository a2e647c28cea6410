import { hash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command, runCli } from "../support/cli-process.ts";
import { inWorld, issueTitles, startMs } from "../support/in-world.ts";
import { spawned } from "../support/run-child.ts";
import { failures, pushFailureOf, type SmallWorld } from "../support/small-world.ts";
import { startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

const run = (world: SmallWorld) => ["run", "--json", "--config", world.configFile, "--state", world.stateDirectory];
const stateOf = (world: SmallWorld) => join(world.stateDirectory, "autopilot.sqlite");
/** One sentence or two for a person, and no stack. */
const sentence = /^[A-Z/][^\n]{20,400}\.\n$/;

const unusable: readonly (readonly [string, (file: string) => void, RegExp])[] = [
  [
    "damaged",
    (file) => writeFileSync(file, Buffer.concat([readFileSync(file).subarray(0, 8192), Buffer.alloc(65_536, 0x5a)])),
    /damaged/,
  ],
  ["cut short", (file) => truncateSync(file, 20_480), /damaged/],
  ["not a database", (file) => writeFileSync(file, "a letter to somebody\n".repeat(100)), /not a SQLite database/],
  [
    "of a newer version",
    (file) => {
      const state = new DatabaseSync(file);
      state.exec("PRAGMA user_version = 999");
      state.close();
    },
    /newer/,
  ],
  [
    "of another program",
    (file) => {
      const state = new DatabaseSync(file);
      state.exec("PRAGMA application_id = 1");
      state.close();
    },
    /another program/,
  ],
];

describe("a state file that cannot be used", () => {
  it("is refused in one sentence by every command, and stays byte for byte", () =>
    inWorld({ hasFailures: false, hasModel: false }, async (world) => {
      pushFailureOf(world.loki, { kind: "Only", service: "orders", atMs: startMs - 300_000 });
      await worker.run(world, startMs);
      const good = join(world.folder, "good");
      cpSync(world.stateDirectory, good, { recursive: true });
      for (const [what, spoil, words] of unusable) {
        cpSync(good, world.stateDirectory, { recursive: true });
        spoil(stateOf(world));
        const before = bytesOf(world);
        const requests = world.loki.requests.length;
        for (const args of [["run"], ["run", "--dry-run"], ["incidents"], ["pause"]]) {
          const end = await worker.cli(world, args);
          expect(end.code, `${what}: ${args[0]}`).toBe(1);
          expect(end.stderr, what).toMatch(words);
          expect(end.stderr, what).toContain(stateOf(world));
          expect(end.stderr, what).toMatch(sentence);
          expect(end.stdout, what).toBe("");
        }
        // Nothing is read that could not be recorded.
        expect(world.loki.requests, what).toHaveLength(requests);
        const doctor = await worker.cli(world, ["doctor", "--json"]);
        expect(doctor.code, what).toBe(1);
        expect(JSON.parse(doctor.stdout).checks).toContainEqual(
          expect.objectContaining({ name: "state folder", state: "failed", detail: expect.stringMatching(words) }),
        );
        expect(bytesOf(world), what).toEqual(before);
      }
    }));

  it("is refused by the real command line as well", () =>
    inWorld({ nowMs: Date.now(), mode: "dry-run" }, async (world) => {
      mkdirSync(world.stateDirectory, { recursive: true });
      writeFileSync(stateOf(world), "a letter to somebody\n".repeat(100));
      const end = await runCli(run(world), world.env);
      expect(end).toMatchObject({ code: 1, stdout: "" });
      expect(end.stderr).toMatch(sentence);
      expect(readdirSync(world.stateDirectory)).toEqual(["autopilot.sqlite"]);
    }));

  it("or is read-only, is refused and untouched", () =>
    inWorld({ hasFailures: false, mode: "dry-run" }, async (world) => {
      await worker.run(world, startMs);
      const before = bytesOf(world);
      makeReadOnly(world);
      const child = join(import.meta.dirname, "cli-unprivileged.child.ts");
      const end = await spawned(process.execPath, [child, ...run(world)], world.env);
      expect(end.code, end.stderr).toBe(1);
      expect(end.stderr).toMatch(/read-only|may not be written|cannot be written|permission/i);
      expect(end.stderr).toMatch(sentence);
      expect(end.stdout).toBe("");
      expect(bytesOf(world)).toEqual(before);
    }));
});

describe("a disk that is full in the middle of a run", () => {
  it("ends the run with a sentence; what was not recorded is read again when there is room", () =>
    inWorld({ nowMs: Date.now(), hasModel: false }, async (world) => {
      // A limit on the size of its files: what SQLite shares between processes fits (32 kB), the pages of a poll do not.
      const limited = ["--fsize=40000:unlimited", process.execPath, command, ...run(world)];
      await worker.cli(world, ["incidents"]);
      const env = { ...world.env, NODE_DISABLE_COMPILE_CACHE: "1" };
      const full = await spawned("prlimit", limited, env);
      expect(full.code, full.stderr).toBe(1);
      expect(`${full.stdout}${full.stderr}`).toMatch(/could not be .*written\. Look at the disk: free space/);
      expect(world.loki.requests).toHaveLength(1);
      expect(full.stderr).not.toMatch(/\n\s+at /);
      expect((await worker.cli(world, ["incidents", "--json"])).stdout).toBe("");

      const end = await runCli(run(world), world.env);
      expect(end.code, end.stderr).toBe(0);
      expect(issueTitles(world)).toHaveLength(2);
      const list = (await worker.cli(world, ["incidents", "--json"])).stdout.trim().split("\n");
      expect(list.map((line) => JSON.parse(line).counts.dev).toSorted()).toEqual(Object.values(failures).toSorted());
    }));
});

function bytesOf({ stateDirectory }: SmallWorld): Readonly<Record<string, string>> {
  const files = readdirSync(stateDirectory).filter((name) => statSync(join(stateDirectory, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, hash("sha256", readFileSync(join(stateDirectory, name)))]));
}

/** For whoever is not its owner: the folder can be entered, and nothing in it written. */
function makeReadOnly(world: SmallWorld): void {
  chmodSync(world.folder, 0o755);
  chmodSync(world.stateDirectory, 0o555);
  for (const name of readdirSync(world.stateDirectory)) chmodSync(join(world.stateDirectory, name), 0o444);
  chmodSync(world.configFile, 0o644);
}
