import { describe, expect, it } from "vitest";
import { brokenRules, corpus, diffOfCorpus, guardHunks, guardWhole } from "./guard-corpus.ts";

describe("the guard on its set of diffs", () => {
  const allowed = corpus.filter((each) => each.expect === "allowed");
  const forbidden = corpus.filter((each) => each.expect === "forbidden");

  it("has enough of both", () => {
    expect(allowed.length).toBeGreaterThanOrEqual(60);
    expect(forbidden.length).toBeGreaterThanOrEqual(90);
  });

  it.each(allowed)("allows $file", async (each) => {
    expect(brokenRules(await guardHunks(diffOfCorpus(each)))).toEqual([]);
    expect(brokenRules(await guardWhole(diffOfCorpus(each)))).toEqual([]);
  });

  it.each(forbidden)("refuses $file", async (each) => {
    expect(brokenRules(await guardHunks(diffOfCorpus(each)))).not.toEqual([]);
    expect(brokenRules(await guardWhole(diffOfCorpus(each)))).not.toEqual([]);
  });
});
