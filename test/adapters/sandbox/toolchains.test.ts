import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import type { SandboxRun } from "../../../src/domain/sandbox.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { endOf, never, openIn, runOf, treeIn } from "./sandbox-kinds.ts";

interface Toolchain {
  readonly files: (isRight: boolean) => Readonly<Record<string, string>>;
  /** What docs/repair.md tells to write. */
  readonly argv: readonly string[];
  readonly other?: Partial<Pick<SandboxRun, "readOnly" | "env">>;
  /** Of the test that fails. */
  readonly says: string;
}

const jars = "/usr/share/java/junit4.jar:/usr/share/java/hamcrest-all.jar";
const node = process.execPath;

/** With limits as a service map has them by default. */
const limits = { memoryMb: 2048, tmpMb: 512, processesMax: 512, durationMs: 120_000, outputBytesMax: 1_000_000 };

const toolchains: Readonly<Record<string, Toolchain>> = {
  "Java, by javac and JUnit": {
    files: (isRight) => ({
      "src/Total.java": `public class Total { static int of(String text) { return ${isRight ? "text == null ? 0 : " : ""}text.length(); } }`,
      "test/TotalTest.java":
        "import org.junit.Test;\nimport static org.junit.Assert.*;\npublic class TotalTest { @Test public void none() { assertEquals(0, Total.of(null)); } }",
    }),
    argv: [
      "/bin/sh",
      "-c",
      `mkdir -p build && javac -cp ${jars} -d build src/*.java test/*.java && java -cp build:${jars} org.junit.runner.JUnitCore TotalTest`,
    ],
    says: "java.lang.NullPointerException",
  },
  "Go, offline": {
    files: (isRight) => ({
      "go.mod": "module example.com/total\n\ngo 1.19\n",
      "total.go": `package total\n\nfunc Of(items *[]int) int {\n\t${isRight ? "if items == nil {\n\t\treturn 0\n\t}\n\t" : ""}return len(*items)\n}\n`,
      "total_test.go":
        'package total\n\nimport "testing"\n\nfunc TestNone(t *testing.T) {\n\tif Of(nil) != 0 {\n\t\tt.Fatal("not 0")\n\t}\n}\n',
    }),
    argv: ["go", "test", "./..."],
    other: { env: { GOPROXY: "off", GOCACHE: "/tmp/go-build", GOTOOLCHAIN: "local" } },
    says: "nil pointer dereference",
  },
  "Python, by pytest": {
    files: (isRight) => ({
      "total.py": `def total(items):\n    return len(items${isRight ? " or []" : ""})\n`,
      "test_total.py": "from total import total\n\ndef test_none():\n    assert total(None) == 0\n",
    }),
    argv: ["/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider"],
    says: "TypeError",
  },
  "Python, by unittest": {
    files: (isRight) => ({
      "total.py": `def total(items):\n    return len(items${isRight ? " or []" : ""})\n`,
      "test_total.py":
        "import unittest\nfrom total import total\n\nclass None_(unittest.TestCase):\n    def test(self):\n        self.assertEqual(total(None), 0)\n",
    }),
    argv: ["/usr/bin/python3", "-m", "unittest"],
    says: "TypeError",
  },
  "JavaScript, by Node's own runner": {
    files: (isRight) => ({
      "total.js": `exports.total = (items) => items${isRight ? "?" : ""}.length ?? 0;\n`,
      "total.test.js":
        'const { total } = require("./total.js");\nrequire("node:test")("none", () => require("node:assert").equal(total(null), 0));\n',
    }),
    argv: [node, "--test"],
    other: { readOnly: [dirname(node)] },
    says: "TypeError",
  },
  "TypeScript, by Node's type stripping": {
    files: (isRight) => ({
      "package.json": '{ "type": "module" }',
      "total.ts": `export const total = (items: string[] | null): number => items${isRight ? "?" : "!"}.length ?? 0;\n`,
      "total.test.ts":
        'import test from "node:test";\nimport assert from "node:assert";\nimport { total } from "./total.ts";\ntest("none", () => assert.equal(total(null), 0));\n',
    }),
    argv: [node, "--test", "total.test.ts"],
    other: { readOnly: [dirname(node)] },
    says: "TypeError",
  },
};

describe("the sandbox runs the tests of", () => {
  it.each(Object.entries(toolchains))("%s", async (_name, { files, argv, other, says }) => {
    const sandbox = openIn(temporaryFolder(), "bubblewrap");
    for (const isRight of [false, true]) {
      const tree = treeIn(temporaryFolder(), files(isRight));
      const result = await sandbox.run({ ...runOf(tree, ""), ...other, argv, limits }, never);
      expect(endOf(result), result.output).toMatch(isRight ? /^exit 0$/ : /^exit [1-9]/);
      if (!isRight) expect(result.output).toContain(says);
    }
  });
});
