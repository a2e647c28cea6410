import type { ServiceCommands } from "../domain/service-commands.ts";
import { parseDuration } from "./duration.ts";
import type { ServiceMap } from "./service-map-schema.ts";

/** Output is kept in memory until it was judged. */
const outputBytesMax = 8_000_000;

/** @param absolute turns a path of the file into one of this machine */
export function buildCommands(
  its: NonNullable<ServiceMap["services"]>[string],
  under: string,
  absolute: (path: string) => string,
): ServiceCommands | null {
  if (its.verify === undefined) return null;
  return {
    verify: its.verify,
    verifyTest: its.verifyTest ?? null,
    prepare: its.prepare ?? [],
    checkSettings: its.checkSettings ?? [],
    under,
    readOnly: (its.sandbox?.readOnly ?? []).map(absolute),
    writableCopies: (its.sandbox?.writableCopies ?? []).map(absolute),
    env: its.sandbox?.env ?? {},
    limits: {
      durationMs: parseDuration(its.sandbox?.duration ?? "10m") ?? 0,
      memoryMb: its.sandbox?.memoryMb ?? 2048,
      tmpMb: its.sandbox?.tmpMb ?? 512,
      processesMax: its.sandbox?.processes ?? 512,
      outputBytesMax,
    },
  };
}
