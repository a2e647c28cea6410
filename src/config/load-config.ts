import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseEnv } from "node:util";
import type { OwnRedaction } from "../domain/redaction/own-redaction.ts";
import { type CheckedMaps, configOfCheckedMap, rememberCheckedMap } from "./checked-map.ts";
import type { Config } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import type { ProcessRole } from "./process-role.ts";
import { redisUrlFrom } from "./redis-url.ts";

export interface ConfigPlace {
  /** Of the service map; relative to `workingDirectory` or absolute. */
  readonly path: string;
  /** The process's own; what it sets wins over the `.env` beside the service map. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  readonly workingDirectory: string;
  /** Decides which secrets are looked up; `all` unless given. */
  readonly role?: ProcessRole;
  /** Null, or left out: it is parsed in full. */
  readonly checkedMaps?: CheckedMaps | null;
}

/**
 * Reads the service map, the `.env` beside it and the files that `NAME_FILE` variables name (relative ones from the service map's folder).
 * @throws ConfigError with every mistake that was found, also when there is no such file
 */
export async function loadConfig(from: ConfigPlace): Promise<Config> {
  const path = resolve(from.workingDirectory, from.path);
  const folder = dirname(path);
  const yamlText = await readServiceMap(path, from.path);
  const source = { ...from, yamlText, ...(await surroundingsOf(folder, from.env)) };
  const checkedMaps = from.checkedMaps ?? null;
  const known = checkedMaps === null ? null : configOfCheckedMap(source, checkedMaps);
  if (known !== null) return known;
  const [{ parseConfig }, { readYaml }] = await Promise.all([import("./parse-config.ts"), import("./yaml-source.ts")]);
  const config = parseConfig(source);
  if (checkedMaps !== null) rememberCheckedMap(readYaml(yamlText).value, source, checkedMaps);
  return config;
}

/**
 * The service map's `redaction` alone, for `redact`.
 * @throws ConfigError with every mistake in it, also when there is no such file
 */
export async function loadRedaction(from: ConfigPlace): Promise<OwnRedaction> {
  const path = resolve(from.workingDirectory, from.path);
  const yamlText = await readServiceMap(path, from.path);
  const { parseRedaction } = await import("./parse-config.ts");
  return parseRedaction({ ...from, yamlText, ...(await surroundingsOf(dirname(path), from.env)) });
}

async function readServiceMap(path: string, shown: string): Promise<string> {
  return readFile(path, "utf8").catch((error: unknown) => {
    const sentence = describeUnreadable(error);
    throw new ConfigError([{ file: shown, line: null, column: null, path: "", sentence }], { cause: error });
  });
}

/**
 * `REDIS_URL` alone, for commands that must work although the service map is being edited: `pause`, above all.
 * @throws ConfigError
 */
export async function loadRedisUrl(from: Omit<ConfigPlace, "homeDirectory" | "role">): Promise<string | null> {
  const path = resolve(from.workingDirectory, from.path);
  return redisUrlFrom(await surroundingsOf(dirname(path), from.env), (sentence) => {
    throw new ConfigError([{ file: from.path, line: null, column: null, path: "", sentence }]);
  });
}

async function surroundingsOf(folder: string, env: ConfigPlace["env"]) {
  return {
    env: { ...(await readEnvFile(join(folder, ".env"))), ...withoutEmpty(env) },
    readSecretFile: (file: string) => readFileSync(resolve(folder, file), "utf8"),
  };
}

function describeUnreadable(error: unknown): string {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") {
    return "There is no such file. Copy the example service-map.yaml that comes with error-autopilot and edit its first lines, or name another file with --config.";
  }
  return `The file cannot be read: ${error instanceof Error ? error.message : String(error)}. Make it readable for the user that runs this.`;
}

async function readEnvFile(path: string): Promise<Readonly<Record<string, string | undefined>>> {
  try {
    return parseEnv(await readFile(path, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    const sentence = `The file cannot be read: ${error instanceof Error ? error.message : String(error)}. Make it readable for the user that runs this.`;
    throw new ConfigError([{ file: path, line: null, column: null, path: "", sentence }], { cause: error });
  }
}

/** A variable that is set to nothing does not hide what `.env` says. */
function withoutEmpty(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
}
