import { describe, expect, it } from "vitest";
import { entryIdentity } from "../../src/detect/identity/entry-identity.ts";
import { groupIdentities } from "../../src/detect/identity/group-identities.ts";
import { templateOf } from "../../src/detect/identity/message-template.ts";
import { type MessageFamily, readFamilies, scorePairs } from "../support/identity/message-families.ts";

const identityOf = (message: string) =>
  entryIdentity({
    exceptions: [],
    template: templateOf(message),
    errorMessage: null,
    service: "shop",
    isIgnored: false,
    isCut: false,
  });

/** As one input that holds all of them. */
function scoreTogether(families: readonly MessageFamily[]) {
  const identities = new Map(
    families.flatMap(({ messages }) => messages.map(identityOf)).map((identity) => [identity.fingerprint, identity]),
  );
  const grouping = groupIdentities([...identities.values()], { variants: [], isKnown: () => false });
  return scorePairs(families, (message) => [...grouping.membersOf(identityOf(message).fingerprint)].sort()[0] ?? "");
}

describe("messages that were put away until the code was done", () => {
  it("are grouped nearly as well, and no two statements are one", () => {
    const score = scoreTogether(readFamilies("unseen.txt"));
    expect(score.precision, score.mistakes.join("\n")).toBe(1);
    expect(score.f1, score.mistakes.join("\n")).toBeGreaterThanOrEqual(0.98);
  });
});

describe("messages of one log statement", () => {
  const seen = readFamilies("seen.txt");

  it("are many", () => {
    expect(seen.length).toBeGreaterThanOrEqual(60);
    expect(new Set(seen.map(({ name }) => name)).size).toBe(seen.length);
  });

  it("are one group, and a group is of one statement", () => {
    const score = scoreTogether(seen);
    expect(score.f1, score.mistakes.join("\n")).toBeGreaterThanOrEqual(0.99);
  });

  it("mostly share a template before anything is learned, and never with another statement", () => {
    const score = scorePairs(seen, templateOf);
    expect(score.precision, score.mistakes.join("\n")).toBe(1);
    expect(score.recall).toBeGreaterThan(0.8);
  });
});
