import { spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keptFolder } from "./docs/kept-folder.ts";
import { parseDockerfile } from "./support/dockerfile.ts";
import { inWorld, issueTitles } from "./support/in-world.ts";
import { until } from "./support/until.ts";

const root = join(import.meta.dirname, "..");
const nobody = 65_534;
/** Ids can be changed by root only; whoever else runs the tests is unprivileged already. */
const isRoot = process.getuid?.() === 0;

let image: { readonly path: string; remove(): void };
beforeAll(() => {
  image = buildImage();
}, 120_000);
afterAll(() => image.remove());

describe("the command line of the image, in an emptied environment, as nobody", () => {
  it("files the issues of a world, and ends when it is asked to", () =>
    inWorld({ nowMs: Date.now() }, async (world) => {
      openTo(world.folder);
      mkdirSync(world.stateDirectory, { recursive: true });
      chmodSync(world.stateDirectory, 0o700);
      if (isRoot) chownSync(world.stateDirectory, nobody, nobody);
      const child = start(world.configFile, world.stateDirectory, world.env);
      await until(() => issueTitles(world).length === 2);
      child.process.kill("SIGTERM");
      const { code, output } = await child.ended;
      expect({ code, last: output.trimEnd().split("\n").at(-1) }).toEqual({
        code: 0,
        last: expect.stringMatching(/stopped$/) as unknown,
      });
      expect(output).not.toMatch(/EACCES|EROFS|EPERM|Permission denied/);
      // What it keeps is its own, and nobody else reads it.
      const state = join(world.stateDirectory, "autopilot.sqlite");
      if (isRoot) expect(statSync(state).uid).toBe(nobody);
      expect(readdirSync(image.path).sort()).toEqual(imageFiles);
    }));

  it("says what is missing where it has nothing", async () => {
    const child = start("/config/service-map.yaml", "/state", {});
    const { code, output } = await child.ended;
    expect(code).toBe(2);
    expect(output).toContain("/config/service-map.yaml");
    expect(output).not.toContain("at Object.");
  });
});

const imageFiles = ["bin", "cases", "dist", "node_modules", "package.json", "prompts"];

/** What the Dockerfile's last stage holds below /app, write-protected. */
function buildImage() {
  const folder = keptFolder();
  const app = join(folder.path, "app");
  mkdirSync(app);
  const { last } = parseDockerfile(readFileSync(join(root, "Dockerfile"), "utf8"));
  for (const copy of last.valuesOf("COPY").filter((value) => !value.startsWith("--from"))) {
    const [source = "", target = ""] = copy.split(/\s+/);
    cpSync(join(root, source), join(app, target === "./" ? source : target), { recursive: true });
  }
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const built = spawnSync(
    process.execPath,
    [compiler, "--project", "tsconfig.build.json", "--outDir", join(app, "dist")],
    { cwd: root, encoding: "utf8" },
  );
  expect(built.stdout).toBe("");
  symlinkSync(join(root, "node_modules"), join(app, "node_modules"));
  spawnSync("chmod", ["-R", "a-w,a+rX", app]);
  chmodSync(folder.path, 0o755);
  return { path: app, remove: folder.remove };
}

function start(configFile: string, stateDirectory: string, env: Readonly<Record<string, string>>) {
  const { last } = parseDockerfile(readFileSync(join(root, "Dockerfile"), "utf8"));
  const [, ...entrypoint] = JSON.parse(last.valuesOf("ENTRYPOINT")[0] ?? "[]") as string[];
  const command = JSON.parse(last.valuesOf("CMD")[0] ?? "[]") as string[];
  const here = (word: string): string =>
    word
      .replace(/^\/app\//, `${image.path}/`)
      .replace(/^\/config\/service-map\.yaml$/, configFile)
      .replace(/^\/state$/, stateDirectory);
  const variables = Object.entries({
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: "/tmp",
    NODE_ENV: "production",
    ...env,
  });
  const argv = [
    ...["-i", ...variables.map(([name, value]) => `${name}=${value}`)],
    ...(isRoot
      ? ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups", "--no-new-privs", "--inh-caps=-all"]
      : []),
    process.execPath,
    ...entrypoint.map(here),
    ...command.map(here),
  ];
  const child = spawn("env", argv, { cwd: "/", env: {}, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return {
    process: child,
    ended: new Promise<{ readonly code: number | null; readonly output: string }>((resolve) =>
      child.on("close", (code) => resolve({ code, output })),
    ),
  };
}

/** mkdtemp makes folders for their owner alone. */
function openTo(folder: string): void {
  spawnSync("chmod", ["-R", "a+rX", folder]);
}
