import { digestOf, fingerprintOf } from "../../domain/fingerprint.ts";
import { saysLittle } from "../../domain/identity/exception-identity.ts";
import type { Fingerprint } from "../../domain/names.ts";
import type { Variant } from "../../domain/store.ts";
import { cellIn, type EntryIdentity } from "./entry-identity.ts";

/** Of an identity by frames: what a copy of the same stack trace would be that was cut off, or caught, after so many of them. */
export interface CutCopy {
  /** Of the copy. */
  readonly fingerprint: Fingerprint;
  /** Where what goes on behind those frames is remembered. */
  readonly place: string;
  /** What goes on there. */
  readonly rest: string;
}

/** Shorter copies of it, the longest first. */
export function cutCopiesOf({ exceptions, service, isIgnored }: EntryIdentity): readonly CutCopy[] {
  if (exceptions === null || exceptions.needsMessage) return [];
  const { type, frames } = exceptions;
  const copies: CutCopy[] = [];
  for (let length = frames.length - 1; length > 0; length--) {
    const kept = frames.slice(0, length);
    if (saysLittle(kept)) continue;
    const cell = cellIn({ type, frames: kept }, service, isIgnored);
    const rest = digestOf(frames.slice(length).map((frame) => frame.key));
    copies.push({ fingerprint: fingerprintOf(cell, ""), place: placeBehind(cell), rest });
  }
  return copies;
}

/** Where a copy of it that was cut off before its root cause finds it. */
export function placesOfWrappers({ wrappers, cell }: EntryIdentity): readonly string[] {
  const own = placeAround(cell);
  return wrappers.map(placeAround).filter((place) => place !== own);
}

/** Where whole copies of it are remembered, with their causes; null where none are missing. */
export function placeOfCut({ isCut, cell, exceptions }: EntryIdentity): string | null {
  return isCut && exceptions !== null && exceptions.frames.length > 0 && !exceptions.needsMessage
    ? placeAround(cell)
    : null;
}

function placeAround(cell: readonly (string | null)[]): string {
  return digestOf(["around", ...cell]);
}

/** Where longer copies of it are remembered; null where it is none that could have been cut. */
export function placeBehindAll({ exceptions, cell }: EntryIdentity): string | null {
  if (exceptions === null || exceptions.frames.length === 0) return null;
  return exceptions.isShort && !exceptions.needsMessage ? placeBehind(cell) : null;
}

function placeBehind(cell: readonly (string | null)[]): string {
  return digestOf(["behind", ...cell]);
}

/** As many different words at one place make it a value's; where one of them was a value already, two do. */
const wordsMin = 3;
const wordsBesideValueMin = 2;
export const masked = "*";
/** In front of a word that proves nothing: it could be a value where values are known to stand. */
export const unproven = "~";

/** Whether what stood at a place shows that values stand there. */
export function holdsValues(variants: readonly Variant[]): boolean {
  const width = variants[0]?.words.length ?? 0;
  for (let at = 0; at < width; at++) {
    const words = new Set(variants.map((variant) => variant.words[at] ?? ""));
    const proving = words.has(masked) ? words : new Set([...words].filter((word) => !word.startsWith(unproven)));
    if (proving.size < (words.has(masked) ? wordsBesideValueMin : wordsMin)) return false;
  }
  return width > 0;
}
