import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { own, parseTemplate } from "../../src/domain/inert.ts";
import type { RepositoryName } from "../../src/domain/names.ts";
import type { Findings } from "../../src/domain/order.ts";
import { redact } from "../../src/domain/redact.ts";
import { issueText } from "../../src/report/issue-text.ts";
import { findingsFor, incidentNamed, orderFor, startNs } from "../support/incidents.ts";

const templates = {
  en: parseTemplate(readFileSync(join(import.meta.dirname, "../../prompts/issue.en.md"), "utf8")),
  ko: parseTemplate(readFileSync(join(import.meta.dirname, "../../prompts/issue.ko.md"), "utf8")),
};
const repositories: Readonly<Record<string, RepositoryName>> = { orders: "company/orders", payroll: "company/payroll" };
const commit = "a".repeat(40);
const marker = own`<!-- marker -->`;

function caseOf(changes: Partial<Findings> = {}) {
  const incident = incidentNamed("total", { counts: { dev: 3, prod: 9 } });
  const plain = findingsFor(orderFor(incident));
  const findings: Findings = {
    ...plain,
    bundle: {
      ...plain.bundle,
      trace: {
        traceId: "1".repeat(32),
        isPartial: false,
        originSpanId: "2".repeat(16),
        spans: [span("3", null, "payroll", "salary of the boss is 1"), span("2", "3", "orders", "order is null")],
      },
      traceMissing: null,
      observations: [],
      code: [
        {
          service: "orders",
          repository: "company/orders",
          deployed: commit,
          base: commit,
          isDeployedKnown: true,
          staleness: 0,
        },
      ],
      evidence: [
        ...plain.bundle.evidence,
        lines("lines-1", "company/orders", "src/total.ts", 40, "const a = 1;\nconst b = order.total;\nreturn b;"),
        lines("lines-2", "company/payroll", "src/salary.ts", 1, "const bossSalary = 1;"),
      ],
    },
    rootCause: {
      kind: "found",
      claim: redact("order is null here, see https://evil.invalid and @somebody"),
      unsupported: [],
      citations: [
        { evidence: "lines-1", quote: redact("const b = order.total;"), isResolved: true },
        { evidence: "lines-2", quote: redact("const bossSalary = 1;"), isResolved: true },
        { evidence: "lines-9", quote: redact("never read"), isResolved: false },
      ],
      ruledOut: [redact("the database")],
      nextStep: redact("Check the order."),
      severity: "high",
      promptVersion: "0123456789ab",
      model: "claude-sonnet-5-5",
      costUsd: 0.03,
      category: "null_dereference",
      confidence: 0.6,
      statedConfidence: 0.9,
      faulty: [
        { repository: "company/orders", commit, path: "src/total.ts", firstLine: 41, lastLine: 41, function: "total" },
      ],
      mechanism: [],
      doubt: null,
      restsOnOutsiderTextOnly: false,
    },
    ...changes,
  };
  return { incident, findings };
}

function span(id: string, parent: string | null, service: string, message: string) {
  return {
    traceId: "1".repeat(32),
    spanId: id.repeat(16),
    parentSpanId: parent === null ? null : parent.repeat(16),
    links: [],
    service,
    name: redact(`GET /${service}`),
    kind: "server" as const,
    startNs,
    durationNs: 5_000_000n,
    isError: true,
    statusMessage: redact(message),
    attributes: {},
    exceptions: [{ type: redact("TypeError"), message: redact(message), stackTrace: null }],
  };
}

function lines(id: `lines-${number}`, repository: RepositoryName, path: string, firstLine: number, text: string) {
  const lastLine = firstLine + text.split("\n").length - 1;
  return {
    id,
    kind: "lines" as const,
    text: redact(text),
    isOutsiderText: false,
    repository,
    commit,
    path,
    firstLine,
    lastLine,
    enclosing: null,
  };
}

function textOf(given: ReturnType<typeof caseOf>, language: "en" | "ko" = "en") {
  return issueText({
    ...given,
    repository: "company/orders",
    repositoryOf: (service) => (service === null ? null : (repositories[service] ?? null)),
    webUrl: "https://github.com",
    language,
    template: templates[language],
    patch: [],
    marker,
  });
}

describe("the text of an issue", () => {
  it("names service and place in the title, and puts the marker on the last line", () => {
    const { title, body, labels } = textOf(caseOf());
    expect(title).toBe("[orders] NullPointerException in OrderService");
    expect(body.split("\n").at(-1)).toBe(marker);
    expect(labels).toEqual(["error-autopilot", "service:orders"]);
  });

  it("links the faulty lines at the deployed commit and shows them marked among their neighbours", () => {
    const { body } = textOf(caseOf());
    expect(body).toContain(`[line 41](https://github.com/company/orders/blob/${commit}/src/total.ts#L41-L41)`);
    expect(body).toContain("  40 | const a = 1;\n> 41 | const b = order.total;\n  42 | return b;");
  });

  it.each([
    ["en", "pull request 12"],
    ["ko", "풀 리퀘스트 12번"],
  ] as const)("names the pull request of a suspected commit, with a link (%s)", (language, words) => {
    const given = caseOf();
    const shown = { text: redact("2026-11-20 Ada: Round (#12)"), isOutsiderText: false, repository: "company/orders" };
    const suspected = { ...shown, kind: "commit", id: "commit-1", commit, authoredAtMs: 7, paths: [] } as const;
    const bodyOf = (pullRequest: number | null) => {
      const { bundle } = given.findings;
      const evidence = [...bundle.evidence, { ...suspected, repository: "company/orders", pullRequest } as const];
      const findings = { ...given.findings, bundle: { ...bundle, evidence, suspects: ["commit-1"] as const } };
      return textOf({ ...given, findings }, language).body;
    };
    expect(bodyOf(12)).toContain(`[${words}](https://github.com/company/orders/pull/12)`);
    expect(bodyOf(null)).not.toContain("/pull/");
  });

  it("says how often in which environment, how sure, what was ruled out and what it cost", () => {
    const { body } = textOf(caseOf());
    expect(body).toContain("seen 12 times in orders (dev, prod)");
    expect(body).toContain("- **How sure:** 60 % (a value is missing).");
    expect(body).toContain("- the database");
    expect(body).toContain("$0.0312");
  });

  it("marks what is said to stand in evidence and does not", () => {
    expect(textOf(caseOf()).body).toMatch(/lines-9 .*does not stand in that evidence/);
  });

  it("repeats nothing of a repository that its readers may not see", () => {
    const { body } = textOf(caseOf());
    expect(body).not.toContain("bossSalary");
    expect(body).not.toContain("salary of the boss");
    expect(body).not.toContain("GET /payroll");
    expect(body).toContain("payroll: … (");
    expect(body).toContain("another repository");
    expect(body).toContain("order is null");
  });

  it("says that there was no trace, and why", () => {
    const { incident } = caseOf();
    const { body } = textOf({ incident, findings: findingsFor(orderFor(incident)) });
    expect(body).toContain("No trace could be read, so nothing beyond this issue will be done.");
    expect(body).toContain("carry no trace id");
  });

  it.each(["no-key", "over-budget"] as const)("says that no model was asked: %s", (noModelBecause) => {
    expect(textOf(caseOf({ noModelBecause })).body).toContain("No model was asked");
  });

  it("is written in Korean where that is configured, with the same facts", () => {
    const { body } = textOf(caseOf(), "ko");
    expect(body).toContain("- **확신도:** 60 % (값이 없음).");
    expect(body).toContain("> 41 | const b = order.total;");
    expect(body).not.toContain("Next step");
  });

  it("keeps within GitHub's limit, cut by whole blocks, with the marker still last", () => {
    const { incident, findings } = caseOf();
    const long = redact("word ".repeat(40_000));
    const { body } = textOf({ incident, findings: { ...findings, rootCause: { ...findings.rootCause, claim: long } } });
    expect(body.length).toBeLessThanOrEqual(65_536);
    expect(body.split("\n").at(-1)).toBe(marker);
    expect(body).toContain("left out for length");
  });
});
