import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Sandbox, SandboxError, type SandboxResult, type SandboxRun } from "../../src/domain/sandbox.ts";
import { isTestFile } from "../../src/repair/test-file.ts";
import type { Dice } from "./dice.ts";
import { hostileText } from "./hostile-text.ts";

/** How one test is run in this sandbox: what comes without it is the whole suite. */
export const oneTest = "one-test";

/**
 * The worst that tests can be: whatever is changed beside them, they go from red, for the reported reason, to green. Their output is hostile, with a secret in it.
 * @param isOdd then, now and then, they end in any other way
 */
export function scriptedSandbox(dice: Dice, isOdd: boolean, newSecret: () => string): Sandbox {
  let base: string | null = null;
  const ended = (exitCode: number): SandboxResult => ({
    kind: "ended",
    exitCode,
    output: `TypeError: Cannot read properties of undefined\n${hostileText(dice)}\nkey: ${newSecret()}\n`,
    durationMs: 5,
  });
  return {
    whyNot: async () => null,
    async run(run) {
      const now = digestOfSources(run);
      // What is run first is a new test on what is there.
      base ??= now;
      if (isOdd && dice.chance(0.15)) return odd(dice, ended);
      return ended(run.argv.includes(oneTest) && now === base ? 1 : 0);
    },
    prepare: async () => ended(0),
  };
}

function odd(dice: Dice, ended: (exitCode: number) => SandboxResult): SandboxResult {
  if (dice.chance(0.2)) throw new SandboxError({ reason: "a probe does not hold", detail: hostileText(dice) });
  if (dice.chance(0.5)) return ended(dice.pick([0, 1, 127, 137, -1]));
  const because = dice.pick(["time", "memory", "processes", "output", "disk"] as const);
  return { kind: "killed", because, output: hostileText(dice), durationMs: 5 };
}

function digestOfSources({ folder }: SandboxRun): string {
  const hash = createHash("sha256");
  for (const path of readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .toSorted()) {
    const name = path.slice(folder.length + 1);
    if (!isTestFile(name)) hash.update(`${name}\0`).update(readFileSync(path)).update("\0");
  }
  return hash.digest("hex");
}
