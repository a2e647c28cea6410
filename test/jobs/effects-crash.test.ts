import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Fault } from "../../src/demo/github/faults.ts";
import { type EffectsSetting, newEffectsSetting } from "./effects-setting.ts";

let setting: EffectsSetting;

beforeEach(async () => {
  setting = await newEffectsSetting();
});

afterEach(async () => {
  const { violations } = setting.github;
  await setting.close();
  expect(violations).toEqual([]);
});

const child = fileURLToPath(new URL("perform-effects.child.ts", import.meta.url));

/** A real process; the number of crash points it passed, or null when it was killed at one. */
function perform(crashAt: number): Promise<number | null> {
  const { path, github, clock } = setting;
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [child, path, github.url, String(clock.nowMs()), String(crashAt)],
      (error, stdout, stderr) => {
        if (error === null) resolve(Number(stdout));
        else if (error.signal === "SIGKILL") resolve(null);
        else reject(new Error(stderr, { cause: error }));
      },
    );
  });
}

/** Runs as cron would, until nothing is open. @returns how many runs it took */
async function runToTheEnd(): Promise<number> {
  for (let runs = 1; runs <= 50; runs++) {
    await setting.run({ holder: `run-${runs}` });
    const open = await setting.store.effects({ states: ["intended", "sending", "unknown"] });
    if (open.length === 0) return runs;
    setting.clock.advance(31_000);
  }
  throw new Error("it came to no end");
}

const titles = () =>
  setting.github.world
    .issues()
    .map(({ title }) => title)
    .sort();

describe("a process killed while it performs effects", () => {
  it("leaves one issue for each effect, whatever it was doing", { timeout: 120_000 }, async () => {
    const points = await countedPoints();
    // Two effects: before and after each of two commits and one request.
    expect(points).toBe(12);
    for (let crashAt = 0; crashAt < points; crashAt++) {
      await setting.close();
      setting = await newEffectsSetting();
      await setting.intend(1, 2);
      expect(await perform(crashAt)).toBeNull();
      // The lease of the dead is free after its time.
      setting.clock.advance(61_000);
      await runToTheEnd();
      expect({ crashAt, titles: titles() }).toEqual({ crashAt, titles: ["Bug 1", "Bug 2"] });
      expect((await setting.store.effects({})).map(({ state }) => state)).toEqual(["done", "done"]);
    }
  });

  async function countedPoints(): Promise<number> {
    await setting.intend(1, 2);
    return (await perform(-1)) ?? 0;
  }
});

describe("whatever GitHub does", () => {
  const write = fc.constantFrom<Fault["kind"]>(
    "lost-502",
    "reset-after",
    "cut-answer",
    "html-answer",
    "reset-before",
    "fail-500",
    "retry-after",
    "secondary",
    "primary",
  );
  const read = fc.constantFrom<Fault["kind"]>("reset-before", "fail-500", "retry-after", "html-answer", "cut-answer");

  it("there is one issue for each effect in the end", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(write, { maxLength: 6 }),
        fc.array(read, { maxLength: 6 }),
        fc.constantFrom(0, 5_000, 30_000, 59_000),
        async (writes, reads, lagMs) => {
          await setting.close();
          setting = await newEffectsSetting();
          setting.github.setListingLag(lagMs);
          setting.github.faults.onWrite(...writes.map((kind) => ({ kind, seconds: 90 })));
          setting.github.faults.onRead(...reads.map((kind) => ({ kind, seconds: 90 })));
          await setting.intend(1, 2, 3);
          await runToTheEnd();
          expect(titles()).toEqual(["Bug 1", "Bug 2", "Bug 3"]);
          expect(setting.github.violations).toEqual([]);
        },
      ),
      { numRuns: 40, seed: 2 },
    );
  });
});
