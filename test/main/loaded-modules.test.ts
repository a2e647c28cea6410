import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const bin = join(import.meta.dirname, "..", "..", "bin", "error-autopilot.mjs");
/** Prints the address of each module on standard error when the process ends. */
const teller = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from "node:module";
  const loaded = [];
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
  process.on("exit", () => console.error(loaded.join("\\n")));
`)}`;

describe("run with nothing new", () => {
  let folder: string;
  let loki: Server;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "loaded-"));
    loki = createServer((_request, response) => {
      response.setHeader("content-type", "application/json");
      response.end('{"status":"success","data":{"resultType":"streams","result":[]}}');
    });
    await once(loki.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(loki.address() as AddressInfo).port}`;
    await writeFile(join(folder, "service-map.yaml"), `environments:\n  dev:\n    loki: { url: "${url}" }\n`);
  });
  afterEach(async () => {
    loki.close();
    await rm(folder, { recursive: true });
  });

  async function run(): Promise<readonly string[]> {
    const child = spawn(
      process.execPath,
      ["--import", teller, bin, "run", "--json", "--state", join(folder, "state")],
      {
        cwd: folder,
        env: { PATH: process.env["PATH"], XDG_CACHE_HOME: folder, GITHUB_TOKEN: "token", ANTHROPIC_API_KEY: "key" },
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    let told = "";
    child.stderr.on("data", (chunk: Buffer) => {
      told += chunk.toString();
    });
    const [code] = (await once(child, "close")) as [number | null];
    expect({ code, told: code === 0 ? "" : told }).toEqual({ code: 0, told: "" });
    return told.split("\n").filter((line) => /^(?:file|node):/.test(line));
  }

  const librariesOf = (modules: readonly string[]) =>
    new Set(modules.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []));

  it("loads no library but that of the command line, once the service map was checked", async () => {
    expect(librariesOf(await run())).toContain("zod");
    const modules = await run();
    expect([...librariesOf(modules)]).toEqual(["commander"]);
    expect(modules.filter((url) => /\/src\/(?:analyse|gather|detect\/read-line|demo)/.test(url))).toEqual([]);
    // An import of it reads its every export, and one of them loads a WebSocket client.
    expect(modules).not.toContain("node:http");
  });
});
