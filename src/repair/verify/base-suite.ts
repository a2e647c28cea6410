import { createHash } from "node:crypto";
import type { CommitId } from "../../domain/names.ts";
import { redact } from "../../domain/redact.ts";
import type { ServiceCommands } from "../../domain/service-commands.ts";
import type { SuiteMemory, SuiteResult } from "../../domain/verify-means.ts";
import { failingTests } from "./failing-tests.ts";
import { outputOf, type Ran } from "./run-commands.ts";

/** The suite of a commit, run once and remembered. */
export async function baseSuite(
  of: { readonly commit: CommitId; readonly commands: ServiceCommands; readonly lockDigest: string },
  memory: SuiteMemory,
  run: () => Promise<readonly Ran[]>,
): Promise<SuiteResult> {
  const key = createHash("sha256").update(JSON.stringify(of)).digest("hex");
  const known = await memory.find(key);
  if (known !== null) return known;
  const result = suiteResult(await run());
  await memory.keep(key, result);
  return result;
}

export function suiteResult(ran: readonly Ran[]): SuiteResult {
  const isRed = ran.some(({ exitCode }) => exitCode !== 0);
  return {
    exitCodes: ran.map(({ exitCode }) => exitCode),
    failing: isRed ? failingTests(outputOf(ran)).map((name) => redact(name)) : [],
  };
}

export function suitePasses({ exitCodes }: SuiteResult): boolean {
  return exitCodes.every((code) => code === 0);
}

/**
 * Whether nothing fails that did not fail before. Exit codes decide; only a command that fails both times needs the names of its tests, and where these are not known
 * it counts as worse.
 */
export function isNoWorse(before: SuiteResult, after: SuiteResult): boolean {
  const newly = after.exitCodes.some((code, index) => code !== 0 && before.exitCodes[index] === 0);
  if (newly) return false;
  if (suitePasses(after)) return true;
  return after.failing.length > 0 && after.failing.every((name) => before.failing.includes(name));
}

/** Tests that failed one time and not the other. */
export function differing(one: SuiteResult, other: SuiteResult): SuiteResult["failing"] {
  return [...new Set([...one.failing, ...other.failing])].filter(
    (name) => one.failing.includes(name) !== other.failing.includes(name),
  );
}
