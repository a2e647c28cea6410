import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createObjectReader } from "../../../src/adapters/git/object-reader.ts";
import { createMemory } from "../../../src/adapters/git/remembered.ts";
import { makeRepository, temporaryFolder } from "./git-repository.ts";

const { signal } = new AbortController();
const folder = temporaryFolder();
afterAll(folder.remove);

let path: string;
let blobs: Record<"small" | "large" | "empty" | "commit", string>;
const absent = "1".repeat(40);

beforeAll(() => {
  const repository = makeRepository(join(folder.path, "shop"));
  const commit = repository.commit({ small: "one\ntwo\n", large: "x".repeat(300_000), empty: "" }, "feat: files");
  const idOf = (name: string) => repository.git("rev-parse", `${commit}:${name}`);
  blobs = { small: idOf("small"), large: idOf("large"), empty: idOf("empty"), commit };
  path = join(repository.path, ".git");
});

/** With a git in front of the machine's that writes down each start. */
function reader(timeoutMs = 10_000, script = 'exec "$REAL" "$@"') {
  const bin = join(folder.path, `bin-${Math.random().toString(36).slice(2)}`);
  mkdirSync(bin);
  const log = join(bin, "started");
  const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  writeFileSync(join(bin, "git"), `#!/bin/sh\nREAL='${real}'\necho "$*" >> '${log}'\n${script}\n`);
  chmodSync(join(bin, "git"), 0o755);
  const env = { PATH: `${bin}:${process.env["PATH"]}`, GIT_DIR: path, GIT_CONFIG_GLOBAL: "/dev/null" };
  const started = () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").sort() : []);
  return { objects: createObjectReader({ env, cwd: folder.path, timeoutMs }), started };
}

describe("objects of a clone", () => {
  it("are read by two processes, however many are asked for, and each gets its own answer", async () => {
    const { objects, started } = reader();
    const read = (blob: string) => objects.content(blob, 1_000_000, signal);
    const answers = await Promise.all([blobs.small, blobs.large, absent, blobs.empty, blobs.small].map(read));
    expect(answers.map((each) => each?.length ?? null)).toEqual([8, 300_000, null, 0, 8]);
    expect((await read(blobs.small))?.toString()).toBe("one\ntwo\n");
    expect(await objects.sizes([blobs.large, blobs.empty, absent, blobs.commit], signal)).toEqual([
      300_000,
      0,
      null,
      null,
    ]);
    expect(await objects.sizes([], signal)).toEqual([]);
    expect(started()).toEqual(["cat-file --batch", "cat-file --batch-check"]);
  });

  it("are not read where they are too large, or no files", async () => {
    const { objects, started } = reader();
    expect(await objects.content(blobs.large, 299_999, signal)).toBeNull();
    expect(await objects.content(blobs.commit, 1_000_000, signal)).toBeNull();
    expect(started()).toEqual(["cat-file --batch-check"]);
  });

  it("come to others although one gave up waiting", async () => {
    const { objects } = reader();
    const leaving = new AbortController();
    const [gone, stays] = [objects.sizes([blobs.small], leaving.signal), objects.sizes([blobs.large], signal)];
    leaving.abort(new Error("enough"));
    await expect(gone).rejects.toThrow("enough");
    expect(await stays).toEqual([300_000]);
    expect(await objects.sizes([blobs.empty], signal)).toEqual([0]);
  });

  it("are told as missing in time, and asked again of another process", async () => {
    const { objects } = reader(150, `[ -e '${folder.path}/well' ] && exec "$REAL" "$@"; exec sleep 60`);
    await expect(objects.sizes([blobs.small], signal)).rejects.toMatchObject({ isRetryable: true });
    writeFileSync(join(folder.path, "well"), "");
    expect(await objects.sizes([blobs.small], signal)).toEqual([8]);
  });

  it("are told as missing when git dies in the middle", async () => {
    const { objects } = reader(10_000, "read line; printf 'abc'; exit 1");
    await expect(objects.content(blobs.small, 10, signal)).rejects.toThrow("git ended in the middle of an answer");
  });
});

describe("what is remembered", () => {
  it("is asked once, also by several at a time, and again after a failure", async () => {
    const memory = createMemory<string>(100, (text) => text.length);
    let asked = 0;
    const ask = async () => {
      asked += 1;
      if (asked === 1) throw new Error("not yet");
      return `answer ${asked}`;
    };
    await expect(memory("a", ask)).rejects.toThrow("not yet");
    expect(await Promise.all([memory("a", ask), memory("a", ask)])).toEqual(["answer 2", "answer 2"]);
    expect(await memory("a", ask)).toBe("answer 2");
  });

  it("does not fail one who waits because another gave up", async () => {
    const memory = createMemory<string>(100, (text) => text.length);
    const first = Promise.withResolvers<string>();
    const one = memory("a", () => first.promise);
    const other = memory("a", async () => "mine");
    first.reject(new Error("gave up"));
    await expect(one).rejects.toThrow("gave up");
    expect(await other).toBe("mine");
  });

  it("is the latest used, up to a weight", async () => {
    const memory = createMemory<string>(10, (text) => text.length);
    let asked: string[] = [];
    const of = (key: string) =>
      memory(key, async () => {
        asked.push(key);
        return "12345";
      });
    for (const key of ["a", "b", "a", "c"]) await of(key);
    asked = [];
    for (const key of ["a", "c", "b"]) await of(key);
    expect(asked).toEqual(["b"]);
  });
});
