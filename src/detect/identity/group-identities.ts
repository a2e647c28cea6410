import { fingerprintOf } from "../../domain/fingerprint.ts";
import type { Fingerprint } from "../../domain/names.ts";
import type { Variant } from "../../domain/store.ts";
import { DisjointSets } from "./disjoint-sets.ts";
import type { EntryIdentity } from "./entry-identity.ts";
import { mask } from "./message-template.ts";
import { type Hole, holesOf } from "./template-holes.ts";
import { cutCopiesOf, holdsValues, placeBehindAll, placeOfCut, placesOfWrappers } from "./variation.ts";

/** Of one place more are not remembered: three tell a value, two tell an ambiguous beginning. */
const variantsOfPlaceMax = 8;

/** Which fingerprints are one incident although they differ. */
export interface Grouping {
  /** Every fingerprint that belongs with it, itself included. */
  membersOf(fingerprint: Fingerprint): ReadonlySet<Fingerprint>;
  /**
   * Under which it is counted: its own, or that of the message in which a word has turned out a value, so that a name that comes once leaves no trace of its own.
   */
  countedAs(fingerprint: Fingerprint): Fingerprint;
  /** To be remembered from now on. */
  readonly variants: readonly Variant[];
  /** What has to be known for the answer to be right: whose incident these are, and what stood at these places. */
  readonly asks: { readonly fingerprints: ReadonlySet<Fingerprint>; readonly places: ReadonlySet<string> };
}

type Templated = Pick<EntryIdentity, "fingerprint" | "cell" | "template">;

/**
 * Pure, and the same for every order of the identities.
 * @param identities whose fingerprints no incident has yet, each once
 * @param known variants of all places that are asked for, and whether a fingerprint is some incident's
 */
export function groupIdentities(
  identities: readonly EntryIdentity[],
  known: { readonly variants: readonly Variant[]; readonly isKnown: (fingerprint: Fingerprint) => boolean },
): Grouping {
  const sets = new DisjointSets<Fingerprint>();
  const table = new Places(known.variants);
  const fingerprints = new Set<Fingerprint>();
  const inOrder = [...identities].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  joinCutCopies(inOrder, { sets, table, fingerprints, isKnown: known.isKnown });
  const generals = joinVariants(inOrder, { sets, table, fingerprints });
  return {
    membersOf: (fingerprint) => sets.setOf(fingerprint),
    countedAs(fingerprint) {
      if (table.remembers(fingerprint) || known.isKnown(fingerprint)) return fingerprint;
      const [general] = [...sets.setOf(fingerprint)]
        .flatMap((member) => generals.get(member) ?? [])
        .sort((a, b) => maskCount(b.template) - maskCount(a.template) || (a.fingerprint < b.fingerprint ? -1 : 1));
      return general?.fingerprint ?? fingerprint;
    },
    variants: table.added,
    asks: { fingerprints, places: table.asked },
  };
}

/** What stood where: what was known, and what is new. */
class Places {
  readonly added: Variant[] = [];
  readonly asked = new Set<string>();
  readonly #rows = new Map<string, Variant[]>();
  readonly #remembered = new Set<Fingerprint>();

  constructor(known: readonly Variant[]) {
    for (const variant of known) this.#keep(variant);
  }

  at(place: string): readonly Variant[] {
    this.asked.add(place);
    return this.#rows.get(place) ?? [];
  }

  add(variant: Variant): void {
    const rows = this.at(variant.place);
    if (rows.length >= variantsOfPlaceMax || rows.some(({ fingerprint }) => fingerprint === variant.fingerprint))
      return;
    this.#keep(variant);
    this.added.push(variant);
  }

  /** Whether a place tells of it, so that it has to be found again. */
  remembers(fingerprint: Fingerprint): boolean {
    return this.#remembered.has(fingerprint);
  }

  #keep(variant: Variant): void {
    const rows = this.#rows.get(variant.place);
    if (rows === undefined) this.#rows.set(variant.place, [variant]);
    else rows.push(variant);
    this.#remembered.add(variant.fingerprint);
  }
}

interface Joining {
  readonly sets: DisjointSets<Fingerprint>;
  readonly table: Places;
  readonly fingerprints: Set<Fingerprint>;
}

/**
 * A stack trace that ends early, cut off or caught on its way, is the longer one that begins so, where there is only one: a helper's frame alone does not say
 * which of its callers failed.
 */
function joinCutCopies(
  identities: readonly EntryIdentity[],
  { sets, table, fingerprints, isKnown }: Joining & { readonly isKnown: (fingerprint: Fingerprint) => boolean },
): void {
  const here = new Set(identities.map(({ fingerprint }) => fingerprint));
  for (const { fingerprint, copies } of identities.map((each) => ({ ...each, copies: cutCopiesOf(each) }))) {
    for (const copy of copies) table.add({ place: copy.place, fingerprint, words: [copy.rest] });
  }
  for (const identity of identities) {
    const { fingerprint } = identity;
    for (const place of placesOfWrappers(identity)) table.add({ place, fingerprint, words: [fingerprint] });
    const place = placeOfCut(identity);
    if (place !== null) table.add({ place, fingerprint, words: [cutThere] });
  }
  for (const identity of identities) {
    const { fingerprint } = identity;
    for (const copy of cutCopiesOf(identity)) {
      fingerprints.add(copy.fingerprint);
      const isThere = here.has(copy.fingerprint) || isKnown(copy.fingerprint);
      if (isThere && onlyOneOf(table.at(copy.place)) !== null) sets.join(fingerprint, copy.fingerprint);
    }
    for (const place of [placeBehindAll(identity), placeOfCut(identity)]) {
      const whole = place === null ? null : onlyOneOf(table.at(place));
      if (whole === null) continue;
      fingerprints.add(whole.fingerprint);
      sets.join(fingerprint, whole.fingerprint);
    }
    for (const place of placesOfWrappers(identity)) {
      const cut = table.at(place).find(({ words }) => words[0] === cutThere);
      if (cut === undefined || onlyOneOf(table.at(place)) === null) continue;
      fingerprints.add(cut.fingerprint);
      sets.join(fingerprint, cut.fingerprint);
    }
  }
}

/** Remembered of a copy that was cut off there, so that a whole one that comes later finds it. */
const cutThere = "cut";

/** Null where nothing goes on there, or several things. */
function onlyOneOf(variants: readonly Variant[]): Variant | null {
  const whole = variants.filter(({ words }) => words[0] !== cutThere);
  const [first] = whole;
  return first !== undefined && whole.every(({ words }) => words[0] === first.words[0]) ? first : null;
}

/** Joins templates that differ in a word that is a value's. What they are in general is a template itself, and may be one of several that differ in another word. */
function joinVariants(
  identities: readonly Templated[],
  { sets, table, fingerprints }: Joining,
): ReadonlyMap<Fingerprint, readonly Templated[]> {
  const generals = new Map<Fingerprint, readonly Templated[]>();
  const queue: Templated[] = identities.filter(({ template }) => template !== "");
  const queued = new Set(queue.map(({ fingerprint }) => fingerprint));
  for (const templated of queue) {
    for (const hole of holesOf(templated.cell, templated.template)) {
      const general = offer(templated, hole, table);
      if (general === null) continue;
      for (const { fingerprint } of table.at(hole.place)) {
        fingerprints.add(fingerprint);
        sets.join(fingerprint, general.fingerprint);
      }
      sets.join(templated.fingerprint, general.fingerprint);
      fingerprints.add(general.fingerprint);
      generals.set(general.fingerprint, [general]);
      if (queued.has(general.fingerprint)) continue;
      queued.add(general.fingerprint);
      queue.push(general);
    }
  }
  return generals;
}

/** Remembers it at that place as long as nobody knows whether values stand there. @returns what is said in general where they do */
function offer({ fingerprint, cell }: Templated, hole: Hole, table: Places): Templated | null {
  if (!holdsValues(table.at(hole.place))) table.add({ place: hole.place, fingerprint, words: hole.words });
  if (!holdsValues(table.at(hole.place))) return null;
  return { fingerprint: fingerprintOf(cell, hole.template), cell, template: hole.template };
}

function maskCount(template: string): number {
  return template.split(mask).length - 1;
}
