import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { triageByRule } from "../../src/analyse/triage-rules.ts";
import type { EvidenceBundle } from "../../src/domain/evidence.ts";
import { parseLineMatcher } from "../../src/domain/line-matcher.ts";
import { redact } from "../../src/domain/redact.ts";
import type { Redacted } from "../../src/domain/text.ts";
import type { Trace } from "../../src/domain/trace.ts";
import { bundleOf, entry, onlyInvestigates, openWorld, pricing, type World } from "./world.ts";

const small = { model: "claude-haiku-5-5", effort: null, thinks: false, prompt: { text: "Sort.", version: "t1" } };

describe("triage", () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  it.each([
    ["ClientAbortException: java.io.IOException: Broken pipe", "noise"],
    ["context canceled", "noise"],
    ["OSError: [Errno 28] No space left on device", "capacity"],
    ["FATAL: sorry, too many clients already", "capacity"],
    ["NoResourceFoundException: No static resource wp-login.php.", "noise"],
    ['RoutingError: No route matches [GET] "/.env"', "noise"],
    ["DisallowedHost: Invalid HTTP_HOST header: '10.0.0.7'.", "noise"],
    ["RuntimeError: cannot schedule new futures after shutdown", "noise"],
    ["RecordDeserializationException: Error deserializing VALUE for partition orders-3 at offset 4711.", "data"],
    ["DataException: invalid byte sequence for encoding", "data"],
  ])("tells %j by rule, without a model, with what to do", async (text, category) => {
    const bundle = bundleOf([entry(1, "shop", text)]);
    const { rootCause, costUsd } = await world.analyse(bundle, []);
    expect(rootCause).toMatchObject({ kind: "not-in-code", category, model: null, promptVersion: "rules" });
    expect(rootCause.citations.every(({ isResolved }) => isResolved)).toBe(true);
    expect(rootCause.kind === "not-in-code" && rootCause.remedy).not.toBeNull();
    expect([costUsd, world.server.requests.length]).toEqual([0, 0]);
  });

  it("has a line to mute noise by that is one, and ends", async () => {
    const { rootCause } = await world.analyse(bundleOf([entry(1, "sh'op", "context canceled")]), []);
    const remedy = rootCause.kind === "not-in-code" ? rootCause.remedy : null;
    expect(remedy).toEqual({
      kind: "mute",
      lineFilter: '!= "context canceled"',
      ignoreRule: `- { because: "not worth an issue", until: 2026-12-21, service: 'sh''op', match: '|= "context canceled"' }`,
    });
    expect(parseLineMatcher('|= "context canceled"')).toMatchObject({ filters: [{ text: "context canceled" }] });
  });

  it("tells a refusal that the caller was told of, by the line that throws and the status", () => {
    const bundle = servedWith(404, "if (!found) throw new NotFound(id);");
    expect(triageByRule(bundle)).toMatchObject({ kind: "ruled-out", by: { reason: "refusal", what: "404" } });
    expect(triageByRule(servedWith(500, "if (!found) throw new NotFound(id);")).kind).not.toBe("ruled-out");
    expect(triageByRule(servedWith(404, "return found.name;")).kind).not.toBe("ruled-out");
  });

  it("tells a row that the database refuses only where the caller was told; else it may be the code that let it through", () => {
    const words = 'duplicate key value violates unique constraint "users_email_key"';
    const told = servedWith(409, "await save(user);", words);
    expect(triageByRule(told)).toMatchObject({
      kind: "ruled-out",
      by: { reason: "data", what: 'violates unique constraint "users_email_key"' },
    });
    expect(triageByRule(servedWith(500, "await save(user);", words)).kind).toBe("unsure");
    expect(triageByRule(bundleOf([entry(1, "shop", words)])).kind).toBe("unsure");
  });

  it("takes nobody for gone who was called by this service", () => {
    const bundle = servedWith(500, "await call();", "write EPIPE");
    const [span] = bundle.trace?.spans ?? [];
    if (bundle.trace === null || span === undefined) throw new Error("no span");
    expect(triageByRule(bundle)).toMatchObject({ by: { reason: "client-gone" } });
    const called = { ...bundle, trace: { ...bundle.trace, spans: [{ ...span, kind: "client" as const }] } };
    expect(triageByRule(called).kind).toBe("unsure");
  });

  it.each([
    "GET /products/environment failed",
    "no route matches /prefix/wp",
    "pool is shut down",
    "checksum is wrong",
  ])("does not take %j for noise or data", (text) =>
    expect(triageByRule(bundleOf([entry(1, "shop", text)])).kind).not.toBe("ruled-out"),
  );

  it("asks nobody about what a reader of code should look at", async () => {
    const bug = pricing();
    const service = await world.service("pricing", bug.files);
    const roles = { ...onlyInvestigates, triage: small };
    const { bill } = await world.analyse(bundleOf([entry(1, "pricing", bug.log)], [service]), [service], { roles });
    expect(bill.map(({ step }) => step)).toEqual(["analyse"]);
  });

  it("asks the small model where a rule cannot say, for less than a third of a cent", async () => {
    const text = "Error: connect ECONNREFUSED 10.0.0.9:5432\n    at connect (/app/src/db.js:3:9)";
    const roles = { ...onlyInvestigates, triage: small };
    const { rootCause, bill, costUsd } = await world.analyse(bundleOf([entry(1, "shop", text)]), [], { roles });
    expect(rootCause).toMatchObject({ kind: "not-in-code", category: "third_party", remedy: { kind: "tell" } });
    expect(bill).toMatchObject([{ step: "triage", model: "claude-haiku-5-5", prompt: "t1", calls: 1, costUsd }]);
    expect(costUsd).toBeLessThan(0.003);
  });

  it.each(["outside-schema", "refusal", "max-tokens"] as const)(
    "investigates after %s of the small model",
    async (fault) => {
      const text = "Error: connect ECONNREFUSED 10.0.0.9:5432\n    at connect (/app/src/db.js:3:9)";
      world.server.faults.next.push(fault, fault);
      const roles = { ...onlyInvestigates, triage: small };
      const { bill } = await world.analyse(bundleOf([entry(1, "shop", text)]), [], { roles });
      expect(bill.map(({ step }) => step)).toEqual(["triage", "analyse"]);
    },
  );
});

/** A request to `shop` that ended so, and the line that its exception came from. */
function servedWith(status: number, line: string, message = "no item 7"): EvidenceBundle {
  const traceId = "a".repeat(32);
  const span: Trace<Redacted>["spans"][number] = {
    traceId,
    spanId: "b".repeat(16),
    parentSpanId: null,
    links: [],
    service: "shop",
    name: redact("GET /item"),
    kind: "server",
    startNs: 0n,
    durationNs: 1n,
    isError: true,
    statusMessage: null,
    attributes: { "http.response.status_code": status },
    exceptions: [{ type: redact("NotFound"), message: redact(message), stackTrace: null }],
  };
  const place = {
    repository: "acme/shop",
    commit: "c".repeat(40),
    path: "src/item.js",
    firstLine: 9,
    lastLine: 9,
  } as const;
  return {
    ...bundleOf([
      entry(1, "shop", `NotFound: ${message}`),
      {
        id: "span-1",
        kind: "span",
        text: redact(`NotFound: ${message}`),
        isOutsiderText: true,
        traceId,
        spanId: span.spanId,
        service: "shop",
      },
      { ...place, id: "lines-1", kind: "lines", text: redact(line), isOutsiderText: false, enclosing: null },
    ]),
    trace: { traceId, spans: [span], isPartial: false, originSpanId: span.spanId },
    traceMissing: null,
    ranking: [{ ...place, function: null, score: 1, because: redact("it threw") }],
  };
}
