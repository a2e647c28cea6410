/** So long that a pattern of quadratic time takes hundreds of times as long as one of linear time. */
const probeLength = 30_000;
const charactersMax = 10;

/** A probe as people can be told of it: what is repeated. */
export interface PatternProbe {
  readonly unit: string;
  readonly text: string;
}

/**
 * Texts on which a careless pattern gets slow: runs of each character it knows, of each two of them, of what it matches and of the beginnings of that; each
 * with an end that it does not expect, so that every way to divide the run is tried.
 */
export function probesOf(pattern: string): readonly PatternProbe[] {
  const sample = sampleOf(pattern);
  const characters = [...new Set([...sample, ...charactersOf(pattern), "a", "0", " "])].slice(0, charactersMax);
  const units = new Set<string>(characters);
  for (const one of characters) for (const other of characters) if (one !== other) units.add(one + other);
  for (let length = 1; length <= Math.min(sample.length, 40); length++) units.add(sample.slice(0, length));
  units.add(sample);
  const repeated = [...units].filter((unit) => unit !== "").map((unit) => ({ unit, text: fillUp("", unit) }));
  // The beginning of a match, its last character over and over.
  const grown = [...sample].slice(0, 40).map((character, index) => ({
    unit: character,
    text: fillUp(sample.slice(0, index), character),
  }));
  return [...repeated, ...grown];
}

const unexpected = "\u0001";

function fillUp(start: string, unit: string): string {
  return start + unit.repeat(Math.ceil(probeLength / unit.length)) + unexpected;
}

/** Ends and beginnings of its classes, and what its escapes stand for. */
function charactersOf(pattern: string): readonly string[] {
  const shorthand = pattern
    .replace(/\\d/g, "07")
    .replace(/\\w/g, "aZ_0")
    .replace(/\\s/g, " ")
    .replace(/\\p\{[^}]*\}/g, "aZ")
    .replace(/\\[bB]/g, "");
  return [...shorthand].filter((one) => !"\\^$.|?*+()[]{}".includes(one));
}

/** Something like what the pattern matches: groups, classes and repetitions are read in their simplest form, which is enough for a probe. */
function sampleOf(pattern: string): string {
  let sample = "";
  let at = 0;
  while (at < pattern.length && sample.length < 200) {
    const rest = pattern.slice(at);
    const token =
      /^(?:\\[dDwWsSbB]|\\p\{[^}]*\}|\\u\{[^}]*\}|\\u[0-9a-f]{4}|\\.|\[(?:\\.|[^\]\\])*\]|\(\?<?[=!:]?(?:\w+>)?|\{\d+(?:,\d*)?\}|[\s\S])/i.exec(
        rest,
      )?.[0] ?? rest.slice(0, 1);
    at += token.length;
    const times = Number(/^\{(\d+)/.exec(token)?.[1] ?? 0);
    if (times > 1) sample += sample.slice(-1).repeat(Math.min(times, 50) - 1);
    if (/^(?:[()|^$?*+]|\(\?|\{\d|\\[bB])/.test(token)) continue;
    sample += oneOf(token);
  }
  return sample;
}

function oneOf(token: string): string {
  if (token === ".") return "x";
  if (/^\\d|^\[\\d/.test(token)) return "0";
  if (/^\\[wp]|^\[\\w/.test(token)) return "a";
  if (/^\\s|^\[\\s/.test(token)) return " ";
  if (/^\\[DWS]/.test(token) || token.startsWith("[^")) return "~";
  if (token.startsWith("[")) return token.charAt(token.charAt(1) === "\\" ? 2 : 1);
  return token.startsWith("\\") ? token.slice(1) : token;
}
