import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { openJobQueue } from "../../../src/adapters/sqlite/job-queue.ts";
import { openStore } from "../../../src/adapters/sqlite/store.ts";
import { StoreCorruptError, StoreUnavailableError } from "../../../src/domain/store.ts";
import { sampleEntryId, sampleOrder } from "../../support/domain-samples.ts";
import { startLineChild } from "../../support/line-child.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { createTestClock } from "../../support/test-clock.ts";

const clock = createTestClock();
const pageBytes = 4096;

describe("a state file that cannot be used", () => {
  it("is refused when bytes in its middle were overwritten", async () => {
    const path = await writtenFile();
    overwriteMiddle(path);
    await expectRefusal(path, StoreCorruptError, /damaged/);
  });

  it("is refused when it is cut short, to a page or to a byte", async () => {
    for (const keptBytes of [20 * pageBytes, 20 * pageBytes + 7, 200]) {
      const path = await writtenFile();
      truncateSync(path, keptBytes);
      await expectRefusal(path, StoreCorruptError, /damaged \(cut short, \d+ of \d+ bytes\)/);
    }
  });

  it("is refused when its header is garbage", async () => {
    const path = await writtenFile();
    overwrite(path, 0, Buffer.alloc(100, 0x5a));
    await expectRefusal(path, StoreCorruptError, /not a SQLite database/);
  });

  it("is refused when it was damaged after its process was killed, and its log is kept too", async () => {
    const path = await fileOfKilledProcess();
    overwriteMiddle(path);
    await expectRefusal(path, StoreCorruptError, /damaged/);
  });

  it("is refused when a newer version wrote it", async () => {
    const path = await writtenFile();
    const handle = new DatabaseSync(path);
    handle.exec("PRAGMA user_version = 99");
    handle.close();
    await expectRefusal(path, StoreCorruptError, /newer error-autopilot \(format 99, this one knows \d+\)/);
  });

  it("is refused when a newer version wrote it and was killed, so that only the log says so", async () => {
    const path = await fileOfKilledProcess((handle) => handle.exec("PRAGMA user_version = 99"));
    expect(readFileSync(path).readUInt32BE(60)).not.toBe(99);
    await expectRefusal(path, StoreCorruptError, /newer error-autopilot/);
  });

  it("is refused when it is another program's database", async () => {
    for (const mode of ["WAL", "DELETE"]) {
      const path = join(temporaryFolder(), "state.sqlite");
      const handle = new DatabaseSync(path);
      handle.exec(`PRAGMA journal_mode = ${mode}; CREATE TABLE photos (name TEXT); INSERT INTO photos VALUES ('cat')`);
      handle.close();
      await expectRefusal(path, StoreCorruptError, /another program/);
    }
  });

  it("is refused when another program was killed while it wrote, and that one's journal is left to it", async () => {
    const path = join(temporaryFolder(), "state.sqlite");
    const handle = new DatabaseSync(path);
    handle.exec("CREATE TABLE photos (bytes BLOB); PRAGMA cache_size = 5; PRAGMA cache_spill = 5; BEGIN");
    for (let number = 0; number < 100; number++) handle.exec("INSERT INTO photos VALUES (randomblob(4000))");
    const left = join(temporaryFolder(), "state.sqlite");
    for (const suffix of ["", "-journal"]) copyFileSync(path + suffix, left + suffix);
    handle.close();
    await expectRefusal(left, StoreCorruptError, /another program/);
  });

  it("is refused when it is something else altogether", async () => {
    const path = join(temporaryFolder(), "state.sqlite");
    for (const text of ["short", "environments:\n  dev:\n".repeat(50)]) {
      writeFileSync(path, text);
      await expectRefusal(path, StoreCorruptError, /not a SQLite database/);
    }
    const folder = join(temporaryFolder(), "state.sqlite");
    mkdirSync(folder);
    await expect(openStore({ path: folder, clock })).rejects.toThrow(StoreCorruptError);
  });

  it("is refused when its folder does not exist, and none is made", async () => {
    const path = join(temporaryFolder(), "missing", "state.sqlite");
    await expect(openStore({ path, clock })).rejects.toThrow(StoreUnavailableError);
    await expect(openStore({ path, clock })).rejects.toThrow(/does not exist\. Create it: mkdir -p/);
    expect(existsSync(dirname(path))).toBe(false);
  });

  it("is refused when it is read-only", async () => {
    const path = await writtenFile();
    chmodSync(dirname(path), 0o777);
    chmodSync(path, 0o444);
    expectRefusalUnprivileged(path, /The state file .* is read-only\./);
  });

  it("is refused when its folder is read-only, whether it is there or not", async () => {
    const path = await writtenFile();
    chmodSync(path, 0o666);
    const folder = dirname(path);
    chmodSync(folder, 0o555);
    try {
      expectRefusalUnprivileged(path, /The folder .* is read-only\./);
      expectRefusalUnprivileged(join(folder, "new.sqlite"), /The folder .* is read-only\./);
    } finally {
      chmodSync(folder, 0o755);
    }
  });
});

describe("reading all of the state file", () => {
  const hourMs = 3_600_000;

  it("is not done again after a clean end on the same day", async () => {
    const path = await writtenFile();
    expect(await checkedAtMs(path, clock.nowMs() + hourMs)).toBe(clock.nowMs());
  });

  it("is done once a day, also when the clock was set back", async () => {
    const path = await writtenFile();
    const nextDayMs = clock.nowMs() + 25 * hourMs;
    expect(await checkedAtMs(path, nextDayMs)).toBe(nextDayMs);
    expect(await checkedAtMs(path, clock.nowMs() - hourMs)).toBe(clock.nowMs() - hourMs);
  });

  it("is done after an unclean end", async () => {
    const path = await fileOfKilledProcess();
    expect(await checkedAtMs(path, clock.nowMs() + hourMs)).toBe(clock.nowMs() + hourMs);
  });

  it("is done when somebody else wrote to the file, however quickly", async () => {
    const path = await writtenFile();
    overwrite(path, 0, readFileSync(path).subarray(0, 16));
    expect(await checkedAtMs(path, clock.nowMs() + hourMs)).toBe(clock.nowMs() + hourMs);
  });

  it("finds any later write by the file's time, which therefore lies before the end", async () => {
    const path = await writtenFile();
    expect(statSync(`${path}-clean`).mtimeMs - statSync(path).mtimeMs).toBeGreaterThanOrEqual(1_000);
  });

  it("is not done while another process has the file open, but once that one was killed", async () => {
    const path = await writtenFile();
    const queue = await openJobQueue({ path, clock, holder: "here" });
    await queue.offer(sampleOrder());
    await queue.close();
    const running = startLineChild(process.execPath, [
      join(import.meta.dirname, "hang-at-work.child.ts"),
      path,
      String(clock.nowMs()),
    ]);
    expect(await running.nextLine()).toBe("saved");
    expect(await checkedAtMs(path, clock.nowMs() + hourMs)).toBe(clock.nowMs());
    running.process.kill("SIGKILL");
    await running.ended;
    expect(await checkedAtMs(path, clock.nowMs() + hourMs)).toBe(clock.nowMs() + hourMs);
  });

  it("is not done again for a second connection of the same process", async () => {
    const path = await writtenFile();
    const store = await openStore({ path, clock });
    await store.setWaitUntilMs("github", 1);
    expect(await checkedAtMs(path, clock.nowMs() + hourMs)).toBe(clock.nowMs());
    await store.close();
  });
});

it("takes an empty file for a new one", async () => {
  const path = join(temporaryFolder(), "state.sqlite");
  writeFileSync(path, "");
  const store = await openStore({ path, clock });
  expect(await store.openOrders()).toEqual([]);
  await store.close();
});

it("leaves no log behind when the last one closes", async () => {
  const path = await writtenFile();
  expect(readdirSync(dirname(path)).toSorted()).toEqual(["state.sqlite", "state.sqlite-clean"]);
});

/** A file with some forty pages of entries, closed cleanly. */
async function writtenFile(): Promise<string> {
  const path = join(temporaryFolder(), "state.sqlite");
  const store = await openStore({ path, clock });
  const seen = Array.from({ length: 5_000 }, (_, index) => ({ id: sampleEntryId(index), timestampNs: BigInt(index) }));
  await store.commit({ seen }, null);
  await store.close();
  return path;
}

/** As SIGKILL leaves it: the file as it was at the last checkpoint, the newest commits in the log beside it. */
async function fileOfKilledProcess(last?: (handle: DatabaseSync) => void): Promise<string> {
  const path = await writtenFile();
  const handle = new DatabaseSync(path);
  handle.exec("INSERT INTO wait VALUES ('github', 7)");
  last?.(handle);
  const left = join(temporaryFolder(), "state.sqlite");
  for (const suffix of ["", "-wal", "-clean"]) copyFileSync(path + suffix, left + suffix);
  handle.close();
  return left;
}

function overwriteMiddle(path: string): void {
  overwrite(path, Math.floor(statSync(path).size / pageBytes / 2) * pageBytes, Buffer.alloc(3 * pageBytes, 0xa5));
}

function overwrite(path: string, position: number, bytes: Buffer): void {
  const descriptor = openSync(path, "r+");
  writeSync(descriptor, bytes, 0, bytes.length, position);
  closeSync(descriptor);
}

/** Refused with one sentence and its cure, twice, and every byte of it is where it was. */
async function expectRefusal(
  path: string,
  kind: typeof StoreCorruptError | typeof StoreUnavailableError,
  message: RegExp,
): Promise<void> {
  const before = bytesOf(path);
  for (let time = 0; time < 2; time++) {
    const opening = openStore({ path, clock });
    await expect(opening).rejects.toThrow(kind);
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toThrow(path);
  }
  expect(bytesOf(path)).toEqual(before);
}

/** What SQLite's shared memory holds is not part of the state. */
function bytesOf(path: string): Readonly<Record<string, string>> {
  const names = readdirSync(dirname(path)).filter((name) => !name.endsWith("-shm"));
  return Object.fromEntries(
    names.toSorted().map((name) => {
      const bytes = readFileSync(join(dirname(path), name));
      return [
        name,
        `${createHash("sha256").update(bytes).digest("hex")} ${statSync(join(dirname(path), name)).mtimeMs}`,
      ];
    }),
  );
}

function expectRefusalUnprivileged(path: string, message: RegExp): void {
  const before = bytesOf(path);
  const child = join(import.meta.dirname, "open-unprivileged.child.ts");
  const answer = JSON.parse(execFileSync(process.execPath, [child, path], { encoding: "utf8" }));
  expect(answer).toMatchObject({ name: "StoreUnavailableError", isRetryable: true });
  expect(answer.message).toMatch(message);
  expect(bytesOf(path)).toEqual(before);
}

/** Opens and closes it at that time; tells when all of it was last read. */
async function checkedAtMs(path: string, nowMs: number): Promise<unknown> {
  const store = await openStore({ path, clock: createTestClock(nowMs) });
  await store.close();
  const handle = new DatabaseSync(path, { readOnly: true });
  const row = handle.prepare("SELECT value FROM meta WHERE key = 'checked_at_ms'").get();
  handle.close();
  return row?.["value"];
}
