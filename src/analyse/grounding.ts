import type { EvidenceBundle } from "../domain/evidence.ts";
import { ownValue } from "../domain/own-value.ts";
import { redact } from "../domain/redact.ts";
import type { Redacted } from "../domain/text.ts";
import type { Code } from "./tool-means.ts";

/** Of one answer: what is named beyond these is not looked up, and so it is not supported either. */
const namesMax = 120;
/** Of one name: a word that stands in more lines than these only as a part of others is taken for none. */
const hitsMax = 200;
const sourceFile =
  /(?<![\w/.-])((?:[\w@-]+\/)*[\w@-]+\.(?:java|kt|kts|scala|py|js|mjs|cjs|jsx|ts|mts|cts|tsx|go|rb|php|rs|cs|ex|exs|erl|dart|c|cc|cpp|h|hpp|ya?ml|json|toml|properties|xml|sql|gradle|vue|svelte|swift|hs|sh|md|tf|groovy|html|ipynb|proto|graphql))(?![\w/])/g;
const lineNumber =
  /\b[Ll]ines? (\d{1,7})(?:\s*(?:to|-|–|and)\s*(\d{1,7}))?|(\d{1,7})(?:~(\d{1,7}))?행|(?<=\.[a-z]{1,10}):(\d{1,7})\b/g;
/** Letters of names; a Korean one before it ends a word and begins none. Those of other alphabets that look alike belong to a name, so that no part of it is looked up. */
const letter = "[\\p{Script=Latin}\\p{Script=Cyrillic}\\p{Script=Greek}_$]";
const sign = "[\\p{Script=Latin}\\p{Script=Cyrillic}\\p{Script=Greek}\\d_$]";
const calledName = new RegExp(`(?<!${sign}|\\.)((?:${letter}${sign}*[.#])*${letter}${sign}*)\\(\\)?`, "gu");
const tickedName = new RegExp(`\`(${letter}(?:${sign}|[.#])*)(?:\\(\\))?\``, "gu");
const commitId = /(?<![\w-])([0-9a-f]{7,40})(?![\w-])/g;
/** With the unit or the multiple that is written right behind it. */
const plainNumber =
  /(?<![\w.:/-])(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(?:\s?(백|천|만|억|thousand|million|billion)|(k)|(?:ms|s|m|h|min|[kKMGT]i?B|x|px))?(?![\w/])/g;
const multiples: Readonly<Record<string, number>> = {
  백: 100,
  천: 1_000,
  만: 10_000,
  억: 100_000_000,
  k: 1_000,
  thousand: 1_000,
  million: 1_000_000,
  billion: 1_000_000_000,
};

/**
 * The sentences that name a file, a line, a function, a commit or a number that stands neither in the evidence nor in the code at the deployed commits. A
 * sentence that names nothing is nobody's to check. Pure but for what it reads at fixed commits.
 */
export async function unsupportedSentences(
  texts: readonly string[],
  bundle: EvidenceBundle,
  codes: readonly Code[],
  signal: AbortSignal,
): Promise<readonly Redacted[]> {
  const look = createLookUp(bundle, codes, signal);
  const unsupported: Redacted[] = [];
  for (const sentence of texts.flatMap(sentencesOf)) {
    // Digits and letters that are written wide, or in parts, are what they look like.
    if (!(await isSupported(sentence.normalize("NFKC"), look))) unsupported.push(redact(sentence));
  }
  return [...new Set(unsupported)];
}

/** As they stand there, so that they can be found again: a dot inside of a name ends nothing. */
export function sentencesOf(text: string): readonly string[] {
  return text
    .split(/(?<=[.!?。])(?=\s)|\n+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== "");
}

interface LookUp {
  /** Whether the text stands in some evidence. */
  says(text: string): boolean;
  saysNumber(text: string): boolean;
  /** The most lines that a file of that name has; null: there is none. */
  lineCountOf(path: string): Promise<number | null>;
  codeSays(name: string): Promise<boolean>;
  knowsCommit(digits: string): boolean;
}

async function isSupported(sentence: string, look: LookUp): Promise<boolean> {
  const files = named(sentence, sourceFile);
  const lengths: number[] = [];
  for (const file of files) {
    const lineCount = await look.lineCountOf(file);
    // Of a library, say: it stands in the stack trace and in no repository of ours.
    if (lineCount === null && !look.says(file)) return false;
    if (lineCount !== null) lengths.push(lineCount);
  }
  const lines = named(sentence, lineNumber).map(Number);
  if (lengths.length > 0 && lines.some((line) => line > Math.max(...lengths))) return false;
  for (const name of [...named(sentence, calledName), ...named(sentence, tickedName)]) {
    const last = name.split(/[.#]/).at(-1) ?? name;
    if (!look.says(last) && !(await look.codeSays(last))) return false;
  }
  const commits = named(sentence, commitId).filter((digits) => /\d/.test(digits) && /[a-f]/.test(digits));
  if (commits.some((digits) => !look.knowsCommit(digits))) return false;
  const rest = sentence.replaceAll(sourceFile, " ").replaceAll(lineNumber, " ").replaceAll(commitId, " ");
  return numbersIn(rest).every((number) => look.saysNumber(number));
}

function named(sentence: string, pattern: RegExp): readonly string[] {
  return [...sentence.matchAll(pattern)].flatMap(([, ...groups]) => groups.filter((group) => group !== undefined));
}

/** Those of two digits and more, in full: a small one counts things, and whoever counts is not always quoting. */
function numbersIn(sentence: string): readonly string[] {
  return [...sentence.matchAll(plainNumber)]
    .map(([, whole = "", fraction, word, letterBehind]) => {
      const digits = `${whole.replaceAll(",", "")}${fraction === undefined ? "" : `.${fraction}`}`;
      const multiple = ownValue(multiples, word ?? letterBehind ?? "");
      return multiple === undefined ? digits : String(Number((Number(digits) * multiple).toPrecision(12)));
    })
    .filter((number) => number.length > 1);
}

function createLookUp(bundle: EvidenceBundle, codes: readonly Code[], signal: AbortSignal): LookUp {
  const texts = [
    ...bundle.evidence.map((one) => (one.kind === "lines" ? `${one.path}\n${one.text}` : one.text)),
    ...bundle.ranking.map(({ path, function: name }) => `${path} ${name ?? ""}`),
    ...(bundle.trace?.spans.map(({ name, durationNs }) => `${name} ${Number(durationNs) / 1e6}`) ?? []),
  ];
  const all = texts.join("\n").normalize("NFC");
  const numbers = new Set(
    [...all.replaceAll(/(\d),(?=\d{3}\b)/g, "$1").matchAll(/\d+(?:\.\d+)?/g)].map(([one]) => one),
  );
  for (const one of bundle.evidence) {
    if (one.kind === "commit" && one.pullRequest !== null) numbers.add(String(one.pullRequest));
    if (one.kind !== "lines") continue;
    for (let line = one.firstLine; line <= one.lastLine; line += 1) numbers.add(String(line));
  }
  const commits = [
    ...bundle.evidence.flatMap((one) => (one.kind === "commit" ? [one.commit] : [])),
    ...codes.flatMap(({ version }) => [version.deployed, version.base]),
  ];
  const known = new Map<string, Promise<boolean>>();
  const counts = new Map<string, Promise<number | null>>();
  let looked = 0;

  function remembered<Value>(
    memory: Map<string, Promise<Value>>,
    key: string,
    otherwise: Value,
    work: () => Promise<Value>,
  ) {
    const earlier = memory.get(key);
    if (earlier !== undefined) return earlier;
    looked += 1;
    const now = looked > namesMax ? Promise.resolve(otherwise) : work();
    memory.set(key, now);
    return now;
  }

  return {
    says: (text) => isWordIn(text, all),
    // What is said in seconds may be logged in milliseconds.
    saysNumber: (number) =>
      [1, 1000, 1 / 1000].some((factor) => numbers.has(String(Number((Number(number) * factor).toPrecision(12))))) ||
      numbers.has(number),
    lineCountOf: (path) =>
      remembered<number | null>(counts, path, null, async () => {
        const found = await Promise.all(codes.map((code) => lineCount(code, path, signal)));
        const lengths = found.filter((length) => length !== null);
        return lengths.length === 0 ? null : Math.max(...lengths);
      }),
    codeSays: (name) =>
      remembered(known, name, false, async () => {
        if (name.length < 2) return true;
        const hits = codes.map(({ source, version }) => source.search(version.deployed, name, "", hitsMax, signal));
        return (await Promise.all(hits)).some((those) => those.some(({ text }) => isWordIn(name, text)));
      }),
    knowsCommit: (digits) => commits.some((commit) => commit.startsWith(digits)) || all.includes(digits),
  };
}

/** As a name of its own: `total` does not stand in `subtotal`. A file may have folders before it. */
function isWordIn(name: string, text: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const [before = "", after = ""] = [text[at - 1], text[at + name.length]];
    if (!/[\w$]/.test(before) && !/[\w$]/.test(after)) return true;
  }
  return false;
}

/** Of the file with that path, or with that name anywhere. */
async function lineCount({ source, version }: Code, path: string, signal: AbortSignal): Promise<number | null> {
  const whole = await source.lines(version.deployed, path, 1, 1, signal);
  if (whole !== null) return whole.lineCount;
  const { paths } = await source.files(version.deployed, "", filesSought, signal);
  const places = paths.filter((each) => each.endsWith(`/${path}`)).slice(0, 10);
  const lengths = await Promise.all(
    places.map(async (each) => (await source.lines(version.deployed, each, 1, 1, signal))?.lineCount ?? 0),
  );
  return lengths.length === 0 ? null : Math.max(...lengths);
}

const filesSought = 100_000;
