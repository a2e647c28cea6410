import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openWorkplaces } from "../../../src/adapters/git/workplaces.ts";
import { openPreparedFolders } from "../../../src/adapters/sandbox/prepared-folders.ts";
import type { ServiceCommands } from "../../../src/domain/service-commands.ts";
import { prepareDependencies } from "../../../src/repair/verify/prepare-dependencies.ts";
import { makeRepository } from "../../adapters/git/git-repository.ts";
import { endOf, never, openIn, treeIn } from "../../adapters/sandbox/sandbox-kinds.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const limits = { memoryMb: 2048, tmpMb: 512, processesMax: 512, durationMs: 120_000, outputBytesMax: 1_000_000 };

/** Written by Python, which has what makes a zip: names in it, and what they hold. */
function writeZip(path: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(path, ".."), { recursive: true });
  const script =
    "import json, sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], 'w') as z:\n  for n, t in json.loads(sys.argv[2]).items(): z.writestr(n, t)";
  execFileSync("/usr/bin/python3", ["-c", script, path, JSON.stringify(files)]);
}

interface Recipe {
  readonly files: Readonly<Record<string, string>>;
  /** As docs/repair.md has them. */
  readonly prepare: readonly string[];
  readonly verify: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What stands for the registry, in a folder of this machine, and how the tool is told of it: there is no network here. */
  readonly registry: (folder: string) => Readonly<Record<string, string>>;
  readonly says: RegExp;
  /** What people have committed: a lock file that the tool writes. */
  readonly lock?: { readonly argv: readonly string[]; readonly file: string };
}

const recipes: Readonly<Record<string, Recipe>> = {
  "pytest, with its packages below the tree": {
    files: {
      "requirements.txt": "money-rounding==1.0.0\n",
      "total.py": "import money_rounding\n\ndef total(cents):\n    return money_rounding.up(cents)\n",
      "test_total.py": "from total import total\n\ndef test_up():\n    assert total(1.2) == 2\n",
    },
    prepare: [
      "python3",
      "-m",
      "pip",
      "install",
      "--target",
      ".deps",
      "--only-binary",
      ":all:",
      "-r",
      "requirements.txt",
    ],
    verify: ["python3", "-m", "pytest", "-q", "-p", "no:cacheprovider"],
    env: { PYTHONPATH: "/work/.deps" },
    registry(folder) {
      const about = "money_rounding-1.0.0.dist-info";
      writeZip(join(folder, "money_rounding-1.0.0-py3-none-any.whl"), {
        "money_rounding.py": "import math\n\ndef up(value):\n    return math.ceil(value)\n",
        [`${about}/METADATA`]: "Metadata-Version: 2.1\nName: money-rounding\nVersion: 1.0.0\n",
        [`${about}/WHEEL`]: "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        [`${about}/RECORD`]: `money_rounding.py,,\n${about}/METADATA,,\n${about}/WHEEL,,\n${about}/RECORD,,\n`,
      });
      return { PIP_NO_INDEX: "1", PIP_FIND_LINKS: folder };
    },
    says: /1 passed/,
  },
  "Go, with its modules downloaded": {
    files: {
      "go.mod": "module example.com/total\n\ngo 1.19\n\nrequire example.com/rounding v1.0.0\n",
      "total.go":
        'package total\n\nimport "example.com/rounding"\n\nfunc Of(cents float64) int { return rounding.Up(cents) }\n',
      "total_test.go":
        'package total\n\nimport "testing"\n\nfunc TestUp(t *testing.T) {\n\tif Of(1.2) != 2 {\n\t\tt.Fatal("not 2")\n\t}\n}\n',
    },
    prepare: ["go", "mod", "download"],
    verify: ["go", "test", "./..."],
    env: { GOCACHE: "/tmp/go-build", GOTOOLCHAIN: "local" },
    registry(folder) {
      const at = join(folder, "example.com", "rounding", "@v");
      const mod = "module example.com/rounding\n\ngo 1.19\n";
      const inside = "example.com/rounding@v1.0.0";
      writeZip(join(at, "v1.0.0.zip"), {
        [`${inside}/go.mod`]: mod,
        [`${inside}/rounding.go`]:
          'package rounding\n\nimport "math"\n\nfunc Up(v float64) int { return int(math.Ceil(v)) }\n',
      });
      execFileSync("/bin/sh", [
        "-c",
        `cd '${at}' && printf '${mod.replaceAll("\n", "\\n")}' >v1.0.0.mod && printf '{"Version":"v1.0.0"}' >v1.0.0.info && echo v1.0.0 >list`,
      ]);
      return { GOPROXY: `file://${folder}`, GOSUMDB: "off" };
    },
    says: /^ok /m,
    lock: { argv: ["go", "mod", "tidy"], file: "go.sum" },
  },
};

function lockOf({ files, lock }: Recipe, folder: string, env: Recipe["env"]): Readonly<Record<string, string>> {
  if (lock === undefined) return {};
  const tree = treeIn(folder, files);
  const home = join(folder, "home of whoever wrote it");
  const own = {
    PATH: "/usr/bin:/bin",
    HOME: home,
    ...env,
    GOCACHE: join(home, "cache"),
    GOMODCACHE: join(folder, "modules"),
  };
  const [program = "", ...words] = lock.argv;
  execFileSync(program, words, { cwd: tree, env: own });
  // Go writes its modules without permission to delete them.
  execFileSync("chmod", ["-R", "u+w", join(folder, "modules")]);
  return { [lock.file]: readFileSync(join(tree, lock.file), "utf8") };
}

describe("a recipe of docs/repair.md", () => {
  it.each(Object.entries(recipes))(
    "brings the dependencies, and the tests find them without a network: %s",
    async (_name, recipe) => {
      const folder = temporaryFolder();
      chmodSync(folder, 0o755);
      const registry = join(folder, "registry");
      mkdirSync(registry, { mode: 0o755 });
      const repository = makeRepository(join(folder, "clone"));
      const env = { ...recipe.env, ...recipe.registry(registry) };
      const base = repository.commit({ ...recipe.files, ...lockOf(recipe, folder, env) }, "first");
      const stateDirectory = join(folder, "state");
      mkdirSync(stateDirectory, { mode: 0o755 });
      const means = { sandbox: openIn(folder, "bubblewrap"), prepared: openPreparedFolders(stateDirectory) };
      const workplaces = openWorkplaces({
        repository: "company/shop",
        path: repository.path,
        stateDirectory,
        isFetched: false,
      });
      const commands: ServiceCommands = {
        verify: [recipe.verify],
        verifyTest: null,
        prepare: [recipe.prepare],
        checkSettings: [],
        under: "",
        readOnly: [registry],
        writableCopies: [],
        env,
        limits,
      };
      const opened = () => workplaces.open(base, never);
      const shown = await prepareDependencies(commands, "lock", opened, means, never);
      expect(shown.length).toBeGreaterThan(0);
      const workplace = await opened();
      // What stood for the network is gone, too.
      const run = {
        argv: recipe.verify,
        folder: workplace.folder,
        under: "",
        readOnly: [],
        writableCopies: [],
        prepared: shown,
        env,
        limits,
      };
      const result = await means.sandbox.run(run, never);
      expect(endOf(result), result.output).toBe("exit 0");
      expect(result.output).toMatch(recipe.says);
    },
  );
});
