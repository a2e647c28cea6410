import { answerOf, type Conclusion } from "./detective-answer.ts";
import { asksForPatch, asksForReview, proposePatch, reviewPatch } from "./mechanic.ts";
import type { MessagesRequest } from "./messages-request.ts";
import {
  type Case,
  type Clue,
  type Exhibit,
  type LikelyPlace,
  numberedLines,
  pathOf,
  readCase,
  readExhibits,
} from "./read-case.ts";
import type { Reply } from "./reply.ts";
import { answerShortly } from "./short-answers.ts";
import type { Failure } from "./stack-frames.ts";
import { mentions, refuses, type Suspicion, suspect, weighed } from "./suspicion.ts";
import { readToolDesk, type ToolCall, type ToolDesk } from "./tool-desk.ts";

/** Lines read before and behind a frame. */
const linesAround = 25;
/** Frames of one stack trace that are tried, innermost first. */
const framesTried = 6;

/**
 * The model of the demo and of tests. A pure function of the request: like a real model it knows no service, path or line number, reads the first turn, asks
 * the tools, looks at the lines they show, and answers by the schema with words it was shown. Orders in log text mean nothing to it.
 */
export function detect(request: MessagesRequest): Reply {
  const shortly = answerShortly(request);
  if (shortly !== null) return shortly;
  if (asksForPatch(request)) return says(proposePatch(request));
  if (asksForReview(request)) return says(reviewPatch(request));
  const step = investigate(readCase(request), readToolDesk(request), request);
  if ("calls" in step) {
    return {
      stopReason: "tool_use",
      content: step.calls.map((call, index) => ({
        type: "tool_use",
        // A turn of its own each time, so that no two calls of a conversation share an id.
        id: `toolu_${request.messages.length}_${index}`,
        ...call,
      })),
    };
  }
  return says(step.answer);
}

function says(answer: Readonly<Record<string, unknown>>): Reply {
  return { stopReason: "end_turn", content: [{ type: "text", text: JSON.stringify(answer) }] };
}

type Step = { readonly calls: readonly ToolCall[] } | { readonly answer: Readonly<Record<string, unknown>> };

function investigate(known: Case, desk: ToolDesk, request: MessagesRequest): Step {
  const clue = strongestClue(known);
  const say = (conclusion: Conclusion): Step => ({
    answer: answerOf(conclusion, known, clue, namesService(request)),
  });
  const service = clue?.exhibit.service ?? known.origin;
  if (known.readable.length === 0 || clue === null) return say({ kind: "cannot-tell" });
  if (service !== null && !known.readable.includes(service)) return say({ kind: "cannot-tell", unread: service });

  const at = namesService(request) ? { service: service ?? known.readable[0] } : {};
  const suspicion = suspect(clue.failure);
  const value = suspicion.category === "misconfiguration" ? suspicion.tokens[0] : undefined;
  const listing: ToolCall = { name: "list_files", input: { under: "", page: 1, ...at } };
  const setting: readonly ToolCall[] =
    value === undefined ? [] : [{ name: "search", input: { text: value, under: "", page: 1, ...at } }];
  const open = unanswered(desk, [listing, ...setting]);
  if (open.length > 0) return desk.isOpen ? { calls: open } : say({ kind: "cannot-tell" });

  const configured = setting.flatMap((call) => readExhibits(desk.answered(call) ?? "")).find(isSetting);
  if (configured !== undefined) {
    const [line] = numberedLines(configured);
    if (line !== undefined) {
      return say({
        kind: "found",
        exhibits: [configured],
        line,
        path: pathOf(configured),
        function: null,
        suspicion,
        token: value ?? null,
      });
    }
  }
  if (suspicion.category === "third_party" || suspicion.category === "capacity") {
    return say({ kind: "not-in-code", suspicion, exhibits: [], line: null });
  }
  const paths = (desk.answered(listing) ?? "")
    .split("\n")
    .flatMap((line) => (line.startsWith("| ") ? [line.slice(2)] : []));
  const place = likelyPlaceOf(known, clue.failure, paths) ?? placeOf(clue.failure, paths);
  return place === null ? say({ kind: "cannot-tell" }) : readPlace(place, suspicion, at, desk, say);
}

interface Place {
  readonly path: string;
  readonly function: string | null;
  /** Of the frame; where none is in it, of its beginning. */
  readonly line: number;
  /** The function's lines; null where only the frame is known. */
  readonly within: Pick<LikelyPlace, "firstLine" | "lastLine"> | null;
  /** The exception was thrown here, as far as frames tell. */
  readonly isThrown: boolean;
}

/** Reads around the frame, asks where else the name occurs and who changed the file, then points at a line. */
function readPlace(
  { path, function: inside, line: wanted, within, isThrown }: Place,
  suspected: Suspicion,
  at: Readonly<Record<string, unknown>>,
  desk: ToolDesk,
  say: (conclusion: Conclusion) => Step,
): Step {
  const reading = (line: number, last = line): ToolCall => ({
    name: "read_lines",
    input: { path, first: Math.max(1, line - linesAround), last: last + linesAround, ...at },
  });
  const first = reading(wanted, isThrown ? wanted : (within?.lastLine ?? wanted));
  const [name] = suspected.tokens.filter((token) => /^\w{2,}$/.test(token));
  const searching: readonly ToolCall[] =
    name === undefined ? [] : [{ name: "search", input: { text: name, under: path, page: 1, ...at } }];
  const log: ToolCall = { name: "log", input: { path, page: 1, ...at } };
  const calls = [first, ...searching, log];
  const open = unanswered(desk, calls);
  if (open.length > 0) return desk.isOpen ? { calls: open } : say({ kind: "cannot-tell" });

  const [commit] = readExhibits(desk.answered(log) ?? "");
  const exhibits = commit === undefined ? [] : [commit];
  const [read] = readExhibits(desk.answered(first) ?? "");
  const suspicion = weighed(suspected, read?.text ?? "");
  const thrown = (read === undefined ? [] : numberedLines(read)).find(({ number }) => number === wanted);
  if (isThrown && read !== undefined && thrown !== undefined && refuses(thrown.text)) {
    const quotes = [read, ...exhibits];
    return say({ kind: "not-in-code", suspicion: { ...suspicion, category: "data" }, exhibits: quotes, line: thrown });
  }
  const here = read === undefined ? null : pick(read, wanted, suspicion, within);
  // Where a function is named as likely, another one that has the word is no better.
  if (read !== undefined && here !== null && (here.token !== null || name === undefined || within !== null)) {
    return say({ kind: "found", exhibits: [read, ...exhibits], ...here, path, function: inside, suspicion });
  }
  // The line moved since: the name stands elsewhere in the same file.
  const elsewhere = searching
    .flatMap((call) => readExhibits(desk.answered(call) ?? ""))
    .flatMap(numberedLines)
    .filter((line) => name !== undefined && mentions(line.text, name))
    .toSorted((a, b) => Math.abs(a.number - wanted) - Math.abs(b.number - wanted))[0];
  if (elsewhere !== undefined) {
    const again = reading(elsewhere.number);
    if (desk.answered(again) === undefined && desk.isOpen) return { calls: [again] };
    const [moved] = readExhibits(desk.answered(again) ?? "");
    const there = moved === undefined ? null : pick(moved, elsewhere.number, suspicion, null);
    if (moved !== undefined && there !== null) {
      return say({
        kind: "found",
        exhibits: [moved, ...exhibits],
        ...there,
        path,
        function: inside,
        suspicion,
      });
    }
  }
  if (read === undefined || here === null) return say({ kind: "cannot-tell" });
  return say({ kind: "found", exhibits: [read, ...exhibits], ...here, path, function: inside, suspicion });
}

/** Of the lines with code, the nearest that says what the exception speaks of, else the nearest. */
function pick(
  exhibit: Exhibit,
  wanted: number,
  suspicion: Suspicion,
  within: Place["within"],
): { readonly line: { readonly number: number; readonly text: string }; readonly token: string | null } | null {
  const lines = numberedLines(exhibit)
    .filter(({ text }) => /\w/.test(text))
    .filter(({ number }) => within === null || (number >= within.firstLine && number <= within.lastLine));
  const byDistance = lines.toSorted((a, b) => Math.abs(a.number - wanted) - Math.abs(b.number - wanted));
  for (const token of suspicion.tokens) {
    const line = byDistance.find(({ text }) => mentions(text, token));
    if (line !== undefined) return { line, token };
  }
  const [line] = byDistance;
  return line === undefined ? null : { line, token: null };
}

/** The exception to follow: of the service where the trace says it began, else the first one with frames, else a bare message. */
function strongestClue({ exhibits, origin, places }: Case): Clue | null {
  const ranked = exhibits
    .filter(({ kind }) => kind === "entry" || kind === "span")
    .toSorted((a, b) => Number(b.service === origin) - Number(a.service === origin));
  for (const exhibit of ranked) {
    const [failure] = exhibit.failures;
    if (failure !== undefined && (origin === null || exhibit.service === origin)) return { exhibit, failure };
  }
  const [bare] = ranked;
  if (bare === undefined) return null;
  const type = places
    .map(({ because }) => /\bown frame (?:\d+ from the throw )?of ([\w.:\\]+)/.exec(because)?.[1])
    .find(Boolean);
  return { exhibit: bare, failure: { type: type ?? "", message: bare.text.split("\n")[0] ?? "", frames: [] } };
}

/**
 * The place that evidence names first, as somebody takes it who has not read the code yet. Only where there was a stack trace: what is named for its words or
 * for a commit alone is no more than a guess.
 */
function likelyPlaceOf({ places }: Case, { frames }: Failure, paths: readonly string[]): Place | null {
  if (!places.some(({ because }) => /\bown frame\b/.test(because))) return null;
  const place = places.find(({ path }) => paths.includes(path));
  if (place === undefined) return null;
  const { path, firstLine, lastLine, because } = place;
  const frame = frames.find(
    (each) => commonTail(path, each.path) > 0 && each.line >= firstLine && each.line <= lastLine,
  );
  return {
    ...{ path, function: place.function, line: frame?.line ?? firstLine },
    // One line is all that is known of a function whose lines have moved.
    within: firstLine === lastLine ? null : { firstLine, lastLine },
    isThrown: frame !== undefined && because.startsWith("the innermost own frame"),
  };
}

/** The innermost frame whose file is in the repository; of several files of that name the one whose folders fit best. */
function placeOf(failure: Failure, paths: readonly string[]): Place | null {
  for (const frame of failure.frames.slice(0, framesTried)) {
    const [best] = paths
      .map((path) => ({ path, fit: commonTail(path, frame.path) }))
      .filter(({ fit }) => fit > 0)
      .toSorted((a, b) => b.fit - a.fit || a.path.length - b.path.length);
    if (best !== undefined) {
      return { path: best.path, function: frame.function, line: frame.line, within: null, isThrown: true };
    }
  }
  return null;
}

function commonTail(one: string, other: string): number {
  const [a, b] = [one.split("/").toReversed(), other.split("/").toReversed()];
  const differs = a.findIndex((segment, index) => segment !== b[index]);
  return differs === -1 ? a.length : differs;
}

function isSetting(exhibit: Exhibit): boolean {
  return /\.(?:json|ya?ml|properties|toml|ini|conf|cfg|env)$|config/i.test(pathOf(exhibit));
}

function unanswered(desk: ToolDesk, calls: readonly ToolCall[]): readonly ToolCall[] {
  return calls.filter((call) => desk.answered(call) === undefined);
}

/** Whether tools and places name the service, as they do when the code of several is at hand. */
function namesService(request: MessagesRequest): boolean {
  const properties: unknown = request.tools?.[0]?.input_schema["properties"];
  return typeof properties === "object" && properties !== null && "service" in properties;
}
