import type { ErrorEntry } from "../../domain/error-entry.ts";
import type { Incident } from "../../domain/incident.ts";
import type { Observation } from "../../domain/observation.ts";
import { type CountableLogSource, isSourceFailure } from "../../domain/sources.ts";
import { messageWords } from "../message-words.ts";
import { logqlString } from "./stream-selector.ts";

const nsPerMs = 1_000_000n;
const hourNs = 3_600_000n * nsPerMs;
const beforeHours = 24;
/** Characters of the query: enough to tell one message from another, and Loki has a limit for all of it. */
const wordsLengthMax = 200;

/**
 * How often the same words were logged in the day before the first sight, and in the hour before the last: whether it is new, and whether it grows. Two counts
 * of Loki. Null where nothing in the entry is worth counting, or Loki cannot count.
 */
export async function observeRate(
  incident: Incident,
  entry: ErrorEntry,
  from: { readonly logs: CountableLogSource; readonly selector: string; readonly label: string | null },
  signal: AbortSignal,
): Promise<Observation<string> | null> {
  const words = countedWords(entry)?.slice(0, wordsLengthMax).toWellFormed() ?? null;
  if (words === null) return null;
  const query = `${from.selector}${from.label === null ? "" : ` | ${from.label}`} |= ${logqlString(words)}`;
  const firstNs = wholeMs(incident.firstSeenNs);
  const lastNs = wholeMs(incident.lastSeenNs) + nsPerMs;
  try {
    const [before, lately] = await Promise.all([
      from.logs.countBetween(query, { fromNs: firstNs - BigInt(beforeHours) * hourNs, toNs: firstNs }, signal),
      from.logs.countBetween(query, { fromNs: lastNs - hourNs, toNs: lastNs }, signal),
    ]);
    return { kind: "rate", words, beforeHours, before, lately };
  } catch (error) {
    signal.throwIfAborted();
    if (!isSourceFailure(error)) throw error;
    return null;
  }
}

/** The longest words of the message that are the same each time; of one without, the innermost own function as stack traces write it. */
function countedWords(entry: ErrorEntry): string | null {
  const [words] = messageWords(entry.template);
  if (words !== undefined && entry.entry.line.includes(words)) return words;
  const frame = entry.exceptions
    .toReversed()
    .flatMap(({ frames }) => frames)
    .find(({ isOwn }) => isOwn);
  const place = [frame?.module, frame?.function].filter((part) => part != null).join(".");
  return place.length > 8 && entry.entry.line.includes(place) ? place : null;
}

function wholeMs(ns: bigint): bigint {
  return (ns / nsPerMs) * nsPerMs;
}
