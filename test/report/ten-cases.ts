import { readFileSync } from "node:fs";
import { join } from "node:path";
import { analyseWithoutModel } from "../../src/analyse/analyse-without-model.ts";
import { triageByRule } from "../../src/analyse/triage-rules.ts";
import { ruledOutWords } from "../../src/analyse/triage-words.ts";
import type { EvidenceBundle } from "../../src/domain/evidence.ts";
import type { Incident } from "../../src/domain/incident.ts";
import { own, parseTemplate } from "../../src/domain/inert.ts";
import type { Language } from "../../src/domain/language.ts";
import type { Findings } from "../../src/domain/order.ts";
import { judge, withRepairGates } from "../../src/domain/policy.ts";
import { redact } from "../../src/domain/redact.ts";
import type { RootCause } from "../../src/domain/root-cause.ts";
import type { Redacted } from "../../src/domain/text.ts";
import type { Trace } from "../../src/domain/trace.ts";
import { causeText } from "../../src/report/cause-text.ts";
import { issueText } from "../../src/report/issue-text.ts";
import { patchSection } from "../../src/report/patch-section.ts";
import { sampleRepairLimits } from "../support/domain-samples.ts";
import { findingsFor, incidentNamed, orderFor, sampleOf } from "../support/incidents.ts";
import { bundleOf, commit, place, repository, span, stack, trace } from "./ten-cases-material.ts";

/** Issues as a tired person gets them: ten different ones, in both languages. */
const webUrl = "https://github.com";
const templates = {
  en: parseTemplate(readFileSync(join(import.meta.dirname, "../../prompts/issue.en.md"), "utf8")),
  ko: parseTemplate(readFileSync(join(import.meta.dirname, "../../prompts/issue.ko.md"), "utf8")),
};

export const caseNames = [
  "found-with-patch",
  "found-doubted",
  "cannot-tell",
  "third-party",
  "capacity",
  "data",
  "refusal",
  "symptom-linked",
  "without-model",
  "no-trace",
  "several-environments",
] as const;
type CaseName = (typeof caseNames)[number];

const foundIn: Readonly<
  Record<Language, Pick<Extract<RootCause, { kind: "found" }>, "claim" | "mechanism" | "ruledOut" | "nextStep">>
> = {
  en: {
    claim: redact(
      "total reads the discount of a customer that guests do not have. Since guests may order, customer is undefined there.",
    ),
    mechanism: [
      "A guest opens a quote.",
      "order.customer is undefined.",
      "Line 14 reads discount of it and throws.",
    ].map((each) => redact(each)),
    ruledOut: [redact("A wrong price: item.price is read later, in line 16.")],
    nextStep: redact("Give guests a discount of 0 in src/total.js, line 14, and test a quote without a customer."),
  },
  ko: {
    claim: redact(
      "total 함수는 비회원에게 없는 customer의 discount를 읽습니다. 비회원 주문이 가능해진 뒤로 customer가 undefined입니다.",
    ),
    mechanism: [
      "비회원이 견적을 엽니다.",
      "order.customer가 undefined입니다.",
      "14행에서 discount를 읽다가 예외가 발생합니다.",
    ].map((each) => redact(each)),
    ruledOut: [redact("잘못된 가격: item.price는 그 뒤 16행에서 읽습니다.")],
    nextStep: redact("src/total.js의 14행에서 비회원의 할인율을 0으로 두고, 고객이 없는 견적을 테스트하세요."),
  },
};

function found(language: Language, over: Partial<Extract<RootCause, { kind: "found" }>> = {}): RootCause {
  return {
    kind: "found",
    ...foundIn[language],
    unsupported: [],
    citations: [
      { evidence: "lines-1", quote: redact("const discount = customer.discount;"), isResolved: true },
      {
        evidence: "entry-1",
        quote: redact("Cannot read properties of undefined (reading 'discount')"),
        isResolved: true,
      },
    ],
    severity: "high",
    promptVersion: "0123456789ab",
    model: "claude-sonnet-5-5",
    costUsd: 0.03,
    category: "null_dereference",
    confidence: 0.86,
    statedConfidence: 0.9,
    faulty: [place],
    doubt: null,
    restsOnOutsiderTextOnly: false,
    ...over,
  };
}

/** What a rule says of a failure, in the words that the triage has for it. */
function ruled(bundle: EvidenceBundle, language: Language): RootCause {
  const said = triageByRule(bundle);
  if (said.kind !== "ruled-out") throw new Error("no rule says anything of it");
  const { by } = said;
  const told = ruledOutWords(by, language);
  return {
    kind: "not-in-code",
    claim: redact(told.claim),
    unsupported: [],
    citations: by.citations.map((each) => ({ ...each, quote: redact(each.quote), isResolved: true })),
    ruledOut: [],
    nextStep: redact(told.nextStep),
    severity: "medium",
    category: by.category,
    owner: null,
    remedy:
      by.category === "noise"
        ? {
            kind: "mute",
            lineFilter: redact(`!= "${by.words}"`),
            ignoreRule: redact(`- { because: "not worth an issue", until: 2026-12-21, match: '|= "${by.words}"' }`),
          }
        : by.reason === "third-party"
          ? { kind: "tell", whom: redact(told.remedy) }
          : { kind: "change", what: redact(told.remedy) },
    promptVersion: "rules",
    model: null,
    costUsd: 0,
  };
}

function partsOf(
  name: CaseName,
  language: Language,
): { readonly incident?: Partial<Incident>; readonly findings: Partial<Findings> } {
  const logged = (said: string, over: Partial<Trace<Redacted>["spans"][number]> = {}) =>
    bundleOf({ said, trace: { ...trace, spans: [...trace.spans.slice(0, 2), span("c", "b", over)] }, suspects: [] });
  switch (name) {
    case "found-with-patch":
    case "several-environments":
    case "symptom-linked":
      return {
        findings: { rootCause: found(language), bundle: bundleOf() },
        ...(name === "several-environments" ? { incident: { counts: { dev: 3, staging: 41, prod: 1_204 } } } : {}),
      };
    case "found-doubted":
      return {
        findings: {
          bundle: bundleOf(),
          rootCause: found(language, {
            confidence: 0.34,
            doubt: redact(
              language === "ko"
                ? "customer가 없는 요청은 그 전에 401로 거부됩니다."
                : "A request without a customer is refused with 401 before it comes here.",
            ),
            unsupported: [foundIn[language].claim],
          }),
        },
      };
    case "cannot-tell":
      return {
        findings: {
          bundle: bundleOf(),
          rootCause: {
            ...found(language),
            kind: "cannot-tell",
            claim: redact(
              language === "ko"
                ? "두 요청이 같은 행을 동시에 바꾸는 것으로 보이지만, 어느 쪽이 먼저인지 로그에 없습니다."
                : "Two requests seem to change the same row, but the log does not say which of them came first.",
            ),
            nextStep: redact(
              language === "ko"
                ? "잠금을 기다린 시간을 로그로 남기고 다시 확인하세요."
                : "Log how long the lock was waited for, and look again.",
            ),
            missing: [redact(language === "ko" ? "데이터베이스의 잠금 로그" : "the lock log of the database")],
          },
        },
      };
    case "third-party": {
      const bundle = logged("Error: payments answered 503\n    at pay (/app/src/pay.js:9:1)", {
        kind: "client",
        name: redact("POST payments"),
        attributes: { "http.response.status_code": 503, "server.address": redact("pay.example.net") },
      });
      return { findings: { bundle, rootCause: ruled(bundle, language) } };
    }
    case "capacity": {
      const bundle = logged("OSError: [Errno 28] No space left on device: '/var/spool/labels'");
      return { findings: { bundle, rootCause: ruled(bundle, language) } };
    }
    case "data": {
      const bundle = logged(
        "RecordDeserializationException: Error deserializing VALUE for partition orders-3 at offset 4711. If needed, please seek past the record.",
      );
      return { findings: { bundle, rootCause: ruled(bundle, language) } };
    }
    case "refusal": {
      const thrown = "NotFound: no order 7";
      const lines = "  if (!order) throw new NotFound(id);";
      const given = logged(thrown, {
        attributes: { "http.response.status_code": 404 },
        exceptions: [{ type: redact("NotFound"), message: redact("no order 7"), stackTrace: null }],
      });
      const evidence = given.evidence.map((each) =>
        each.kind === "lines"
          ? { ...each, text: redact(lines), firstLine: 14, lastLine: 14 }
          : each.kind === "span"
            ? { ...each, text: redact(thrown) }
            : each,
      );
      const bundle = { ...given, evidence };
      return { findings: { bundle, rootCause: ruled(bundle, language) } };
    }
    case "without-model": {
      const bundle = bundleOf();
      return {
        findings: {
          bundle,
          rootCause: analyseWithoutModel(bundle, "over-budget", language),
          noModelBecause: "over-budget",
        },
      };
    }
    case "no-trace":
      return {
        findings: {
          rootCause: found(language, { confidence: 0.7 }),
          bundle: bundleOf({ trace: null, traceMissing: redact("The log entries carry no trace id.") }),
        },
      };
  }
}

/** Title and body of one case, with what came of a patch where one was meant. */
export function renderedCase(name: CaseName, language: Language): { readonly title: string; readonly body: string } {
  const { incident: changes = {}, findings: parts } = partsOf(name, language);
  const said = parts.bundle?.evidence.find(({ kind }) => kind === "entry")?.text ?? redact(stack);
  const incident = incidentNamed("total", {
    title: own`TypeError in total.js:total`,
    samples: [{ ...sampleOf("4b".repeat(16)), line: said }],
    counts: { prod: 12 },
    ...changes,
  });
  const findings: Findings = { ...findingsFor(orderFor(incident)), ...parts };
  const { title, body } = issueText({
    incident,
    findings,
    repository,
    repositoryOf: (service) => (service === "orders" ? repository : "company/storefront"),
    webUrl,
    language,
    template: templates[language],
    patch:
      name === "found-with-patch" || name === "found-doubted" || name === "cannot-tell"
        ? patchSection(outcomeOf(findings, name), language)
        : [],
    marker: own`<!-- marker -->`,
  });
  if (name !== "symptom-linked") return { title, body };
  const cause = {
    repository: "company/storefront",
    number: 7,
    url: `${webUrl}/company/storefront/issues/7`,
    reportedUntilNs: 0n,
    reportedCount: 1,
    recurrenceComment: null,
    recurrenceAtMs: 0,
  } as const;
  return { title, body: `${body}\n\n---\n\n${causeText(cause, { webUrl, language, marker: own`<!-- marker -->` })}` };
}

function outcomeOf(findings: Findings, name: CaseName): Parameters<typeof patchSection>[0] {
  const isGood = name === "found-with-patch";
  const ok = { holds: true, detail: "it is the same file" };
  const policy = judge({
    mode: "draft-pr",
    hasTrace: true,
    rootCause: findings.rootCause,
    code: findings.bundle.code,
    limits: sampleRepairLimits,
    leave: { openDrafts: 0, draftsMax: 3, restsUntilMs: null, triedBases: [], request: null } as never,
    unchanged: isGood ? ok : null,
    verifiable: isGood
      ? { holds: true, detail: "`verify` and `verifyTest` are there, and the service's own tests passed" }
      : null,
  });
  const later = ["proposal", "guard", "verification", "second-opinion"].map((rule) => ({
    rule,
    holds: true,
    path: null,
    detail: redact("as it should be"),
  }));
  const rules = withRepairGates(policy.rules, isGood ? later : []);
  const diff = `--- a/src/total.js\n+++ b/src/total.js\n@@ -14 +14 @@\n-  const discount = customer.discount;\n+  const discount = customer?.discount ?? 0;\n`;
  return {
    rules,
    shown: isGood
      ? ({ incident: findings.incident, repository, base: commit, files: [], diff: redact(diff) } as never)
      : null,
    draftFollows: isGood,
  };
}
