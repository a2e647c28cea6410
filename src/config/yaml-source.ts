import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type YAMLError } from "yaml";
import { referenceTo } from "./reference.ts";

/** Where a value is: `["services", "shop", "aliases", 0]`. */
export type Path = readonly (string | number)[];

/** Puts one mistake on the list: the place by its path, and what is wrong with its cure as whole sentences. */
export type Report = (path: Path, sentence: string) => void;

/** Counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface YamlMistake extends Place {
  readonly path: Path;
  readonly sentence: string;
}

/** A YAML text with the place of each of its values. */
export interface YamlSource {
  /** Plain objects, arrays and scalars; null when the text could not be read at all. */
  readonly value: unknown;
  readonly isReadable: boolean;
  readonly mistakes: readonly YamlMistake[];
  /** Of the key, or of the list item; of the nearest thing above it where there is none. */
  placeOf(path: Path): Place;
  placeAt(offset: number): Place;
}

export function readYaml(text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const places = placesOf(document);
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const pathAt = (offset: number): Path => places.findLast((known) => known.offset <= offset)?.path ?? [];

  const mistakes: YamlMistake[] = [];
  const report = (path: Path, offset: number, sentence: string) =>
    mistakes.push({ ...placeAt(offset), path, sentence });
  for (const error of document.errors.filter((one) => one.code === "DUPLICATE_KEY")) {
    const path = pathAt(error.pos[0]);
    report(path, error.pos[0], `\`${path.at(-1) ?? "a key"}\` stands twice in this mapping. Keep one of the two.`);
  }
  // What follows the first broken line is mostly its consequence.
  const broken = document.errors.find((error) => error.code !== "DUPLICATE_KEY");
  if (broken !== undefined) report([], broken.pos[0], describeSyntax(broken, text));
  for (const known of places.filter((one) => one.isUnknownAlias)) {
    report(known.path, known.offset, "refers to an anchor (`*name`) that is not set above it. Set it with `&name`.");
  }

  const isReadable = broken === undefined && !places.some((known) => known.isUnknownAlias);
  return {
    value: isReadable ? plainValue(document, (sentence) => report([], 0, sentence)) : null,
    isReadable,
    mistakes,
    placeAt,
    placeOf(path) {
      for (let length = path.length; length > 0; length -= 1) {
        const above = path.slice(0, length);
        const found = places.find((known) => isSamePath(known.path, above));
        if (found !== undefined) return placeAt(found.offset);
      }
      return { line: 1, column: 1 };
    },
  };
}

interface KnownPlace {
  readonly path: Path;
  readonly offset: number;
  readonly isUnknownAlias: boolean;
}

/** In the order of the text. */
function placesOf(document: Document): readonly KnownPlace[] {
  const places: KnownPlace[] = [];
  const walk = (node: unknown, path: Path): void => {
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : String(key);
        const below = [...path, name];
        places.push({ path: below, offset: offsetOf(key), isUnknownAlias: isUnknownAlias(value, document) });
        walk(value, below);
      }
    } else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) {
        const below = [...path, index];
        places.push({ path: below, offset: offsetOf(item), isUnknownAlias: isUnknownAlias(item, document) });
        walk(item, below);
      }
    }
  };
  walk(document.contents, []);
  return places.sort((a, b) => a.offset - b.offset);
}

function offsetOf(node: unknown): number {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? (node.range?.[0] ?? 0) : 0;
}

function isUnknownAlias(node: unknown, document: Document): boolean {
  return isAlias(node) && node.resolve(document) === undefined;
}

function isSamePath(one: Path, other: Path): boolean {
  return one.length === other.length && one.every((segment, index) => String(segment) === String(other[index]));
}

function plainValue(document: Document, report: (sentence: string) => void): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    report(
      `could not be read: ${error instanceof Error ? error.message : String(error)}. Write it out without anchors.`,
    );
    return null;
  }
}

/** In our own words where the parser speaks to programmers. */
const words: Readonly<Record<string, string>> = { MULTIPLE_DOCS: "it holds several documents" };

const cures: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "Indent with spaces.",
  BAD_INDENT: "Indent the lines of one mapping alike, and close every bracket.",
  MISSING_CHAR: "Close the quote or bracket, or add the missing `:`.",
  BAD_SCALAR_START: "Put the value in single quotes.",
  MULTIPLE_DOCS: "Keep one document: remove the line `---` and what does not belong.",
};

function describeSyntax(error: YAMLError, text: string): string {
  const line = text.slice(text.lastIndexOf("\n", error.pos[0] - 1) + 1).split("\n", 1)[0] ?? "";
  if (/\{[^}]*\$\{/.test(line)) {
    return `is not valid YAML: inside { … } a reference needs quotes. Write "${referenceTo("NAME")}" with them.`;
  }
  if (/^\s*query:\s*\{/.test(line))
    return "is not valid YAML: a query needs single quotes around it. Write `query: '{…}'`.";
  return `is not valid YAML: ${words[error.code] ?? error.message}. ${cures[error.code] ?? "Check the indentation and the quotes of this line."}`;
}
