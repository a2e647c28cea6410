import { describe, expect, it } from "vitest";
import { ownValue } from "../../src/domain/own-value.ts";
import { loadCorpora, loadGroupLimits } from "../support/corpora/load-corpora.ts";
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
    const floor = score.corpus.floor ?? { fields: shareMin, framesF1: shareMin };
    expect(score.fieldsRight / score.fields, told.join("\n")).toBeGreaterThanOrEqual(floor.fields);
    expect(framesF1(score), told.join("\n")).toBeGreaterThanOrEqual(floor.framesF1);
  });

  const languages = [...Map.groupBy(scores, ({ corpus }) => corpus.language)];
  const limits = loadGroupLimits();
  it.each(languages)("%s: one bug is one group, and one group one bug", (language, these) => {
    const { groupsPerBug, bugsPerGroup, mistakes } = scoreGroups(these);
    const limit = ownValue(limits, language) ?? { groupsPerBug: 1, bugsPerGroup: 1 };
    expect(groupsPerBug, mistakes.join("\n")).toBeLessThanOrEqual(limit.groupsPerBug);
    expect(bugsPerGroup, mistakes.join("\n")).toBeLessThanOrEqual(limit.bugsPerGroup);
  });
});
