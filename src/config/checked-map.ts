import { hash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { completeConfig, placeOf, secretsFromEnvironment } from "./complete-config.ts";
import type { Config } from "./config.ts";
import type { ConfigSource } from "./config-source.ts";
import { crossCheck } from "./cross-checks.ts";
import { resolveReferences } from "./environment-values.ts";
import { withoutForeignSecrets } from "./process-role.ts";
import { referencePattern } from "./reference.ts";
import type { ServiceMap } from "./service-map-schema.ts";

/**
 * Where service maps are remembered in which nothing was wrong, as their files say them: references stay references, so no secret is among them. A run then
 * needs neither the YAML parser nor the schema, whose loading is a third of its time. What depends on the environment is judged anew every time.
 */
export interface CheckedMaps {
  /** As trusted as our own code: whoever can write there decides what a configuration says. */
  readonly folder: string;
  /** Names the rules they were checked by; what others have passed is not believed. */
  readonly checkedBy: string;
}

/** Null where this very text was not checked, or where the environment gives anything to object to: then the whole way tells what. */
export function configOfCheckedMap(from: ConfigSource, maps: CheckedMaps): Config | null {
  const value = readChecked(from, maps);
  if (value === null) return null;
  let isObjected = false;
  const object = () => {
    isObjected = true;
  };
  const place = placeOf(from, object);
  const resolved = resolveReferences(withoutForeignSecrets(value, place.role), [], from, object);
  if (isObjected || holdsEmptySecret(resolved)) return null;
  const map = resolved as ServiceMap;
  crossCheck(map, object);
  const secrets = secretsFromEnvironment(map, place.role, from, object);
  return isObjected ? null : completeConfig(map, from, place, secrets);
}

/**
 * Remembers what the text says. Not where a reference stands for more than a secret: what the schema says of an address depends on the environment then.
 * A folder that cannot be written costs the next run some time and nothing else.
 */
export function rememberCheckedMap(value: unknown, from: ConfigSource, maps: CheckedMaps): void {
  if (!hasReferencesForSecretsOnly(value)) return;
  try {
    mkdirSync(maps.folder, { recursive: true, mode: 0o700 });
    const file = fileOf(from, maps);
    writeFileSync(`${file}.part`, JSON.stringify({ digest: digestOf(from, maps), value }), { mode: 0o600 });
    renameSync(`${file}.part`, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}

function readChecked(from: ConfigSource, maps: CheckedMaps): unknown {
  try {
    const found: unknown = JSON.parse(readFileSync(fileOf(from, maps), "utf8"));
    if (typeof found !== "object" || found === null || !("digest" in found) || !("value" in found)) return null;
    return found.digest === digestOf(from, maps) ? found.value : null;
  } catch {
    return null;
  }
}

function fileOf({ path, workingDirectory }: ConfigSource, { folder }: CheckedMaps): string {
  return join(folder, `${hash("sha256", resolve(workingDirectory, path)).slice(0, 16)}.json`);
}

function digestOf({ yamlText }: ConfigSource, { checkedBy }: CheckedMaps): string {
  return hash("sha256", `${checkedBy}\0${yamlText}`);
}

/** Their form is free, so that the schema, which has passed the reference, passes whatever it stands for. */
const secretKeys: ReadonlySet<string> = new Set(["password", "token", "apiKey", "privateKey"]);

function hasReferencesForSecretsOnly(value: unknown): boolean {
  return textsOf(value).every(([key, text]) => secretKeys.has(key) || !referencePattern.test(text));
}

function holdsEmptySecret(value: unknown): boolean {
  return textsOf(value).some(([key, text]) => secretKeys.has(key) && text === "");
}

/** Every text below, with the key nearest above it. */
function textsOf(value: unknown, key = ""): readonly (readonly [key: string, text: string])[] {
  if (typeof value === "string") return [[key, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => textsOf(inner, Array.isArray(value) ? key : name));
}
