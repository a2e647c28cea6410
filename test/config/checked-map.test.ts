import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { configOfCheckedMap } from "../../src/config/checked-map.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { referenceTo as reference } from "../../src/config/reference.ts";

const secretText = "correct horse battery staple";
const text = `
environments:
  dev:
    mode: issue
    loki: { url: "http://localhost:3100", tenant: default, auth: { user: "1", password: "${reference("LOKI_PASSWORD")}" }, since: 2h }
    tempo: { url: "http://localhost:3200" }
services:
  shop: { repository: acme/shop, path: ~/shop, own: [com.acme], aliases: [shop-service] }
github: { token: "${reference("GITHUB_TOKEN")}" }
language: ko
`;

describe("a service map in which nothing was wrong", () => {
  let folder: string;
  const env = { LOKI_PASSWORD: secretText, GITHUB_TOKEN: "the token" };
  const maps = () => ({ folder: join(folder, "maps"), checkedBy: "1.0.0" });
  const place = () => ({ path: "service-map.yaml", homeDirectory: "/home/operator", workingDirectory: folder });
  const write = (yamlText: string) => writeFile(join(folder, "service-map.yaml"), yamlText);
  const load = (over: object = {}) => loadConfig({ ...place(), env, checkedMaps: maps(), ...over });
  const known = async (over: object = {}) => {
    const yamlText = await readFile(join(folder, "service-map.yaml"), "utf8");
    const readSecretFile = () => "";
    return configOfCheckedMap({ ...place(), env, yamlText, readSecretFile, ...over }, maps());
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "checked-"));
    await write(text);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is remembered, and means the same as when it is parsed", async () => {
    expect(await known()).toBeNull();
    const parsed = await load();
    expect(await known()).toEqual(parsed);
    expect(await load()).toEqual(parsed);
    expect(await known({ role: "hands" })).toEqual(await load({ role: "hands", checkedMaps: null }));
  });

  it("is remembered without any secret", async () => {
    await load();
    const [file] = await readdir(maps().folder);
    const written = await readFile(join(maps().folder, file ?? ""), "utf8");
    expect(written).toContain(reference("LOKI_PASSWORD"));
    expect(written).not.toContain(secretText);
    expect(written).not.toContain("the token");
  });

  it("takes secrets from the environment as it is now", async () => {
    await load();
    const config = await known({ env: { ...env, GITHUB_TOKEN: "another" } });
    expect(config?.github.auth).toEqual({ kind: "token", token: "another" });
  });

  it("is parsed again after any change, by other rules, and where the environment lacks something", async () => {
    await load();
    await write(`${text}# a comment\n`);
    expect(await known()).toBeNull();
    await write(text);
    expect(await known()).not.toBeNull();
    expect(await known({ path: "other.yaml" })).toBeNull();
    expect(await known({ env: { GITHUB_TOKEN: "the token" } })).toBeNull();
    expect(await known({ env: { ...env, GITHUB_TOKEN: "", GITHUB_TOKEN_FILE: "empty" } })).toBeNull();
    expect(await known({ env: { ...env, ANTHROPIC_BASE_URL: "nowhere" } })).toBeNull();
    await expect(load({ env: {} })).rejects.toThrow(/needs the environment variable LOKI_PASSWORD/);
    const others = { ...maps(), checkedBy: "1.0.1" };
    const source = { ...place(), env, yamlText: text, readSecretFile: () => "" };
    expect(configOfCheckedMap(source, others)).toBeNull();
  });

  it("is not remembered where a reference decides more than a secret", async () => {
    await write(text.replace("http://localhost:3100", reference("LOKI_URL")));
    await load({ env: { ...env, LOKI_URL: "http://localhost:3100" } });
    expect(await readdir(maps().folder).catch(() => [])).toEqual([]);
    await expect(load({ env: { ...env, LOKI_URL: "no address" } })).rejects.toThrow(/must be an address/);
  });

  it("is not remembered when something is wrong, and what is remembered and broken is not believed", async () => {
    await write(`${text}nonsense: true\n`);
    await expect(load()).rejects.toThrow(/nonsense/);
    expect(await readdir(maps().folder).catch(() => [])).toEqual([]);
    await write(text);
    const parsed = await load();
    const [file] = await readdir(maps().folder);
    await writeFile(join(maps().folder, file ?? ""), '{"digest":');
    expect(await load()).toEqual(parsed);
  });

  it("is parsed every time where its folder cannot be written", async () => {
    await writeFile(join(folder, "maps"), "a file");
    expect(await load()).toEqual(await load({ checkedMaps: null }));
  });
});
