import { describe, expect, it } from "vitest";
import { loadCorpora } from "../support/corpora/load-corpora.ts";
import { framesF1, scoreCorpus } from "../support/corpora/score-corpus.ts";
import { scoreGroups } from "../support/corpora/score-groups.ts";

const shareMin = 0.99;
const scores = loadCorpora().map(scoreCorpus);

describe("what stored log entries say", () => {
  it("is compared with something", () => {
    expect(scores.length).toBeGreaterThan(0);
    expect(scores.filter(({ fields }) => fields === 0).map(({ corpus }) => corpus.name)).toEqual([]);
  });

  it.each(scores.map((score) => [score.corpus.name, score] as const))("%s", (_name, score) => {
    const told = score.misses.slice(0, 10).map((miss) => JSON.stringify(miss));
    expect(score.fieldsRight / score.fields, told.join("\n")).toBeGreaterThanOrEqual(shareMin);
    expect(framesF1(score), told.join("\n")).toBeGreaterThanOrEqual(shareMin);
  });

  const languages = [...Map.groupBy(scores, ({ corpus }) => corpus.language)];
  it.each(languages)("%s: one bug is one group, and one group one bug", (_language, these) => {
    expect(scoreGroups(these).mistakes).toEqual([]);
  });
});
