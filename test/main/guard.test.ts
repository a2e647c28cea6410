import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../../src/main/cli.ts";

let folder: string;
let clone: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "guard-"));
  clone = join(folder, "shop");
  mkdirSync(join(clone, "src"), { recursive: true });
  writeFileSync(join(clone, "src", "cart.js"), "export function count(cart) {\n  return cart.items.length;\n}\n");
  writeFileSync(
    join(clone, "src", "windows.js"),
    "export function count(cart) {\r\n  return cart.items.length;\r\n}\r\n",
  );
  writeFileSync(join(clone, "src", "tool.js"), "run(tool.name);\n", { mode: 0o755 });
  symlinkSync("cart.js", join(clone, "src", "link.js"));
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...args], { cwd: clone });
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-qm", "first");
  const service = (name: string, path: string, more = "") =>
    `  ${name}: { repository: company/${name}, path: ${path}${more} }\n`;
  writeFileSync(
    join(folder, "service-map.yaml"),
    `environments:\n  dev: { loki: { url: "http://127.0.0.1:1", query: '{app="shop"}' } }\nservices:\n${service("shop", clone, ", aliases: [shop-api]")}${service("gone", join(folder, "gone"))}`,
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("guard", () => {
  it("allows a null check that applies to the clone's head", async () => {
    const { code, stdout, stderr } = await guard(edit("src/cart.js"));
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "allowed\n", stderr: "" });
  });

  it("knows a service by its alias", async () => {
    expect((await guard(edit("src/cart.js"), "shop-api")).code).toBe(0);
  });

  it("refuses, with 3 and the rule, a diff that does not apply", async () => {
    const { code, stdout } = await guard(edit("src/cart.js").replaceAll("cart.items", "basket.items"));
    expect(code).toBe(3);
    expect(stdout).toContain("applies  src/cart.js");
  });

  it("refuses files that base has otherwise than as regular ones of mode 100644", async () => {
    expect(
      (await guard("--- a/src/tool.js\n+++ b/src/tool.js\n@@ -1 +1 @@\n-run(tool.name);\n+run(tool?.name);\n")).stdout,
    ).toContain("applies");
    expect((await guard("--- a/src/link.js\n+++ b/src/link.js\n@@ -1 +1 @@\n-cart.js\n+cart?.js\n")).stdout).toContain(
      "applies",
    );
  });

  it("refuses a new file that is there, in these letters or in others", async () => {
    const fresh = (path: string) => `--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+export const one = 1;\n`;
    expect((await guard(fresh("src/cart.js"))).stdout).toContain("base has it");
    expect((await guard(fresh("src/Cart.js"))).stdout).toContain("in other letters");
  });

  it("reads files that end their lines as Windows does", async () => {
    const diff = edit("src/windows.js");
    const windows = diff.replaceAll(/^([ +-](?![+-]{2}).*)$/gm, "$1\r");
    expect((await guard(windows)).code).toBe(0);
    expect((await guard(diff)).stdout).toContain("applies");
  });

  it("says what it could not see where the clone is not there, and judges by the hunks", async () => {
    const fine = await guard(edit("src/cart.js"), "gone");
    expect(fine.code).toBe(0);
    expect(fine.stderr).toContain("The clone could not be read");
    expect((await guard(edit("src/cart.js").replace("?.length", "!.length // eslint-disable-line"), "gone")).code).toBe(
      3,
    );
  });

  it("names the services that there are", async () => {
    const { code, stderr } = await guard("", "sohp");
    expect(code).toBe(2);
    expect(stderr).toContain("shop, gone");
  });

  it("refuses what is no diff", async () => {
    expect((await guard("hello\n")).code).toBe(3);
    expect((await guard("")).code).toBe(3);
  });
});

function edit(path: string): string {
  return `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1,3 +1,3 @@\n export function count(cart) {\n-  return cart.items.length;\n+  return cart.items?.length ?? 0;\n }\n`;
}

async function guard(diff: string, service = "shop") {
  let stdout = "";
  let stderr = "";
  const io = {
    stdin: (async function* () {
      yield diff;
    })(),
    stdout: (text: string) => {
      stdout += text;
    },
    stderr: (text: string) => {
      stderr += text;
    },
  };
  const places = [
    "--config",
    join(folder, "service-map.yaml"),
    "--state",
    relative(process.cwd(), join(folder, "state")),
  ];
  const code = await main(["guard", "--service", service, ...places], io);
  return { code, stdout, stderr };
}
