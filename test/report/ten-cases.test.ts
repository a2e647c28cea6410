import { describe, expect, it } from "vitest";
import { caseNames, renderedCase } from "./ten-cases.ts";

const labels = {
  en: { where: "Where:", sure: "How sure:", verdict: "Verdict:", step: "Do:" },
  ko: { where: "위치:", sure: "확신도:", verdict: "판단:", step: "할 일:" },
} as const;
const languages = ["en", "ko"] as const;
const cases = languages.flatMap((language) => caseNames.map((name) => [name, language] as const));
const found = ["found-with-patch", "found-doubted", "several-environments", "symptom-linked", "no-trace"];

describe("an issue as a tired person reads it", () => {
  it.each(cases)("says at once what, where, how sure and what to do: %s, %s", (name, language) => {
    const { body } = renderedCase(name, language);
    const [first = "", second = "", third = ""] = body.split("\n\n");
    const { where, sure, verdict, step } = labels[language];
    expect(first).toMatch(/^\*\*TypeError in total\.js:total\*\*: .*orders ?\(.*2026-03-01/);
    expect(second.split("\n")).toEqual([
      expect.stringMatching(new RegExp(`^- \\*\\*${where}\\*\\* .{5,}`)),
      expect.stringMatching(new RegExp(`^- \\*\\*${found.includes(name) ? sure : verdict}\\*\\* .{5,}`)),
      expect.stringMatching(new RegExp(`^- \\*\\*${step}\\*\\* .{5,}`)),
    ]);
    expect(third).toMatch(/^## /);
  });

  it.each(cases)("has no empty section, no word of ours and no particle inside code: %s, %s", (name, language) => {
    const { body } = renderedCase(name, language);
    expect(body).not.toMatch(/^## .*\n\n(?:## |---)/m);
    const told = body.slice(0, body.search(/^### /m) === -1 ? body.length : body.search(/^### /m));
    expect(told).not.toMatch(/null_dereference|third_party|\b(?:entry|span|lines)-\d/);
    expect(body).not.toContain("_s own");
    expect(body).not.toMatch(/`[^`\n]*[A-Za-z0-9](?:은|는|이|가|을|를|의|에|로|으로|와|과)`/);
  });

  it.each(cases)("repeats no paragraph: %s, %s", (name, language) => {
    const blocks = renderedCase(name, language)
      .body.split("\n\n")
      .filter((block) => block.length > 30);
    expect(blocks.filter((block, index) => blocks.indexOf(block) !== index)).toEqual([]);
  });

  it.each(languages)("leads to the faulty line, in %s", (language) => {
    const { body } = renderedCase("found-with-patch", language);
    expect(body.split("\n\n")[1]).toContain("/blob/3f2a9c1d3f2a9c1d3f2a9c1d3f2a9c1d3f2a9c1d/src/total.js#L14-L14)");
    expect(body.split("\n\n")[1]).toContain("86 %");
  });

  it("folds a long stack trace and says how much of it is left out", () => {
    expect(renderedCase("cannot-tell", "en").body).toContain("    … 17 more lines\n```");
    expect(renderedCase("cannot-tell", "ko").body).toContain("    … 17행 생략\n```");
  });

  it("does not send to the code where the code is not to blame", () => {
    for (const name of ["third-party", "capacity", "data", "refusal"] as const) {
      const { body } = renderedCase(name, "en");
      expect(body).toContain("- **Where:** not in the code.");
      expect(body).toContain("a fixed rule says so");
      expect(body).not.toContain("## Who changed it last");
    }
    expect(renderedCase("third-party", "en").body).toMatch(/\*\*Do:\*\* Ask whoever runs pay\.example\.net/);
    expect(renderedCase("refusal", "en").body).toMatch(/!= "NotFound"[\s\S]*until: 2026-12-21/);
    expect(renderedCase("capacity", "ko").body).toContain("한도");
  });

  it("says at the top that nothing was analysed, that it is doubted, and that there was no trace", () => {
    const top = (name: (typeof caseNames)[number]) => renderedCase(name, "en").body.split("\n\n")[1];
    expect(top("without-model")).toContain("the budget is spent");
    expect(top("without-model")).toContain("perhaps `src/total.js`");
    expect(top("found-doubted")).toContain("A second look does not believe it");
    expect(top("no-trace")).toContain("There was no trace to read.");
  });

  it("names as the reason for no patch only what was looked at", () => {
    const stopped = renderedCase("cannot-tell", "en").body.split("What stopped it:")[1]?.split("###")[0];
    expect(stopped?.trim()).toBe("- root-cause: the answer is cannot-tell");
    expect(renderedCase("cannot-tell", "en").body).toContain("| can-be-verified | not reached |");
    const doubted = renderedCase("found-doubted", "en").body.split("What stopped it:")[1]?.split("###")[0];
    expect(doubted).toContain("- undoubted:");
    expect(doubted).not.toContain("not looked up");
  });

  it("keeps the words of the gates whole", () => {
    expect(renderedCase("found-with-patch", "en").body).toContain("and the service's own tests passed |");
  });

  it("counts by environment only where there is more than one", () => {
    expect(renderedCase("several-environments", "en").body).toContain("- prod: 1204, first");
    expect(renderedCase("third-party", "en").body).not.toContain("## Seen");
  });
});
