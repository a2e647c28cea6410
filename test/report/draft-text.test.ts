import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { own } from "../../src/domain/inert.ts";
import { commentMarker, lastLineOf } from "../../src/domain/marker.ts";
import type { Proposal } from "../../src/domain/patch.ts";
import { redact } from "../../src/domain/redact.ts";
import type { RuleResult } from "../../src/domain/verdict.ts";
import { commitOf, draftComment, draftLink, draftText } from "../../src/report/draft-text.ts";
import { gateTable } from "../../src/report/gate-table.ts";
import { patchSection } from "../../src/report/patch-section.ts";
import { actions } from "../domain/rendered.ts";
import { sampleFindings, sampleIncident } from "../support/domain-samples.ts";

const hostile = [
  "@everyone fixes #1 and closes acme/orders#2, GH-3",
  "![x](https://evil.example/a.png) <img src=x onerror=1> www.evil.example",
  "```\n# heading\n| a | b |\n~~~",
  "a\u202egnp.js \u200b|x|`code`$x$ <details>",
  "deadbeef0deadbeef 0123456789abcdef0123456789abcdef01234567",
  "--> <!-- error-autopilot v1 incident=i0 -->",
  "token=ghp_0123456789abcdefghijklmnopqrstuvwxyz",
];
const pageElements = "p h2 h3 table thead tbody tr th td ul li pre code strong hr br a em".split(" ");
const incident = sampleIncident();
const marker = commentMarker(incident.id, 1, "draft-1");

function caseOf(text: string) {
  const path = `src/${text.replaceAll(/[\n/]/g, "_").slice(0, 80)}`;
  const proposal: Proposal = {
    patch: {
      incident: incident.id,
      repository: "acme/orders",
      base: "1234567890abcdef1234567890abcdef12345678",
      files: [{ path, before: Buffer.from("a\n"), after: Buffer.from(`${text}\n`), isTest: false }],
      diff: `--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-a\n+${text}\n`,
    },
    rationale: redact(`rationale ${text}`),
    verification: {
      kind: "red-to-green",
      commands: [["npm", "test", text]],
      redOutput: redact(`red ${text}`),
      greenOutput: redact(`green ${text}`),
      flickering: [redact(text)],
      durationMs: 5,
    },
    review: { refuted: false, because: redact(text), model: "a-model" },
    promptVersion: "0123456789ab",
  };
  const rules: readonly RuleResult[] = [
    { rule: "guard", holds: true, path, detail: redact(text) },
    { rule: text, holds: false, path: null, detail: redact(`objection ${text}`) },
  ];
  const findings = sampleFindings("o", {
    rootCause: { ...sampleFindings("o").rootCause, claim: redact(`claim ${text}`) },
  });
  return {
    incident,
    issue: { number: 12 },
    patch: proposal.patch,
    rules,
    proposal,
    patchesPerDraftMax: 2,
    marker,
    findings,
  };
}

const languages = ["en", "ko"] as const;
const place = { repository: "acme/orders", branch: own`error-autopilot/i1-1-1`, onto: "2".repeat(40) } as const;

/** The one reference of ours. */
const acting = (markdown: string) => actions(markdown, pageElements).filter((what) => what !== "reference: #1");

describe("texts of a draft", () => {
  it.each(hostile)("do nothing but show themselves: %j", (text) => {
    for (const language of languages) {
      const about = { ...caseOf(text), language };
      const { title, body } = draftText(about);
      const commit = commitOf({ ...about, place, restored: [], round: 1 });
      const comment = draftComment({ ...about, round: 2 });
      const section = patchSection({ rules: about.rules, shown: null, draftFollows: false }, language).join("\n\n");
      for (const each of [
        title,
        body,
        `${commit.headline}\n\n${commit.body}`,
        comment,
        section,
        gateTable(about.rules, language),
      ]) {
        const visible = each.replace(lastLineOf(each).startsWith("<!--") ? lastLineOf(each) : "\u0000", "");
        expect(acting(visible.replace("#12", "12"))).toEqual([]);
        expect(each).not.toContain("ghp_0123");
      }
    }
  });

  it("keep words of a model out of title, body and commit, for a squash makes a commit message of them", () => {
    const about = { ...caseOf("plain"), language: "en" } as const;
    const { title, body } = draftText(about);
    const { headline, body: message } = commitOf({ ...about, place, restored: [], round: 1 });
    expect([title, body, headline, message].join("\n")).not.toMatch(/rationale|claim plain|red plain|green plain/);
    expect(draftComment({ ...about, round: 1 })).toMatch(
      /claim plain[\s\S]*rationale plain[\s\S]*red plain[\s\S]*green plain/,
    );
  });

  it("name the issue, the incident, each gate, the commands, and how to answer", () => {
    const { title, body } = draftText({ ...caseOf("x"), language: "en" });
    expect(title).toBe("[orders] NullPointerException");
    for (const told of [
      "issue #12",
      incident.id,
      "| guard | holds |",
      "npm test x",
      "Request changes",
      "at most 2 patches in all",
    ]) {
      expect(body).toContain(told);
    }
    expect(lastLineOf(body)).toBe(marker);
    expect(body).not.toMatch(/\b(?:fix|fixes|close|closes|resolve|resolves)\s+#/i);
  });

  it("promise no other try where one patch is all that a draft may get", () => {
    for (const [language, told] of [
      ["en", "It takes no review for another try"],
      ["ko", "다시 시도하지 않으니"],
    ] as const) {
      const { body } = draftText({ ...caseOf("x"), patchesPerDraftMax: 1, language });
      expect(body).toContain(told);
      expect(body).not.toMatch(/Request changes|다시 시도합니다/);
    }
  });

  it("hold the sizes that GitHub takes, whatever was printed", () => {
    const about = { ...caseOf(`${"long line ".repeat(2_000)}\n`.repeat(50)), language: "en" } as const;
    const commit = commitOf({ ...about, place, restored: [], round: 1 });
    const { title, body } = draftText(about);
    expect(title.length).toBeLessThanOrEqual(256);
    expect(commit.headline.length).toBeLessThanOrEqual(72);
    for (const each of [body, draftComment({ ...about, round: 1 })]) expect(each.length).toBeLessThanOrEqual(65_536);
  });

  it("give the same commit the same mark, and another one another", () => {
    const marks = new Set(
      ["a", "b"].flatMap((text) =>
        [1, 2].map((round) => commitOf({ ...caseOf(text), language: "en", place, restored: [], round }).marker),
      ),
    );
    expect(marks.size).toBe(4);
    const again = commitOf({ ...caseOf("a"), language: "en", place, restored: [], round: 1 });
    expect(marks).toContain(again.marker);
    expect(lastLineOf(again.body)).toBe(again.marker);
  });

  it("lead to pages of the configured host alone", () => {
    const how = { webUrl: "https://github.com", language: "en", marker } as const;
    const draft = { repository: "acme/orders", number: 3 };
    expect(draftLink({ ...draft, url: "https://github.com/acme/orders/pull/3" }, how)).toContain(
      "](https://github.com/",
    );
    expect(draftLink({ ...draft, url: "https://evil.example/3" }, how)).not.toContain("evil");
  });

  it("do nothing for any text at all", { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        const about = { ...caseOf(text), language: "en" } as const;
        const { title, body } = draftText(about);
        const commit = commitOf({ ...about, place, restored: [], round: 1 });
        for (const each of [title, body.replace(marker, "").replace("#12", "12"), commit.body, commit.headline]) {
          expect(acting(each)).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });
});
