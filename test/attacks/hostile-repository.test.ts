import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { diceOf } from "./dice.ts";
import { plantClone, setTraps, traps } from "./hostile-clone.ts";
import { inFolder } from "./in-folder.ts";
import { repeat, runAttack } from "./run-attack.ts";
import { failedSeeds, fixedSeeds } from "./seeds.ts";

describe("a clone whose .git names programs", () => {
  it.each([...fixedSeeds, ...failedSeeds.repository])(
    "runs none of them and stays as it is (seed %i)",
    async (seed) => {
      const { findings } = await runAttack("repository", seed);
      expect(findings, repeat("repository", seed)).toEqual([]);
    },
  );

  it("would run them when it is read in the ordinary way, so that the tests above can fail", async () => {
    await inFolder(async (folder) => {
      const { path } = plantClone(join(folder, "clone"), diceOf(0, "clone"));
      const ran = setTraps(
        path,
        folder,
        traps.filter((trap) => trap !== "replaced-objects"),
      );
      rmSync(ran, { force: true });
      for (const command of ["status", "diff", "log"]) {
        try {
          execFileSync("git", ["-C", path, command, "-p"].slice(0, command === "log" ? 4 : 3), { stdio: "pipe" });
        } catch {
          // What a trap answers is not what git expects.
        }
      }
      expect(existsSync(ran)).toBe(true);
    });
  });
});
