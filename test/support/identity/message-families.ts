import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Messages that one log statement wrote. */
export interface MessageFamily {
  readonly name: string;
  readonly messages: readonly string[];
}

const folder = join(import.meta.dirname, "..", "..", "fixtures", "message-families");

/** `# name`, then one message a line, families apart by an empty line. */
export function readFamilies(file: "seen.txt" | "unseen.txt"): readonly MessageFamily[] {
  return readFileSync(join(folder, file), "utf8")
    .split(/\n(?=# )/)
    .map((block) => {
      const [head = "", ...messages] = block.split("\n").filter((line) => line !== "");
      return { name: head.slice(2), messages };
    });
}

export interface PairScore {
  /** Of pairs in one group, those of one family. */
  readonly precision: number;
  /** Of pairs of one family, those in one group. */
  readonly recall: number;
  readonly f1: number;
  /** Families in more than one group and groups of more than one family, in words. */
  readonly mistakes: readonly string[];
}

/** Compares every two messages: are they in one group where they are of one family, and only there? */
export function scorePairs(families: readonly MessageFamily[], groupOf: (message: string) => string): PairScore {
  const all = families.flatMap(({ name, messages }) =>
    messages.map((message) => ({ family: name, message, group: groupOf(message) })),
  );
  let together = 0;
  let related = 0;
  let right = 0;
  for (const [index, one] of all.entries()) {
    for (const other of all.slice(index + 1)) {
      const isRelated = one.family === other.family;
      const isTogether = one.group === other.group;
      if (isRelated) related++;
      if (isTogether) together++;
      if (isRelated && isTogether) right++;
    }
  }
  const precision = together === 0 ? 1 : right / together;
  const recall = related === 0 ? 1 : right / related;
  const split = [...Map.groupBy(all, ({ family }) => family)]
    .map(([family, its]) => [family, new Set(its.map(({ group }) => group))] as const)
    .filter(([, groups]) => groups.size > 1)
    .map(([family, groups]) => `${family} is in ${groups.size} groups: ${[...groups].join(" · ")}`);
  const merged = [...Map.groupBy(all, ({ group }) => group)]
    .map(([group, its]) => [group, new Set(its.map(({ family }) => family))] as const)
    .filter(([, those]) => those.size > 1)
    .map(([group, those]) => `${group} holds ${[...those].join(", ")}`);
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall), mistakes: [...split, ...merged] };
}
