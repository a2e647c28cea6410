import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigError } from "../../src/config/config-error.ts";
import { loadConfig } from "../../src/config/load-config.ts";

const text = "environments:\n  dev:\n    loki:\n      url: http://localhost:3100\n";

describe("loading the configuration", () => {
  let folder: string;
  const load = (env: Record<string, string> = {}, path = "map/service-map.yaml") =>
    loadConfig({ path, env, homeDirectory: "/home/operator", workingDirectory: folder });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "config-"));
    await mkdir(join(folder, "map"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("reads the file", async () => {
    await writeFile(join(folder, "map", "service-map.yaml"), text);
    expect(await load()).toMatchObject({ path: join(folder, "map", "service-map.yaml"), github: { auth: null } });
  });

  it("reads the .env beside it, which the process's environment overrides", async () => {
    await writeFile(join(folder, "map", "service-map.yaml"), text);
    await writeFile(
      join(folder, "map", ".env"),
      "# words\nGITHUB_TOKEN='of the file'\nANTHROPIC_API_KEY=of-the-file\n",
    );
    const config = await load({ ANTHROPIC_API_KEY: "of-the-process", GITHUB_TOKEN: "" });
    expect(config.github.auth).toEqual({ kind: "token", token: "of the file" });
    expect(config.model?.apiKey).toBe("of-the-process");
  });

  it("reads a secret's file from the service map's folder", async () => {
    await writeFile(join(folder, "map", "service-map.yaml"), text);
    await writeFile(join(folder, "map", "token"), "secret\n");
    expect((await load({ GITHUB_TOKEN_FILE: "token" })).github.auth).toEqual({ kind: "token", token: "secret" });
  });

  it("says what to do where there is no file", async () => {
    const error = await load().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({
      isRetryable: false,
      message:
        "map/service-map.yaml: There is no such file. Copy the example service-map.yaml that comes with error-autopilot and edit its first lines, or name another file with --config.",
    });
  });

  it("says that a file cannot be read", async () => {
    await mkdir(join(folder, "map", "service-map.yaml"));
    await expect(load()).rejects.toThrow(
      "map/service-map.yaml: The file cannot be read: it is a folder; name the file itself.",
    );
  });

  it("reads of a file without an end what a service map may have, and no more", async () => {
    await expect(load({}, "/dev/zero")).rejects.toThrow(/it is larger than 1 MB, so it is the wrong one\./);
    await writeFile(join(folder, "map", "service-map.yaml"), `${text}${"# a comment\n".repeat(100_000)}`);
    await expect(load()).rejects.toThrow(/larger than 1 MB/);
  });

  it("reads what an editor put a byte order mark before", async () => {
    await writeFile(join(folder, "map", "service-map.yaml"), `\uFEFF${text}`);
    await writeFile(join(folder, "map", ".env"), "\uFEFFGITHUB_TOKEN=of-the-file\n");
    expect((await load()).github.auth).toEqual({ kind: "token", token: "of-the-file" });
  });

  it.each([
    ["a colon in place of the sign", "# mine\n\nGITHUB_TOKEN: secret\nANTHROPIC_API_KEY=1\n", 3],
    ["a name alone, as the last line", 'A="1"\nGITHUB_TOKEN', 2],
    ["words behind a value in quotes of several lines", "KEY='a\nb'\nno value\n", 3],
  ])("says which line of .env would not be read: %s", async (_what, env, line) => {
    await writeFile(join(folder, "map", "service-map.yaml"), text);
    const file = join(folder, "map", ".env");
    await writeFile(file, env);
    const error = (await load().catch((caught: unknown) => caught)) as Error;
    expect(error.message).toBe(
      `${file}:${line}:1: must be NAME=value, a comment or empty. As it stands, it is not read, and the next line is lost with it.`,
    );
  });

  it("takes every form of a line of .env that is read", async () => {
    await writeFile(join(folder, "map", "service-map.yaml"), text);
    const lines = [
      "# it's a = 'comment",
      "export A = 1",
      "B.C=it's",
      'D="x',
      'y=#"',
      "E=",
      "  GITHUB_TOKEN='t' # words",
      "",
    ];
    await writeFile(join(folder, "map", ".env"), lines.join("\r\n"));
    expect((await load()).github.auth).toEqual({ kind: "token", token: "t" });
  });
});
