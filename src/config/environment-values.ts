import { ownValue } from "../domain/own-value.ts";
import { referencePattern } from "./reference.ts";
import { SmallFileError } from "./small-file.ts";
import type { Path, Report } from "./yaml-source.ts";

/** Where values that may not stand in the service map come from. */
export interface EnvironmentValues {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** @throws SmallFileError when it cannot be read */
  readonly readSecretFile: (path: string) => string;
}

/** The variable's value, or what stands in the file that `NAME_FILE` names; null when neither is set. An empty variable, or an empty file, is as good as none. */
export function environmentValue(name: string, from: EnvironmentValues, report: (sentence: string) => void) {
  const value = ownValue(from.env, name);
  if (value !== undefined && value !== "") return value;
  const file = ownValue(from.env, `${name}_FILE`);
  if (file === undefined || file === "") return null;
  try {
    const held = from.readSecretFile(file).trim();
    return held === "" ? null : held;
  } catch (error) {
    if (!(error instanceof SmallFileError)) throw error;
    report(`${name}_FILE names a file that cannot be read (${error.message}). Create it, or set ${name}.`);
    return null;
  }
}

/** A copy in which each `${NAME}` is replaced; what could not be is reported and stays as it is. */
export function resolveReferences(value: unknown, path: Path, from: EnvironmentValues, report: Report): unknown {
  if (typeof value === "string") return resolveText(value, path, from, report);
  if (Array.isArray(value)) return value.map((item, index) => resolveReferences(item, [...path, index], from, report));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, resolveReferences(inner, [...path, key], from, report)]),
  );
}

function resolveText(text: string, path: Path, from: EnvironmentValues, report: Report): string {
  return text.replaceAll(new RegExp(referencePattern.source, "g"), (reference, name: string) => {
    let isExplained = false;
    const found = environmentValue(name, from, (sentence) => {
      isExplained = true;
      report(path, sentence);
    });
    if (found !== null) return found;
    if (!isExplained) {
      report(
        path,
        `needs the environment variable ${name}, which is not set. Set ${name} or ${name}_FILE, in .env for example.`,
      );
    }
    return reference;
  });
}
