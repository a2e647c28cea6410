import { readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installedPrograms } from "../../src/adapters/sandbox/open-sandbox.ts";
import { type CliEnd, startCli } from "../support/cli-process.ts";

const bwrap = installedPrograms().bwrap ?? "";
/** A machine of today on which no sandbox can be built: bubblewrap is no program there, and the kernel gives out no namespaces. */
const machine = [
  ...[bwrap, "--dev-bind", "/", "/", "--unshare-user", "--disable-userns", "--die-with-parent"],
  ...["--ro-bind", "/dev/null", bwrap, "--"],
];

let end: CliEnd;
let pages: string;
/** The issues as filed, and what they are made into for a browser. */
let written: ReadonlyMap<string, string>;

beforeAll(async () => {
  end = await startCli(["demo"], {}, machine).ended;
  pages = /as filed and as rendered: (.+)/.exec(end.stdout)?.[1] ?? "";
  const files = pages === "" ? [] : readdirSync(pages);
  written = new Map(files.map((file) => [file, readFileSync(join(pages, file), "utf8")]));
});
afterAll(() => {
  if (pages !== "") rmSync(dirname(pages), { recursive: true, force: true });
});

describe("the demo on a machine where nothing can be tested", () => {
  it("goes well all the same, and says at once what to install", () => {
    expect(end).toMatchObject({ code: 0, stderr: "" });
    const [first = ""] = end.stdout.split("First run:");
    expect(first).toMatch(/No patch can be tested on this machine, so none is made: .*apt-get install bubblewrap/);
    expect(first).toContain('util-linux: "exit code comes back" does not hold');
  });

  it("opens no draft and shows no patch, and each issue of a plain fault says by what it was stopped", () => {
    expect(end.stdout).not.toMatch(/draft pull request/);
    expect([...written.keys()].filter((file) => file.includes("-pull-"))).toEqual([]);
    const plain = [...written].filter(([file, body]) => file.endsWith(".md") && body.includes("zoneOf"));
    expect(plain).toHaveLength(1);
    for (const [, body] of plain) {
      expect(body).toContain("There is no patch. What stopped it:");
      expect(body).toMatch(/^\| can-be-verified \| stops \| .*Install bubblewrap/m);
      expect(body).not.toMatch(/^[+-] .*cart\.customer\.addresses/m);
    }
  });

  it("calls nothing verified or tested that was not", () => {
    for (const text of [end.stdout, ...written.values()]) {
      expect(text).not.toMatch(/tested in the sandbox|fails without the patch|passes with it|\| verification \| holds/);
    }
    expect(written.size).toBeGreaterThan(6);
  });
});
