import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entryIdentity } from "../../src/detect/identity/entry-identity.ts";
import { groupIdentities } from "../../src/detect/identity/group-identities.ts";
import { templateOf } from "../../src/detect/identity/message-template.ts";
import { exceptionsOf, type Failure, type Language, languages, type Site } from "../support/identity/stack-model.ts";

const identityOf = (language: Language, failure: Failure) =>
  entryIdentity({
    exceptions: exceptionsOf(language, failure),
    template: templateOf(`request ${failure.build} failed`),
    errorMessage: null,
    service: "shop",
    isIgnored: false,
    isCut: false,
  });
const fingerprintOf = (language: Language, failure: Failure) => identityOf(language, failure).fingerprint;

const places = ["Cart", "Checkout", "Stock", "Pricing", "Invoice", "Refund", "Parcel", "Voucher"] as const;
const names = ["total", "place", "take", "quote", "render", "approve", "ship", "redeem", "merge", "settle"] as const;
const types = ["IllegalStateException", "NullPointerException", "KeyError", "TypeError"] as const;
const roots = ["/app", "/srv/shop", "/home/bob/work/shop", "/opt/shop-1.4.2", "/usr/src/app"] as const;
/** Of a bundler, and of different lengths. */
const builds = ["3f9a1c2b", "77aa01be4", "4BEJ7J7N", "9d1fa72b73e7ddd4"] as const;

const libraryFrames = (from: number): readonly Site[] =>
  ["Dispatcher", "Chain", "Proxy", "Worker"].map((place, at) => ({
    place,
    name: "invoke",
    line: from + at,
    isOwn: false,
  }));

const ownSites = fc
  .tuple(
    fc.shuffledSubarray([...places], { minLength: 3, maxLength: 5 }),
    fc.shuffledSubarray([...names], { minLength: 5, maxLength: 5 }),
  )
  .map(([classes, methods]) =>
    classes.map((place, at): Site => ({ place, name: methods[at] ?? "run", line: 10 * (at + 1), isOwn: true })),
  );

const failures = fc
  .record({
    type: fc.constantFrom(...types),
    sites: ownSites,
    libraries: fc.integer({ min: 0, max: 1 }),
    root: fc.constantFrom(...roots),
    build: fc.constantFrom(...builds),
  })
  .map(
    ({ type, sites, libraries, root, build }): Failure => ({
      type,
      message: "order 17 has no price",
      sites: [...(libraries === 1 ? libraryFrames(100) : []), ...sites, ...libraryFrames(200)],
      wrapped: null,
      root,
      build,
    }),
  );

type Change = (failure: Failure, number: number) => Failure;
const moved = (by: number) => (site: Site) => ({ ...site, line: site.line + by });
const insertLibraries = (sites: readonly Site[], at: number): readonly Site[] => [
  ...sites.slice(0, at),
  ...libraryFrames(300),
  ...sites.slice(at),
];

/** The same bug, told otherwise. */
const preserving: Readonly<Record<string, Change>> = {
  "values in the message": (failure, number) => ({ ...failure, message: `order ${number} has no price` }),
  "line numbers": (failure, number) => ({ ...failure, sites: failure.sites.map(moved(number)) }),
  "where it was deployed": (failure, number) => ({ ...failure, root: roots[number % roots.length] ?? "/app" }),
  "bundler's hashes, numbers of lambdas and versions": (failure, number) => ({
    ...failure,
    build: builds[number % builds.length] ?? "3f9a1c2b",
  }),
  "library frames between ours": (failure, number) => ({
    ...failure,
    sites: insertLibraries(failure.sites, 1 + (number % failure.sites.length)),
  }),
  "library frames above ours": (failure) => ({ ...failure, sites: [...failure.sites, ...libraryFrames(400)] }),
  "a wrapper": (failure, number) => {
    const own = failure.sites.flatMap(({ isOwn }, at) => (isOwn ? [at] : []));
    const at = own[1 + (number % (own.length - 1))] ?? 1;
    return { ...failure, wrapped: { type: "RuntimeException", message: `wrapped ${number}`, at } };
  },
  "how often it called itself": (failure, number) => {
    const at = failure.sites.findIndex(({ isOwn }) => isOwn);
    const again = Array.from({ length: number % 9 }, () => failure.sites[at] as Site);
    return { ...failure, sites: [...failure.sites.slice(0, at), ...again, ...failure.sites.slice(at)] };
  },
};

const replaced = (failure: Failure, ordinal: number, change: Partial<Site>): Failure => {
  const at = failure.sites.flatMap(({ isOwn }, index) => (isOwn ? [index] : []))[ordinal];
  return { ...failure, sites: failure.sites.map((site, index) => (index === at ? { ...site, ...change } : site)) };
};

/** Another bug, that looks alike. */
const changing: Readonly<Record<string, Change>> = {
  "the function that failed": (failure) => replaced(failure, 0, { name: "audit" }),
  "the class that failed": (failure) => replaced(failure, 0, { place: "Ledger" }),
  "who called it": (failure) => replaced(failure, 1, { place: "Ledger", name: "audit" }),
  "all that is ours but the outermost": (failure) => {
    const own = failure.sites.filter(({ isOwn }) => isOwn).length;
    return Array.from({ length: own - 1 }, (_, ordinal) => ordinal).reduce(
      (changed, ordinal) => replaced(changed, ordinal, { place: `Ledger${"abcdef"[ordinal]}`, name: "audit" }),
      failure,
    );
  },
  "what was thrown": (failure) => ({ ...failure, type: failure.type === "TypeError" ? "RangeError" : "TypeError" }),
};

describe("the fingerprint of a stack trace", () => {
  it.each(languages)("of %s stays where the bug does, however it is told", (language) => {
    const changes = fc.array(fc.tuple(fc.constantFrom(...Object.keys(preserving)), fc.integer({ min: 1, max: 900 })), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(failures, changes, (failure, told) => {
        const wraps = told.filter(([what], at) => what !== "a wrapper" || at === told.length - 1);
        const other = wraps.reduce(
          (changed, [what, number]) => preserving[what]?.(changed, number) ?? changed,
          failure,
        );
        expect(fingerprintOf(language, other)).toBe(fingerprintOf(language, failure));
      }),
      { numRuns: 150 },
    );
  });

  it.each(languages)("of %s is another's where the bug is another one", (language) => {
    const changes = fc.tuple(fc.constantFrom(...Object.keys(changing)), fc.integer({ min: 1, max: 900 }));
    fc.assert(
      fc.property(failures, changes, (failure, [what, number]) => {
        const other = changing[what]?.(failure, number) ?? failure;
        expect(fingerprintOf(language, other), what).not.toBe(fingerprintOf(language, failure));
      }),
      { numRuns: 100 },
    );
  });

  it.each(languages)("of %s is joined by a copy that was cut off", (language) => {
    fc.assert(
      fc.property(failures, fc.integer({ min: 1, max: 12 }), (failure, kept) => {
        const first = failure.sites.findIndex(({ isOwn }) => isOwn);
        const cut = { ...failure, sites: failure.sites.slice(0, first + kept) };
        const identities = [identityOf(language, failure), identityOf(language, cut)];
        const [whole, short] = identities;
        const grouping = groupIdentities(identities, { variants: [], isKnown: () => false });
        expect(grouping.membersOf(whole?.fingerprint ?? "v2-").has(short?.fingerprint ?? "v2-")).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
