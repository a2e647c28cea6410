import { linesBehind, linesOfFields } from "./data-flow.ts";
import { definitionsOf, type NamedCall } from "./definitions.ts";
import type { RankedPlace } from "./ranked-place.ts";
import type { SearchedCode } from "./searched-code.ts";
import type { ReadFile, SourceFile } from "./source-files.ts";

/** Places whose calls are followed, of those of the frames. */
const framesMax = 6;
/** How many calls away a function may be. */
const depthMax = 4;
const callsPerDepthMax = 24;
const placesMax = 60;
/** A name that is defined more often than this tells nothing. */
const definitionsMax = 3;
const nameLengthMin = 2;

/** What a call weighs beside the place that it stands in: on the line itself, where what the line uses comes from, and before the line. */
const weightOnLine = 0.35;
const weightBehind = 0.3;
const weightBefore = 0.12;
/** The message says the name: "because the return value of find() is null". */
const namedFactor = 2;
/** What a function calls, beside the function. */
const weightDeeper = 0.5;

interface WeighedCall extends NamedCall {
  readonly score: number;
  readonly because: string;
}

/**
 * Functions of the service that the frames called before it failed, and what those called: one of them gave back what failed, and is in no stack trace any more.
 * What the failing line calls or uses the value of comes first.
 */
export async function calledPlaces(
  from: readonly RankedPlace[],
  message: string,
  code: SearchedCode,
  read: ReadFile,
  signal: AbortSignal,
): Promise<readonly RankedPlace[]> {
  const found = new Map<string, RankedPlace>();
  let calls = from.slice(0, framesMax).flatMap((each) => callsBefore(each, message));
  for (let depth = 1; depth <= depthMax && calls.length > 0; depth++) {
    const asked = likeliest(calls);
    calls = [];
    for (const [index, definitions] of (await definitionsOf(asked, code, read, signal)).entries()) {
      const call = asked[index];
      if (call === undefined || definitions.length === 0 || definitions.length > definitionsMax) continue;
      for (const { file, span } of definitions) {
        const key = `${file.path}:${span.firstLine}`;
        const score = call.score / definitions.length;
        if (found.size >= placesMax || (found.get(key)?.score ?? 0) >= score) continue;
        const { name, firstLine, lastLine, container, signature } = span;
        found.set(key, {
          place: {
            path: file.path,
            line: firstLine,
            enclosing: name === null ? null : { name, firstLine, lastLine, container, signature },
            file,
            certainty: 1 / definitions.length,
          },
          function: name,
          score,
          because: call.because,
        });
        const because = `${call.name}, which was called before it failed, calls it`;
        for (const { name: inner, line } of callsOn(file, firstLine, lastLine)) {
          calls.push({ name: inner, line, file, score: score * weightDeeper, because });
        }
      }
    }
  }
  return [...found.values()];
}

/** The calls of a function up to the line where it failed. */
function callsBefore({ place, score }: RankedPlace, message: string): readonly WeighedCall[] {
  const { file, line, enclosing, path } = place;
  const first = enclosing?.firstLine ?? line;
  const behind = new Set(linesBehind(file.lines, line, first));
  const fields = linesOfFields(file.lines, line).filter((each) => each < first || each > line);
  for (const each of fields) behind.add(each);
  const calls = [...callsOn(file, first, line), ...fields.flatMap((each) => callsOn(file, each, each))];
  return calls.map((call): WeighedCall => {
    const isNamed = new RegExp(`(?<![\\w$])${call.name.replaceAll("$", "\\$")}(?![\\w$])`).test(message);
    const weight = call.line === line ? weightOnLine : behind.has(call.line) ? weightBehind : weightBefore;
    const where =
      call.line === line
        ? `it is called where the failure shows (${path}:${line})`
        : behind.has(call.line)
          ? `what it gives back is used where the failure shows (${path}:${line})`
          : `it is called before the failure (${path}:${call.line})`;
    return {
      ...call,
      file,
      score: score * weight * (isNamed ? namedFactor : 1),
      because: `${where}${isNamed ? ", and the message names it" : ""}`,
    };
  });
}

function callsOn({ outline }: SourceFile, first: number, last: number) {
  return (outline?.calls ?? []).filter(
    ({ name, line }) => line >= first && line <= last && name.length >= nameLengthMin,
  );
}

/** Each name of a file once. */
function likeliest(calls: readonly WeighedCall[]): readonly WeighedCall[] {
  const best = new Map<string, WeighedCall>();
  for (const call of calls) {
    const key = `${call.file.path} ${call.name}`;
    if ((best.get(key)?.score ?? -1) < call.score) best.set(key, call);
  }
  return [...best.values()].toSorted((one, other) => other.score - one.score).slice(0, callsPerDepthMax);
}
