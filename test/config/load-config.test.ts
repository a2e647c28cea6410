import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigError } from "../../src/config/config-error.ts";
import { loadConfig } from "../../src/config/load-config.ts";

const text = "environments:\n  dev:\n    loki:\n      url: http://localhost:3100\n";

describe("loading the configuration", () => {
  let folder: string;
  const load = (env: Record<string, string> = {}) =>
    loadConfig({ path: "map/service-map.yaml", env, homeDirectory: "/home/operator", workingDirectory: folder });

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
    await expect(load()).rejects.toThrow(/cannot be read: EISDIR.*Make it readable/);
  });
});
