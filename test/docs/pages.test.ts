import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { main } from "../../src/main/cli.ts";
import { exitCodes } from "../../src/main/io.ts";

const root = resolve(import.meta.dirname, "..", "..");
const decisions = readdirSync(join(root, "docs", "decisions"));
const pages = [
  "README.md",
  "CHANGELOG.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
  ...decisions.map((name) => `docs/decisions/${name}`),
];

describe("the import rules in docs/architecture.md", () => {
  it("are those that are enforced", () => {
    const { forbidden } = JSON.parse(read(".dependency-cruiser.json")) as { forbidden: readonly { name: string }[] };
    const table = read("docs/architecture.md").split("## Import rules")[1]?.split("\n## ")[0] ?? "";
    const named = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual(forbidden.map(({ name }) => name).sort());
  });
});

describe("the README", () => {
  it("lists every command that there is", async () => {
    const help = await printedBy("--help");
    const there = [...help.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name).filter((name) => name !== "help");
    const table = read("README.md").split("## Commands")[1]?.split("\n## ")[0] ?? "";
    const listed = [...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`([a-z]+)`/g)].map(([, name]) => name),
    );
    expect(there.length).toBeGreaterThan(5);
    expect(listed.sort()).toEqual(there.sort());
  });

  it("tells every exit code", () => {
    const line = read("README.md").match(/^Exit codes: .*$/m)?.[0] ?? "";
    expect([...line.matchAll(/\d+/g)].map(Number).sort()).toEqual(Object.values(exitCodes).sort());
  });
});

describe("docs/security.md", () => {
  it("has a row for each of the 21 properties, and names a test for each that is not open as a whole", () => {
    const rows = [...read("docs/security.md").matchAll(/^\| (\d+) \| ([^|]+) \| ([^|]+) \|([^|]*)\|$/gm)];
    expect(rows.map(([, number]) => Number(number))).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
    for (const [, number, , tests = "", open = ""] of rows) {
      const named = [...tests.matchAll(/`((?:test|scripts)\/[\w./-]+\.ts)`/g)].map(([, path = ""]) => path);
      expect(named.length > 0 || /^none/.test(tests), `property ${number}`).toBe(true);
      if (named.length === 0) expect(open.trim(), `property ${number}`).not.toBe("");
      expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    }
  });
});

describe("docs/decisions", () => {
  it("are numbered without a gap, each by its title", () => {
    const numbers = decisions.map((name) => Number(name.slice(0, 4)));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(decisions.map((_, index) => index + 1));
    for (const name of decisions) {
      expect(read(`docs/decisions/${name}`).split("\n", 1)[0]).toMatch(
        new RegExp(`^# ${Number(name.slice(0, 4))}\\. `),
      );
    }
  });
});

describe("docs/decisions/0010-dependencies.md", () => {
  it("gives a reason for every library that users install, and for no other", () => {
    const { dependencies, optionalDependencies } = JSON.parse(read("package.json")) as Record<
      "dependencies" | "optionalDependencies",
      Readonly<Record<string, string>>
    >;
    const rows = [...read("docs/decisions/0010-dependencies.md").matchAll(/^\| (`[^|]+) \|/gm)];
    const listed = rows.flatMap(([, cell = ""]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
    expect(listed.sort()).toEqual(Object.keys({ ...dependencies, ...optionalDependencies }).sort());
  });
});

describe("every page", () => {
  it.each(pages)("%s leads to files that are there", (page) => {
    const text = read(page);
    const linked = [...text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = ""]) =>
      relative(root, resolve(root, dirname(page), target)),
    );
    const named = [...text.matchAll(/`((?:src|test|docs|prompts|scripts|bin)\/[\w./-]*)`/g)].map(
      ([, path = ""]) => path,
    );
    expect([...linked, ...named].filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

async function printedBy(...args: readonly string[]): Promise<string> {
  let stdout = "";
  const io = {
    stdin: (async function* () {
      yield "";
    })(),
    stdout: (text: string) => {
      stdout += text;
    },
    stderr: () => undefined,
  };
  await main(args, io);
  return stdout;
}
