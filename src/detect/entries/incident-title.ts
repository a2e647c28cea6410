import type { ErrorEntry, Exception } from "../../domain/error-entry.ts";
import { identifier, joinInert, own } from "../../domain/inert.ts";
import { plainName } from "../../domain/plain-name.ts";
import type { Inert } from "../../domain/text.ts";

const titleLengthMax = 160;
const wordLengthMax = 40;
const wordsMax = 14;

/**
 * What an incident is called: `IllegalStateException in InvoiceJob.render`, or the service and the words of its message without values. Our own words and the
 * alphabet of identifiers only, for titles travel into places where nothing can be fenced.
 */
export function incidentTitle(entry: ErrorEntry): Inert {
  const named = exceptionTitle(entry.exceptions);
  if (named !== null) return named;
  const words = messageWords(entry.template);
  const service = entry.service === null ? own`unknown service` : identifier(entry.service, wordLengthMax);
  return words.length === 0
    ? own`Error in ${service}`
    : withinLength(own`${service}: ${joinInert(words, " ")}`, own`Error in ${service}`);
}

function exceptionTitle(exceptions: readonly Exception[]): Inert | null {
  const root = exceptions.findLast((exception) => exception.type !== null);
  const frame = exceptions
    .toReversed()
    .flatMap((exception) => exception.frames)
    .find((each) => each.isOwn);
  if (root?.type === null || root === undefined) return null;
  const type = identifier(lastPart(plainName(root.type)), 60);
  if (frame === undefined) return null;
  const place = placeOf(frame);
  return place === "" ? type : own`${type} in ${identifier(place, 80)}`;
}

/** Past the gate before anything is taken off, for a secret in pieces looks like none: `InvoiceJob.render`, `main.(*Store).Get`, `cart.ts toCart` as `cart.ts:toCart`. */
function placeOf(frame: Exception["frames"][number]): string {
  const name = plainName(frame.function ?? "");
  if (frame.module !== null)
    return [lastPart(plainName(frame.module)), name.replace(/[()*]/g, "")].filter((part) => part !== "").join(".");
  const file =
    plainName(frame.file ?? "")
      .replaceAll("\\", "/")
      .split("/")
      .at(-1) ?? "";
  return [file, name.replace(/[^\w.$]/g, "")].filter((part) => part !== "").join(":");
}

function lastPart(name: string): string {
  return name.split(/[./]/).at(-1) ?? name;
}

/** Words of letters; masks, signs and other alphabets are left out. */
function messageWords(template: string): readonly Inert[] {
  return template
    .split(" ")
    .map((word) => word.replace(/^[^A-Za-z]+|[^A-Za-z]+$/g, ""))
    .filter((word) => word.length > 0 && /^[\x21-\x7e]+$/.test(word) && !word.includes("<*>"))
    .slice(0, wordsMax)
    .map((word) => identifier(word, wordLengthMax));
}

function withinLength(title: Inert, shorter: Inert): Inert {
  if (title.length <= titleLengthMax) return title;
  const words = title
    .slice(0, titleLengthMax)
    .split(" ")
    .slice(0, -1)
    .map((word) => identifier(word, wordLengthMax));
  return words.length === 0 ? shorter : joinInert(words, " ");
}
