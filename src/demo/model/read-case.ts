import type { Language } from "../../domain/language.ts";
import type { MessagesRequest } from "./messages-request.ts";
import { blocksOf } from "./messages-request.ts";
import { type Failure, readFailures } from "./stack-frames.ts";

/** A piece of quoted material with our own line above it. */
export interface Exhibit {
  readonly id: string;
  readonly kind: string;
  readonly head: string;
  readonly service: string | null;
  /** Behind the bars. */
  readonly text: string;
  readonly failures: readonly Failure[];
}

/** The exception that is followed, and where it stands. */
export interface Clue {
  readonly exhibit: Exhibit;
  readonly failure: Failure;
}

/** A place that was computed without a model, and why it is named; the most likely comes first. */
export interface LikelyPlace {
  readonly path: string;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly function: string | null;
  readonly because: string;
}

/** What the first turn says, as somebody reads it who has nothing but the request. */
export interface Case {
  readonly exhibits: readonly Exhibit[];
  /** Services whose code can be read. */
  readonly readable: readonly string[];
  /** Where the trace says that the failure began. */
  readonly origin: string | null;
  readonly places: readonly LikelyPlace[];
  readonly language: Language;
}

export function readCase(request: MessagesRequest): Case {
  const [first] = request.messages;
  const text = (first === undefined ? [] : blocksOf(first))
    .map((block) => ("text" in block ? block.text : ""))
    .join("\n");
  const system = typeof request.system === "string" ? request.system : JSON.stringify(request.system ?? "");
  return {
    exhibits: readExhibits(text),
    readable: [...text.matchAll(/^- service (\S+): \S+ at [0-9a-f]+/gm)].map((match) => match[1] ?? ""),
    origin: /^\| [ ✗] *(?:└ )?(.+?): .*← the failure began here/m.exec(text)?.[1] ?? null,
    places: readPlaces(text),
    language: /\bin Korean\b/.test(system) ? "ko" : "en",
  };
}

function readPlaces(text: string): readonly LikelyPlace[] {
  const [, section = ""] = /^# Likely places.*\n((?:- .*(?:\n|$))*)/m.exec(text) ?? [];
  const shape = /^- (.+?), lines (\d+) to (\d+)(?: in (.+?))?: (.*)$/gm;
  return [...section.matchAll(shape)].map(([, path = "", first, last, name, because = ""]) => ({
    ...{ path, firstLine: Number(first), lastLine: Number(last), function: name ?? null, because },
  }));
}

/** Blocks of the shape `lines-3: what it is` with barred lines below, in the first turn and in tool results. */
export function readExhibits(text: string): readonly Exhibit[] {
  const shape = /^((entry|span|lines|commit)-\d+): (.*)\n((?:\|.*(?:\n|$))*)/gm;
  return [...text.matchAll(shape)].map(([, id = "", kind = "", head = "", barred = ""]) => {
    const inner = barred.trimEnd().replaceAll(/^\| ?/gm, "");
    return {
      id,
      kind,
      head,
      service: /of service (\S+?)(?:,|$)/.exec(head)?.[1] ?? null,
      text: inner,
      failures: kind === "entry" || kind === "span" ? readFailures(inner) : [],
    };
  });
}

export interface NumberedLine {
  readonly number: number;
  readonly text: string;
}

/** Lines of a file as an exhibit shows them. */
export function numberedLines(exhibit: Exhibit): readonly NumberedLine[] {
  return exhibit.text.split("\n").flatMap((line) => {
    const match = /^(\d+) \| ?(.*)$/.exec(line);
    return match === null ? [] : [{ number: Number(match[1]), text: match[2] ?? "" }];
  });
}

/** `src/pay/charge.js` of an exhibit of lines. */
export function pathOf(exhibit: Exhibit): string {
  return exhibit.head.replace(/, lines? .*$/, "");
}
