import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { z } from "zod";
import { decode } from "../domain/codec.ts";
import type { IncidentId } from "../domain/names.ts";
import { systemCodeOf } from "../domain/system-error.ts";
import { findingsSchema } from "../jobs/findings-schema.ts";
import { WrongInputError } from "./wrong-input-error.ts";

const fileBytesMax = 64 * 1_048_576;
/** Of the newest cases, how many are looked into for one that led to an incident. */
const filesReadMax = 200;

/** What hands found, as it was saved. */
export type SavedCase = z.output<typeof findingsSchema>;

/** Nothing is saved of that incident; a whole sentence with the cure. */
export class NoSavedCaseError extends Error {
  override readonly name = "NoSavedCaseError";
  readonly isRetryable = false;
}

/**
 * The case of an incident that was saved last, or that of a file.
 * @param fingerprintsOf of an incident; where another one was asked about and its trace led here, the case is saved under that
 * @throws NoSavedCaseError, WrongInputError
 */
export async function openSavedCase(
  target: string,
  stateDirectory: string,
  fingerprintsOf: (incident: IncidentId) => Promise<readonly string[]>,
): Promise<SavedCase> {
  const folder = join(stateDirectory, "evidence");
  if (!isIncidentId(target)) return readCase(target, stateDirectory);
  const files = await newestFirst(folder);
  const own = files.find((file) => basename(file).startsWith(`${target}-`));
  if (own !== undefined) return readCase(own, stateDirectory);
  const fingerprints = new Set(await fingerprintsOf(target));
  for (const file of files.slice(0, filesReadMax)) {
    const found = await readCase(file, stateDirectory).catch((error: unknown) => {
      if (error instanceof WrongInputError) return null;
      throw error;
    });
    if (found?.origin?.fingerprint != null && fingerprints.has(found.origin.fingerprint)) return found;
  }
  throw new NoSavedCaseError(
    `Nothing is saved of ${target} in ${folder}: it was not investigated yet, or long ago. error-autopilot retry ${target}, then run, investigates it.`,
  );
}

async function readCase(file: string, stateDirectory: string): Promise<SavedCase> {
  const text = await readText(file);
  let value: unknown;
  try {
    value = decode(text);
  } catch {
    throw new WrongInputError(`${file} is not JSON. Give an incident's id, or a file of ${stateDirectory}/evidence/.`);
  }
  const parsed = findingsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new WrongInputError(
    `${file} is no saved case of this version (${first?.path.join(".") ?? ""}: ${first?.message ?? ""}). Give a file of ${stateDirectory}/evidence/.`,
  );
}

export function isIncidentId(text: string): text is IncidentId {
  return /^i[0-9a-f]{12}$/.test(text);
}

async function newestFirst(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder).catch((): string[] => [])).filter((name) => name.endsWith(".json"));
  const dated = await Promise.all(
    names.map(async (name) => ({ file: join(folder, name), atMs: (await stat(join(folder, name))).mtimeMs })),
  );
  return dated.toSorted((one, other) => other.atMs - one.atMs).map(({ file }) => file);
}

async function readText(file: string): Promise<string> {
  try {
    if ((await stat(file)).size > fileBytesMax) throw new WrongInputError(`${file} is too large to be a saved case.`);
    return await readFile(file, "utf8");
  } catch (error) {
    if (systemCodeOf(error) === null) throw error;
    throw new WrongInputError(
      `"${file.slice(0, 200)}" is neither an incident (i and 12 hexadecimal digits, as incidents list shows it) nor a file that can be read.`,
    );
  }
}
