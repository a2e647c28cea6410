import { dirname, join, resolve } from "node:path";
import { parseEnv } from "node:util";
import type { OwnRedaction } from "../domain/redaction/own-redaction.ts";
import { type CheckedMaps, configOfCheckedMap, rememberCheckedMap } from "./checked-map.ts";
import type { Config } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import type { ProcessRole } from "./process-role.ts";
import { redisUrlFrom } from "./redis-url.ts";
import { readSmallFile, SmallFileError } from "./small-file.ts";
import { strayLine } from "./stray-line.ts";

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
  const yamlText = readServiceMap(path, from.path);
  const source = { ...from, yamlText, ...surroundingsOf(folder, from.env, requireLines) };
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
  const yamlText = readServiceMap(path, from.path);
  const { parseRedaction } = await import("./parse-config.ts");
  return parseRedaction({ ...from, yamlText, ...surroundingsOf(dirname(path), from.env, requireLines) });
}

function readServiceMap(path: string, shown: string): string {
  const text = readNamed(path, shown);
  if (text !== null) return text;
  throw aboutFile(
    shown,
    "There is no such file. Copy the example service-map.yaml that comes with error-autopilot and edit its first lines, or name another file with --config.",
  );
}

/**
 * `REDIS_URL` alone, for commands that must work although the service map is being edited: `pause`, above all.
 * @throws ConfigError
 */
export async function loadRedisUrl(from: Omit<ConfigPlace, "homeDirectory" | "role">): Promise<string | null> {
  const path = resolve(from.workingDirectory, from.path);
  return redisUrlFrom(
    surroundingsOf(dirname(path), from.env, () => undefined),
    (sentence) => {
      throw new ConfigError([{ file: from.path, line: null, column: null, path: "", sentence }]);
    },
  );
}

function surroundingsOf(folder: string, env: ConfigPlace["env"], check: (text: string, file: string) => void) {
  const envFile = join(folder, ".env");
  const text = readNamed(envFile, envFile) ?? "";
  check(text, envFile);
  return {
    env: { ...parseEnv(text), ...withoutEmpty(env) },
    readSecretFile: (file: string) => readSecretFile(resolve(folder, file)),
  };
}

function requireLines(text: string, file: string): void {
  const line = strayLine(text);
  if (line === null) return;
  const sentence =
    "must be NAME=value, a comment or empty. As it stands, it is not read, and the next line is lost with it.";
  throw new ConfigError([{ file, line, column: 1, path: "", sentence }]);
}

function readSecretFile(path: string): string {
  const text = readSmallFile(path);
  if (text === null) throw new SmallFileError(`there is no ${path}`);
  return text;
}

function readNamed(path: string, shown: string): string | null {
  try {
    return readSmallFile(path);
  } catch (error) {
    if (!(error instanceof SmallFileError)) throw error;
    throw aboutFile(shown, `The file cannot be read: ${error.message}.`, { cause: error });
  }
}

function aboutFile(shown: string, sentence: string, options?: ErrorOptions): ConfigError {
  return new ConfigError([{ file: shown, line: null, column: null, path: "", sentence }], options);
}

/** A variable that is set to nothing does not hide what `.env` says. */
function withoutEmpty(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
}
