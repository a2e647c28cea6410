import { type Cell, digestOf } from "../../domain/fingerprint.ts";
import { particleAt } from "./after-value.ts";
import { mask } from "./message-template.ts";
import { isOrdinaryWord, mayBeCodeOfValue } from "./ordinary-words.ts";
import { masked, unproven } from "./variation.ts";

/** Words of a template that may turn out to be values, taken together; more would be every pair of a long sentence. */
const candidatesMax = 6;
/** Words that stay, at least: two sentences that agree in less are two sentences. */
const constantWordsMin = 2;
/** With fewer words that we know, it is a sentence of another language. */
const ordinaryMin = 2;
const tokensMax = 60;

/** A template with one or two of its words left out. Templates that fill the same hole with many words are one message with a value. */
export interface Hole {
  /** What is left, in its cell: 24 hex. */
  readonly place: string;
  /** With the mask where the words were. */
  readonly template: string;
  /** Digests of what stood there. */
  readonly words: readonly string[];
}

/**
 * The holes of a template: each word that may be a value, each two of them, and each mask, for what a mask stands for in one message may stand as a word in another.
 */
export function holesOf(cell: Cell, template: string): readonly Hole[] {
  if (template === "") return [];
  const tokens = template.split(" ").slice(0, tokensMax).map(readToken);
  const ordinary = tokens.filter(({ kind }) => kind === "word").length;
  const isForeign = ordinary < ordinaryMin;
  const words = tokens.flatMap((token, at) => (isCandidate(token, at, isForeign) ? [at] : [])).slice(0, candidatesMax);
  const masks = tokens.flatMap((token, at) => (token.kind === "mask" ? [at] : [])).slice(0, candidatesMax);
  const kept = tokens.filter(({ kind }) => kind !== "mask" && kind !== "other").length;
  const pairs = words.flatMap((one, index) => words.slice(index + 1).map((other) => [one, other]));
  return [...words.map((at) => [at]), ...masks.map((at) => [at]), ...pairs]
    .filter((places) => kept - places.filter((at) => words.includes(at)).length >= constantWordsMin)
    .map((places) => holeAt(cell, tokens, places));
}

/** In a language whose words we do not know, a name still begins with a capital. */
function isCandidate({ kind, core }: Token, at: number, isForeign: boolean): boolean {
  if (kind !== "candidate" && kind !== "unproven") return false;
  return !isForeign || /[가-힣]/.test(core) || (at > 0 && /^\p{Lu}/u.test(core));
}

interface Token {
  /**
   * word: says what happened · candidate: may be a value · unproven: only where values are known to stand · mask: is one · other: signs, and values grown together
   * with something.
   */
  readonly kind: "word" | "candidate" | "unproven" | "mask" | "other";
  readonly before: string;
  readonly core: string;
  readonly after: string;
}

function holeAt(cell: Cell, tokens: readonly Token[], places: readonly number[]): Hole {
  const left = tokens
    .map(({ before, core, after }, at) => before + (places.includes(at) ? mask : core) + after)
    .join(" ");
  return {
    place: digestOf(["hole", ...cell, left, places.join(",")]),
    // As the masking of values has it, which takes neighbours for a list.
    template: left.replace(/<\*>(?: <\*>)+/g, mask),
    words: places.map((at) => wordDigest(tokens[at])),
  };
}

function wordDigest(token: Token | undefined): string {
  if (token === undefined || token.kind === "mask") return masked;
  const digest = digestOf(["word", token.core]).slice(0, 12);
  return token.kind === "unproven" ? unproven + digest : digest;
}

const edges = /^([^\p{L}\p{N}<]*)(.*?)([^\p{L}\p{N}>]*)$/su;
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

function readToken(text: string): Token {
  const [, before = "", core = text, after = ""] = edges.exec(text) ?? [];
  if (core === mask) return { kind: "mask", before, core, after };
  if (core.includes(mask) || core === "") return { kind: "other", before, core, after };
  // Japanese and Chinese set no words apart: such a token is a sentence.
  if (unspaced.test(core)) return { kind: "word", before, core, after };
  const korean = withoutParticle(core);
  if (korean !== null && !isOrdinaryWord(korean.stem)) {
    return { kind: "candidate", before, core: korean.stem, after: korean.particle + after };
  }
  if (mayBeCodeOfValue(core)) return { kind: "unproven", before, core, after };
  return { kind: isOrdinaryWord(core) ? "word" : "candidate", before, core, after };
}

const particleLengthMax = 3;

/** `홍길동을` as a word and its particle in the form that stands behind a mask; null where the word has none. */
function withoutParticle(word: string): { readonly stem: string; readonly particle: string } | null {
  if (!/^[가-힣]{3,20}$/.test(word)) return null;
  for (let length = particleLengthMax; length >= 1; length--) {
    const at = word.length - length;
    const found = at >= 2 ? particleAt(word, at) : null;
    if (found !== null && found.end === word.length) return { stem: word.slice(0, at), particle: found.form };
  }
  return null;
}
