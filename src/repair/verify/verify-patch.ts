import type { FileChange, Patch, Verification } from "../../domain/patch.ts";
import { redact } from "../../domain/redact.ts";
import { type Sandbox, SandboxError } from "../../domain/sandbox.ts";
import type { Argv, ServiceCommands } from "../../domain/service-commands.ts";
import { CodeSourceError } from "../../domain/sources.ts";
import type { ExpectedFailure, PreparedFolders, SuiteMemory } from "../../domain/verify-means.ts";
import type { Workplace, Workplaces } from "../../domain/workplace.ts";
import { baseSuite, differing, isNoWorse, suitePasses, suiteResult } from "./base-suite.ts";
import { excerpt } from "./output-excerpt.ts";
import { dependencyDigest, prepareDependencies } from "./prepare-dependencies.ts";
import { showsReportedFailure } from "./reported-reason.ts";
import { fill, NoResult, outputOf, passed, type Ran, type RunningMeans, runCommands } from "./run-commands.ts";

export interface VerifyCase {
  readonly patch: Patch;
  readonly expected: ExpectedFailure;
  readonly commands: ServiceCommands;
  /** The patch corrects a setting and no code. */
  readonly isSetting: boolean;
  /** Whether a path is one of those in which a setting may be corrected. */
  readonly isConfigFile: (path: string) => boolean;
}

export interface VerifyMeans {
  readonly sandbox: Sandbox;
  /** Of the patch's repository. */
  readonly workplaces: Workplaces;
  readonly prepared: PreparedFolders;
  readonly suites: SuiteMemory;
  readonly nowMs: () => number;
}

/**
 * Runs the service's own commands in the sandbox: the new test fails on base for the reported reason and passes on the patch, and the whole suite is no worse than on base.
 * What is said to be verified ran; what could not run is said, with the reason.
 * @throws the signal's reason
 */
export async function verifyPatch(about: VerifyCase, means: VerifyMeans, signal: AbortSignal): Promise<Verification> {
  const why = (await means.sandbox.whyNot(signal)) ?? unfit(about);
  if (why !== null) return cannotRun(why);
  let workplace: Workplace | null = null;
  try {
    const { base } = about.patch;
    workplace = await means.workplaces.open(base, signal);
    for (const { path, before } of about.patch.files) {
      if (!sameBytes(await workplace.read(path), before)) return cannotRun(`${path} is another file at base`);
    }
    const lockDigest = await dependencyDigest(workplace);
    const open = () => means.workplaces.open(base, signal);
    const shown = await prepareDependencies(about.commands, lockDigest, open, means, signal);
    return await verifyIn(workplace, about, { ...means, commands: about.commands, shown, lockDigest }, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof NoResult) return cannotRun(error.message);
    if (error instanceof SandboxError || error instanceof CodeSourceError) return cannotRun(error.reason);
    throw error;
  } finally {
    await workplace?.remove();
  }
}

type Means = VerifyMeans & RunningMeans & { readonly lockDigest: string };

async function verifyIn(
  workplace: Workplace,
  about: VerifyCase,
  means: Means,
  signal: AbortSignal,
): Promise<Verification> {
  const { patch, commands } = about;
  const begunAtMs = means.nowMs();
  const { showing, test, changes } = planOf(about);
  const run = (list: readonly Argv[]) => runCommands(list, workplace.folder, means, signal);
  const words = [...new Set([...showing, ...commands.verify].map((argv) => JSON.stringify(argv)))];
  const flickering = new Set<ReturnType<typeof redact>>();
  const text = test === null ? null : Buffer.from(test.after).toString("utf8");
  const types = about.expected.exceptionTypes;
  const told = (kind: Exclude<Verification["kind"], "cannot-run">, red: readonly Ran[], green: readonly Ran[]) => ({
    kind,
    commands: words.map((each) => JSON.parse(each) as Argv),
    redOutput: excerpt(outputOf(red), types),
    greenOutput: excerpt(outputOf(green), types),
    flickering: [...flickering],
    durationMs: means.nowMs() - begunAtMs,
  });

  const onBase = () =>
    baseSuite({ commit: patch.base, commands, lockDigest: means.lockDigest }, means.suites, () => run(commands.verify));
  // Where only the whole suite can show the bug, it must pass without the new test: else nobody knows what failed.
  const isWhole = test !== null && commands.verifyTest === null;
  if (isWhole && !suitePasses(await onBase())) {
    return cannotRun("the suite fails at base, and without `verifyTest` nobody can tell whether the new test does");
  }

  if (test !== null) await apply(workplace, [test]);
  const red = await run(showing);
  await apply(workplace, changes);
  const green = await run(showing);
  if (passed(red)) return told(passed(green) ? "green-to-green" : "green-to-red", red, green);
  if (test !== null && !showsReportedFailure(outputOf(red), about.expected, text))
    return told("wrong-reason", red, green);
  if (!passed(green)) return told("red-to-red", red, green);

  // A test that passes now and then is no proof of anything.
  const again = await run(showing);
  if (!passed(again)) return told("flickers", red, again);
  await revert(workplace, changes);
  const redAgain = await run(showing);
  if (passed(redAgain)) return told("flickers", redAgain, green);

  if (test !== null) await revert(workplace, [test]);
  const before = await onBase();
  await apply(workplace, [...(test === null ? [] : [test]), ...changes]);
  const first = await run(commands.verify);
  if (isNoWorse(before, suiteResult(first))) return told("red-to-green", red, green);
  const second = await run(commands.verify);
  for (const name of differing(suiteResult(first), suiteResult(second))) flickering.add(name);
  // The second time decides: what fails twice is worse, what does not is named.
  return isNoWorse(before, suiteResult(second)) ? told("red-to-green", red, green) : told("suite-worse", red, second);
}

/** What shows the bug, and what is changed to mend it. */
function planOf({ patch, commands }: VerifyCase): {
  showing: readonly Argv[];
  test: FileChange | null;
  changes: readonly FileChange[];
} {
  const test = patch.files.find(({ isTest }) => isTest) ?? null;
  const changes = patch.files.filter(({ isTest }) => !isTest);
  const { under } = commands;
  if (test === null) {
    const path = changes[0]?.path ?? "";
    return { showing: commands.checkSettings.map((argv) => fill(argv, path, under)), test, changes };
  }
  const showing = commands.verifyTest === null ? commands.verify : [fill(commands.verifyTest, test.path, under)];
  return { showing, test, changes };
}

/** Why there is nothing to run, before anything is. */
function unfit({ patch, commands, isSetting, isConfigFile }: VerifyCase): string | null {
  const changes = patch.files.filter(({ isTest }) => !isTest);
  if (changes.length === 0) return "the patch changes nothing but tests";
  const setting = changes.find(({ path }) => !isConfigFile(path));
  if (isSetting && setting !== undefined) return `${setting.path} is not among \`repair.configFiles\``;
  if (patch.files.some(({ isTest }) => isTest)) return null;
  if (!isSetting) return "the patch brings no test that shows the bug";
  return commands.checkSettings.length === 0 ? "no test and no `checkSettings` command can check the setting" : null;
}

async function apply(workplace: Workplace, files: readonly FileChange[]): Promise<void> {
  for (const { path, after } of files) await workplace.write(path, after);
}

async function revert(workplace: Workplace, files: readonly FileChange[]): Promise<void> {
  for (const { path, before } of files) await workplace.write(path, before);
}

function sameBytes(one: Uint8Array | null, other: Uint8Array | null): boolean {
  return one === null || other === null ? one === other : Buffer.compare(one, other) === 0;
}

function cannotRun(because: string): Verification {
  return { kind: "cannot-run", because: redact(because) };
}
