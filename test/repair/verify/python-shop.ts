import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openWorkplaces } from "../../../src/adapters/git/workplaces.ts";
import { installedPrograms, openSandbox } from "../../../src/adapters/sandbox/open-sandbox.ts";
import { openPreparedFolders } from "../../../src/adapters/sandbox/prepared-folders.ts";
import { openSuiteMemory } from "../../../src/adapters/sandbox/suite-memory.ts";
import type { FileChange, Verification } from "../../../src/domain/patch.ts";
import type { Sandbox, SandboxRun } from "../../../src/domain/sandbox.ts";
import type { ServiceCommands } from "../../../src/domain/service-commands.ts";
import { type VerifyCase, verifyPatch } from "../../../src/repair/verify/verify-patch.ts";
import { makeRepository } from "../../adapters/git/git-repository.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

export const never = new AbortController().signal;

/** A small service with a bug: an order without items is no order without a total. */
export const files = {
  "total.py": 'def total(order):\n    return sum(item["price"] for item in order["items"])\n',
  "test_existing.py":
    'import unittest\nfrom total import total\n\nclass Existing(unittest.TestCase):\n    def test_sum(self):\n        self.assertEqual(total({"items": [{"price": 2}, {"price": 3}]}), 5)\n',
} as const;

export const newTest = test('self.assertEqual(total({"items": None}), 0)');
export const mended = files["total.py"].replace('order["items"]', '(order["items"] or [])');

/** A test file with one test in it. */
export function test(statement: string): string {
  return `import unittest\nfrom total import total\n\nclass NoItems(unittest.TestCase):\n    def test_none(self):\n        ${statement}\n`;
}

const commands: ServiceCommands = {
  verify: [["/usr/bin/python3", "-m", "unittest"]],
  verifyTest: ["/usr/bin/python3", "-m", "unittest", "{testName}"],
  prepare: [],
  checkSettings: [],
  under: "",
  readOnly: [],
  writableCopies: [],
  env: {},
  limits: { durationMs: 30_000, memoryMb: 512, tmpMb: 32, processesMax: 100, outputBytesMax: 1_000_000 },
};

export interface Shop {
  /** What was run, in order, whatever it was for. */
  readonly runs: (SandboxRun | { readonly argv: readonly string[] })[];
  verify(change: Change): Promise<Verification>;
}

export interface Change {
  /** Null: the source stays. */
  readonly source?: string | null;
  readonly sourcePath?: string;
  readonly test?: string | null;
  readonly commands?: Partial<ServiceCommands>;
  readonly expected?: VerifyCase["expected"];
  readonly setting?: readonly string[];
  /** What the source is said to have been. */
  readonly before?: string;
}

/** @param meanwhile is called before each run, with its number from 0 */
export function openShop(
  own: Readonly<Record<string, string>> = {},
  meanwhile: (run: number) => void = () => undefined,
): Shop {
  const folder = temporaryFolder();
  const repository = makeRepository(join(folder, "clone"));
  const tree = { ...files, ...own };
  const base = repository.commit(tree, "first");
  const stateDirectory = join(folder, "state");
  mkdirSync(stateDirectory, { mode: 0o700 });
  const user = process.getuid?.() ?? 0;
  const real = openSandbox({
    stateDirectory,
    programs: installedPrograms(),
    kinds: ["bubblewrap"],
    platform: "linux",
    user,
  });
  const runs: Shop["runs"] = [];
  const count = <Run extends Shop["runs"][number]>(run: Run): Run => {
    meanwhile(runs.length);
    runs.push(run);
    return run;
  };
  const sandbox: Sandbox = {
    whyNot: real.whyNot,
    run: (run, signal) => real.run(count(run), signal),
    prepare: (run, signal) => real.prepare(count(run), signal),
  };
  const workplaces = openWorkplaces({
    repository: "company/shop",
    path: repository.path,
    stateDirectory,
    isFetched: false,
  });
  const means = {
    sandbox,
    workplaces,
    prepared: openPreparedFolders(stateDirectory),
    suites: openSuiteMemory(stateDirectory),
  };
  return {
    runs,
    verify({ source = mended, sourcePath = "total.py", test: text = newTest, before = null, ...other }) {
      const known: Readonly<Record<string, string>> = tree;
      const change = (path: string, after: string, isTest: boolean): FileChange => ({
        path,
        before: Buffer.from((isTest ? null : before) ?? known[path] ?? ""),
        after: Buffer.from(after),
        isTest,
      });
      const patch = {
        incident: "i0123456789ab",
        repository: "company/shop",
        base,
        files: [
          ...(source === null ? [] : [change(sourcePath, source, false)]),
          ...(text === null ? [] : [{ ...change("test_none.py", text, true), before: null }]),
        ],
        diff: "",
      } as const;
      const about: VerifyCase = {
        patch,
        expected: other.expected ?? { exceptionTypes: ["TypeError"], messages: [] },
        commands: { ...commands, ...other.commands },
        isSetting: other.setting !== undefined,
        isConfigFile: (path) => other.setting?.includes(path) === true,
      };
      return verifyPatch(about, { ...means, nowMs: () => performance.now() }, never);
    },
  };
}
