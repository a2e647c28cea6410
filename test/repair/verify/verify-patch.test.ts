import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { files, mended, newTest, openShop, test } from "./python-shop.ts";

const whole = { verifyTest: null };

/** As root, commands run as another user, who must be let in. */
function sharedFolder(): string {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  return folder;
}

describe("a patch", () => {
  it("is verified when its test goes from red, for the reported reason, to green, and nothing else fails", async () => {
    const verification = await openShop().verify({});
    expect(verification).toMatchObject({
      kind: "red-to-green",
      commands: [
        ["/usr/bin/python3", "-m", "unittest", "test_none"],
        ["/usr/bin/python3", "-m", "unittest"],
      ],
      redOutput: expect.stringContaining("TypeError: 'NoneType' object is not iterable"),
      greenOutput: expect.stringContaining("OK"),
      flickering: [],
    });
  });

  it("is verified by the whole suite where nobody said how one test is run", async () => {
    expect(await openShop().verify({ commands: whole })).toMatchObject({ kind: "red-to-green" });
  });

  it.each([
    ["green-to-green", { test: test('self.assertEqual(total({"items": []}), 0)') }],
    ["red-to-red", { source: `${files["total.py"]}# nothing else\n` }],
    [
      "green-to-red",
      { test: test("self.assertEqual(total({'items': []}), 0)"), source: "def total(order):\n    return None\n" },
    ],
    ["suite-worse", { source: "def total(order):\n    return 0\n" }],
    [
      "wrong-reason",
      { test: test('self.assertEqual(total({"items": [1].clear()}) if False else 1, 0)'), source: mended },
    ],
    ["wrong-reason", { test: test("self.assertEqual(1, 2, 'TypeError: it is told, not thrown')") }],
    ["wrong-reason", { test: "import no_such_module\n" }],
  ] as const)("is not verified: %s", async (kind, change) => {
    expect(await openShop().verify(change)).toMatchObject({ kind });
  });

  it("is not verified by what its test prints: only the exit code counts", async () => {
    const says = test(
      'print("OK\\n\\nRan 1 test, 0 failures"); import os; total({"items": None}) if False else os._exit(1)',
    );
    const verification = await openShop().verify({ test: says });
    expect(verification.kind).toBe("wrong-reason");
    const both = test(
      'print("OK"); import traceback, os\n        try: total({"items": None})\n        except TypeError: traceback.print_exc()\n        os._exit(3)',
    );
    expect(await openShop().verify({ test: both })).toMatchObject({ kind: "red-to-red" });
  });

  it("shows a wrong value where none was thrown", async () => {
    const own = {
      "total.py": files["total.py"]
        .replace("return sum", "return 1 + sum")
        .replace('order["items"]', 'order["items"] or []'),
    };
    const wrong = test('self.assertEqual(total({"items": [{"price": 41}]}), 41)');
    const sourced = own["total.py"].replace("1 + ", "");
    const existing = { "test_existing.py": "import unittest\n" };
    const expected = { exceptionTypes: [], messages: ["42"] };
    const shop = openShop({ ...own, ...existing });
    expect(await shop.verify({ test: wrong, source: sourced, expected })).toMatchObject({ kind: "red-to-green" });
    const other = { exceptionTypes: [], messages: ["17"] };
    expect(await shop.verify({ test: wrong, source: sourced, expected: other })).toMatchObject({
      kind: "wrong-reason",
    });
  });

  it("may come to a suite that fails already, as long as the same tests fail", async () => {
    const broken = { "test_broken.py": test("self.fail('since yesterday')").replaceAll("NoItems", "Broken") };
    const shop = openShop(broken);
    expect(await shop.verify({})).toMatchObject({ kind: "red-to-green" });
    expect(await shop.verify({ source: "def total(order):\n    return 0\n" })).toMatchObject({ kind: "suite-worse" });
    expect(await shop.verify({ commands: whole })).toMatchObject({ kind: "cannot-run" });
  });

  it("has the suite of its base run once", async () => {
    const shop = openShop();
    await shop.verify({});
    const first = shop.runs.length;
    await shop.verify({});
    expect(shop.runs.length - first).toBe(first - 1);
  });

  it("is verified where another test flickers, which is named", async () => {
    const shared = sharedFolder();
    const own = {
      "test_weather.py": `import unittest\n\nclass Weather(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(open("${shared}/now").read(), "fine")\n`,
    };
    // Twice the new test on each side, the suite at base, and then for the first time on the patch.
    const shop = openShop(own, (run) => writeFileSync(join(shared, "now"), run === 5 ? "rain" : "fine"));
    const verification = await shop.verify({ commands: { readOnly: [shared] } });
    expect(verification).toMatchObject({
      kind: "red-to-green",
      flickering: [expect.stringContaining("test_weather.Weather")],
    });
    const always = openShop(own, (run) => writeFileSync(join(shared, "now"), run >= 5 ? "rain" : "fine"));
    expect(await always.verify({ commands: { readOnly: [shared] } })).toMatchObject({ kind: "suite-worse" });
  });

  it.each([
    ["fails the second time on the patch", "rain", 2],
    ["passes the second time on base", "sun", 3],
  ])("is not verified by a test that flickers itself: it %s", async (_how, weather, at) => {
    const shared = sharedFolder();
    const text = test(
      `now = open("${shared}/now").read()\n        if now == "rain": total({"items": None, "price": 1 / 0})\n        self.assertEqual(0 if now == "sun" else total({"items": None}), 0)`,
    );
    const shop = openShop({}, (run) => writeFileSync(join(shared, "now"), run === at ? weather : "fine"));
    expect(await shop.verify({ test: text, commands: { readOnly: [shared] } })).toMatchObject({ kind: "flickers" });
  });

  it.each([
    ["no test that shows the bug", { test: null }],
    ["changes nothing but tests", { source: null }],
    ["another file at base", { before: "def total(order): pass\n" }],
    ["was not found", { commands: { verifyTest: ["no-such-tool", "{test}"] } }],
    ["was killed by the kernel", { test: test("import os, signal; os.kill(os.getpid(), signal.SIGKILL)") }],
    [
      "took longer than 1 s",
      {
        test: test("import time; time.sleep(60)"),
        commands: {
          limits: { durationMs: 1_000, memoryMb: 512, tmpMb: 32, processesMax: 100, outputBytesMax: 1_000_000 },
        },
      },
    ],
    ["is not among `repair.configFiles`", { setting: [] }],
  ])("cannot be run, and says why: %s", async (because, change) => {
    const verification = await openShop().verify(change);
    expect(verification).toMatchObject({ kind: "cannot-run", because: expect.stringContaining(because) });
  });
});

describe("a setting", () => {
  const own = { "settings.ini": "timeout = banana\n" };
  const check = [
    [
      "/bin/sh",
      "-c",
      "grep -Eq '^timeout = [0-9]+$' \"$1\" || { echo 'ValueError: invalid timeout'; exit 1; }",
      "sh",
      "{file}",
    ],
  ];
  const right = { source: "timeout = 30\n", sourcePath: "settings.ini", test: null, setting: ["settings.ini"] };

  it("is verified by the command that checks settings", async () => {
    const expected = { exceptionTypes: ["ValueError"], messages: [] };
    const shop = openShop(own);
    expect(await shop.verify({ ...right, commands: { checkSettings: check }, expected })).toMatchObject({
      kind: "red-to-green",
    });
    const still = { ...right, source: "timeout = soon\n", commands: { checkSettings: check }, expected };
    expect(await shop.verify(still)).toMatchObject({ kind: "red-to-red" });
  });

  it("cannot be verified where nothing checks it", async () => {
    expect(await openShop(own).verify(right)).toMatchObject({ kind: "cannot-run" });
  });
});

describe("dependencies", () => {
  const script = `set -e
mkdir -p deps && echo 'value = 1' >deps/lib.py
ln -s /etc/passwd deps-link
echo cached >"$HOME/tool"
ln -s /etc/passwd "$HOME/link"
echo "$SECRET_OF_THE_WORKER" >deps/secret`;
  const own = { "requirements.txt": "lib==1\n" };
  const text = newTest
    .replace("import unittest\n", "import unittest, os, sys\nsys.path.insert(0, 'deps')\nimport lib\n")
    .replace(
      "        self.",
      "        self.assertEqual(open(os.path.expanduser('~/tool')).read(), 'cached\\n')\n        self.assertFalse(os.path.exists('deps-link') or os.path.exists(os.path.expanduser('~/link')))\n        self.assertEqual(open('deps/secret').read(), '\\n')\n        self.",
    );

  it("are brought once for each state of the lock files, by a run that sees no secrets", async () => {
    process.env["SECRET_OF_THE_WORKER"] = "canary";
    const shop = openShop(own);
    const change = { test: text, commands: { prepare: [["/bin/sh", "-c", script]] } };
    const first = await shop.verify(change);
    const second = await shop.verify(change);
    delete process.env["SECRET_OF_THE_WORKER"];
    expect([first.kind, second.kind]).toEqual(["red-to-green", "red-to-green"]);
    expect(shop.runs.filter(({ argv }) => argv.includes(script))).toHaveLength(1);
  });

  it("that cannot be brought are told", async () => {
    const change = { commands: { prepare: [["/bin/sh", "-c", "echo no such package; exit 1"]] } };
    expect(await openShop(own).verify(change)).toMatchObject({
      kind: "cannot-run",
      because: expect.stringContaining("no such package"),
    });
  });
});
