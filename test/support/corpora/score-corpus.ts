import { explain } from "../../../src/detect/explain/explain.ts";
import type { Frame } from "../../../src/domain/error-entry.ts";
import type { ExplainJson } from "../../../src/domain/json.ts";
import type { ReadingRules } from "../../../src/domain/reading-rules.ts";
import type { Corpus, ExpectedException, ExpectedFrame } from "./load-corpora.ts";
import { createReadingRules } from "./reading-rules.ts";

export interface Miss {
  readonly entry: number;
  readonly field: string;
  readonly expected: unknown;
  readonly found: unknown;
}

export interface Score {
  readonly corpus: Corpus;
  /** Compared fields, frames apart. */
  readonly fields: number;
  readonly fieldsRight: number;
  readonly framesExpected: number;
  readonly framesFound: number;
  readonly framesRight: number;
  readonly misses: readonly Miss[];
  /** Of each bug's entries, the groups they came to. */
  readonly groupsOfBug: ReadonlyMap<string, ReadonlySet<string>>;
}

const entryFields = ["isError", "level", "message", "service", "traceId", "spanId"] as const;

/** How much of what a corpus expects `explain` says of its entries. What is given up is not compared. */
export function scoreCorpus(corpus: Corpus): Score {
  const rules: ReadingRules = createReadingRules(corpus.own);
  const rows = explain(corpus.entries, rules, () => null);
  const givenUp = new Set(corpus.givenUp.map(({ entry, field }) => `${entry} ${field}`));
  const misses: Miss[] = [];
  const groupsOfBug = new Map<string, Set<string>>();
  let fields = 0;
  let framesExpected = 0;
  let framesFound = 0;
  let framesRight = 0;
  const compare = (entry: number, field: string, expected: unknown, found: unknown) => {
    if (expected === undefined || givenUp.has(`${entry} ${field}`)) return;
    fields++;
    if (expected !== found) misses.push({ entry, field, expected, found });
  };
  corpus.expected.forEach((expected, index) => {
    const row = rows[index] as ExplainJson;
    const joinedTo = row.joinedTo === null ? null : corpus.entries.findIndex(({ id }) => id === row.joinedTo);
    compare(index, "joinedTo", expected.joinedTo ?? null, joinedTo);
    if (typeof expected.joinedTo === "number") return;
    for (const field of entryFields) compare(index, field, expected[field], row[field]);
    if (typeof expected.bug === "string") groupsOf(groupsOfBug, expected.bug).add(row.group);
    if (expected.exceptions === undefined) return;
    compare(index, "exceptions", expected.exceptions.length, row.exceptions.length);
    expected.exceptions.forEach((exception, at) => {
      const found = row.exceptions[at];
      compare(index, `exceptions.${at}.type`, exception.type, found?.type);
      compare(index, `exceptions.${at}.message`, exception.message, found?.message);
      if (exception.frames === undefined || givenUp.has(`${index} exceptions.${at}.frames`)) return;
      const right = rightFrames(exception, found?.frames ?? []);
      framesExpected += exception.frames.length;
      framesFound += found?.frames.length ?? 0;
      framesRight += right;
      if (right !== exception.frames.length || right !== found?.frames.length) {
        misses.push({
          entry: index,
          field: `exceptions.${at}.frames`,
          ...firstDifference(exception.frames, found?.frames ?? []),
        });
      }
    });
  });
  const wrongFields = misses.filter(({ field }) => !field.endsWith(".frames")).length;
  return {
    corpus,
    fields,
    fieldsRight: fields - wrongFields,
    framesExpected,
    framesFound,
    framesRight,
    misses,
    groupsOfBug,
  };
}

/** 1 where everything found is right and nothing is missing; 1 where no frames are expected and none found. */
export function framesF1(score: Pick<Score, "framesExpected" | "framesFound" | "framesRight">): number {
  const sum = score.framesExpected + score.framesFound;
  return sum === 0 ? 1 : (2 * score.framesRight) / sum;
}

function groupsOf(groups: Map<string, Set<string>>, bug: string): Set<string> {
  const found = groups.get(bug) ?? new Set<string>();
  groups.set(bug, found);
  return found;
}

/** Frames that are right and in the right order: the longest common run in both lists. */
function rightFrames(expected: ExpectedException, found: readonly Frame[]): number {
  const wanted = expected.frames ?? [];
  let above = new Array<number>(found.length + 1).fill(0);
  for (const want of wanted) {
    const row = [0];
    for (const [at, frame] of found.entries()) {
      row.push(isSame(want, frame) ? (above[at] ?? 0) + 1 : Math.max(row[at] ?? 0, above[at + 1] ?? 0));
    }
    above = row;
  }
  return above.at(-1) ?? 0;
}

function isSame(expected: ExpectedFrame, found: Frame): boolean {
  return (Object.keys(expected) as (keyof ExpectedFrame)[]).every(
    (key) => expected[key] === undefined || expected[key] === found[key],
  );
}

function firstDifference(expected: readonly ExpectedFrame[], found: readonly Frame[]) {
  const length = Math.max(expected.length, found.length);
  for (let at = 0; at < length; at++) {
    const want = expected[at];
    const frame = found[at];
    if (want === undefined || frame === undefined || !isSame(want, frame)) {
      return { expected: { at, ...want }, found: { at, ...frame } };
    }
  }
  return { expected: null, found: null };
}
