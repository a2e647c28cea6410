import type { Exception } from "../../domain/error-entry.ts";
import { type Cell, cellOf, fingerprintOf } from "../../domain/fingerprint.ts";
import { type ExceptionIdentity, identityOf, saysLittle } from "../../domain/identity/exception-identity.ts";
import type { Fingerprint, ServiceName } from "../../domain/names.ts";
import { templateOf } from "./message-template.ts";

/** What makes an error entry one with others. */
export interface EntryIdentity {
  readonly fingerprint: Fingerprint;
  /** Null: nothing was thrown that has a name or a frame of ours, so the message alone decides. */
  readonly exceptions: ExceptionIdentity | null;
  /** What entries of the same bug agree in besides the message. */
  readonly cell: Cell;
  /** The masked message, where it counts; empty where own frames decide alone. */
  readonly template: string;
  readonly service: ServiceName | null;
  /** The service map says not to tell of it: counted apart from what is told. */
  readonly isIgnored: boolean;
  /** What it would be if its stack trace had been cut off before the root cause, in one of the exceptions that wrap it. */
  readonly wrappers: readonly Cell[];
  /** The stack trace ends in the middle of a line, so that causes may be missing. */
  readonly isCut: boolean;
}

/** What an entry says of itself, for its identity. */
export interface IdentifiedEntry {
  readonly exceptions: readonly Exception[];
  /** The masked log message. */
  readonly template: string;
  /** The text of an error that was logged without a type and without a stack trace; null where there is none. */
  readonly errorMessage: string | null;
  readonly service: ServiceName | null;
  readonly isIgnored: boolean;
  readonly isCut: boolean;
}

const byFrames = new WeakMap<ExceptionIdentity, EntryIdentity>();

/** Where nothing was thrown, entries of one statement have one template. */
const byWords = new Map<string, EntryIdentity>();
const byWordsMax = 2_000;

/** Own frames decide; where they are none, or say little, the root cause's own words before the logger's. */
export function entryIdentity(entry: IdentifiedEntry): EntryIdentity {
  const { service, isIgnored, isCut } = entry;
  const exceptions = identityOf(entry.exceptions);
  const before = exceptions === null ? undefined : byFrames.get(exceptions);
  if (before !== undefined && before.service === service && before.isIgnored === isIgnored && before.isCut === isCut) {
    return before;
  }
  const template = countingTemplate(exceptions, entry);
  const words = exceptions === null && !isCut ? JSON.stringify([service, isIgnored, template]) : null;
  const alike = words === null ? undefined : byWords.get(words);
  if (alike !== undefined) return alike;
  const cell = cellIn(exceptions, service, isIgnored);
  const fingerprint = fingerprintOf(cell, template);
  const wrappers = wrappersOf(entry);
  const identity: EntryIdentity = { fingerprint, exceptions, cell, template, service, isIgnored, wrappers, isCut };
  if (exceptions !== null && exceptions.frames.length > 0 && !exceptions.needsMessage)
    byFrames.set(exceptions, identity);
  if (words !== null) {
    if (byWords.size >= byWordsMax) byWords.clear();
    byWords.set(words, identity);
  }
  return identity;
}

/** What is ignored is an incident of its own, so that nothing of it is told when the same bug fails elsewhere. */
export function cellIn(
  exceptions: Pick<ExceptionIdentity, "type" | "frames"> | null,
  service: ServiceName | null,
  isIgnored: boolean,
): Cell {
  const cell = cellOf(exceptions, service);
  return isIgnored ? ["ignored", ...cell] : cell;
}

/** Cells of what frames decide alone, cut off after each of them; the innermost exception is no wrapper. */
function wrappersOf({ exceptions, service, isIgnored }: IdentifiedEntry): readonly Cell[] {
  return exceptions.slice(1, wrappersMax + 1).flatMap((_cause, index) => {
    const identity = identityOf(exceptions.slice(0, index + 1));
    if (identity === null || identity.needsMessage) return [];
    const { type, frames } = identity;
    const beginnings = frames.map((_frame, at) => frames.slice(0, at + 1)).filter((kept) => !saysLittle(kept));
    return beginnings.map((kept) => cellIn({ type, frames: kept }, service, isIgnored));
  });
}

/** Wrapped more often than that, a chain says the same again. */
const wrappersMax = 4;

function countingTemplate(identity: ExceptionIdentity | null, entry: IdentifiedEntry): string {
  const root = entry.exceptions.findLast(({ message }) => message !== null)?.message ?? null;
  if (identity === null) {
    const said = root ?? entry.errorMessage;
    return said === null ? entry.template : `${entry.template} | ${templateOf(innermostWords(said))}`;
  }
  if (identity.frames.length === 0) return root === null ? entry.template : templateOf(root);
  if (!identity.needsMessage) return "";
  if (identity.type === null) return root === null ? "" : templateOf(innermostWords(root));
  return templateOf(root ?? "");
}

const segmentsMax = 20;

/** Go's errors are wrapped by words in front: of `place order 17: reserve: connection refused` the last ones are the cause. */
function innermostWords(message: string): string {
  const line = message.split("\n", 1)[0] ?? "";
  return line.split(": ", segmentsMax).at(-1) ?? line;
}
