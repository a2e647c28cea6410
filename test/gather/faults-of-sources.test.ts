import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCodeSource } from "../../src/adapters/git/code-source.ts";
import { createSyntaxReader } from "../../src/adapters/syntax/syntax-reader.ts";
import { createTraceSource } from "../../src/adapters/tempo/trace-source.ts";
import { startTempo, type TempoStandIn } from "../../src/demo/tempo/server.ts";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import type { EvidenceBundle } from "../../src/domain/evidence.ts";
import type { Order } from "../../src/domain/order.ts";
import { redact } from "../../src/domain/redact.ts";
import type { TraceSource } from "../../src/domain/sources.ts";
import { createHands } from "../../src/jobs/investigate.ts";
import { evidencePage } from "../../src/report/evidence-page.ts";
import { digestOfFolder, type GitRepository, makeRepository, temporaryFolder } from "../adapters/git/git-repository.ts";
import { setTraps, traps } from "../attacks/hostile-clone.ts";
import { createFakeLoki } from "./fake-loki.ts";
import { makeIncident } from "./make-incident.ts";
import { spanIdOf, startNs, traceId } from "./make-trace.ts";

const { signal } = new AbortController();
const syntax = createSyntaxReader();
const folder = temporaryFolder();
afterAll(folder.remove);

const rules = { environment: "dev", serviceLabels: ["app"], aliases: { shop: "shop" }, own: {}, levers: null } as const;
const reader = createEntryReader(rules);
const seenMs = Number(startNs / 1_000_000n);
const total = "export function total(order) {\n  return order.discount.percent;\n}\n";
const otherId = "ffffffffffffffffffffffffffffffff";
let clones = 0;

function newClone(): GitRepository {
  clones += 1;
  const clone = makeRepository(join(folder.path, `clone-${clones}`));
  clone.commit(
    { "src/total.js": total, "src/other.js": "other()\n", "config/settings.js": "export const a = 1;\n" },
    "feat: total",
  );
  return clone;
}

interface Case {
  readonly clone?: GitRepository;
  /** Of the frame that failed, as a container has it. */
  readonly at?: string;
  readonly version?: string;
  readonly traces?: TraceSource | null;
  readonly nowMs?: number;
}

/** What the hands bring back at their last attempt, and the page of it. */
async function investigate({
  clone = newClone(),
  at = "/app/src/total.js:2:25",
  version = "",
  traces = null,
  nowMs = seenMs + 3_600_000,
}: Case = {}) {
  const line = `{"level":"error","message":"total failed","version":"${version}","trace_id":"${traceId}","span_id":"${spanIdOf("total")}","stack":"TypeError: Cannot read properties of undefined\\n    at total (${at})\\n    at handle (/app/node_modules/express/lib/router.js:9:1)"}`;
  const loki = createFakeLoki();
  const entry = loki.add(startNs, { env: "dev", app: "shop", ...(version === "" ? {} : { version }) }, line);
  const [read] = reader.read([entry]);
  const incident = makeIncident({
    fingerprints: read === undefined ? [] : [read.fingerprint],
    samples: [
      {
        entryId: entry.id,
        timestampNs: startNs,
        traceId,
        spanId: spanIdOf("total"),
        environment: "dev",
        service: "shop",
        line: redact(line),
      },
    ],
  });
  const order: Order = {
    id: `${incident.id}-1-0`,
    format: 1,
    incident,
    round: 0,
    environments: ["dev"],
    configDigest: "",
    urgency: "normal",
    notBeforeMs: 0,
    mode: "issue",
    durationMsMax: 60_000,
    allowanceUsd: 0,
    noModelBecause: "no-key",
    askedBy: null,
  };
  const hands = createHands({
    clock: { nowMs: () => nowMs, sleep: () => Promise.resolve() },
    configDigest: "",
    isBesideBrain: true,
    attemptsMax: 1,
    sourcesOf: () => ({
      logs: loki,
      query: '{env="dev"}',
      traces,
      traceWaitMs: 600_000,
      reader,
      serviceOf: (name) => name,
    }),
    codeOf: (service) => ({
      service,
      repository: "acme/shop",
      under: "",
      deployedLabels: ["version"],
      open: () =>
        createCodeSource({ repository: "acme/shop", path: clone.path, stateDirectory: join(folder.path, "state") }),
      sourceMapOf: async () => null,
    }),
    syntax,
    model: null,
    prompt: { text: "", version: "evidence" },
    language: "en",
    limits: { stepsMax: 1, durationMsMax: 60_000, inputTokensMax: 1, outputTokensMax: 1, toolAnswerBytesMax: 1 },
  });
  const result = await hands({
    order,
    number: 1,
    signal,
    saved: () => Promise.resolve([]),
    save: () => Promise.resolve(),
    heartbeat: () => Promise.resolve(),
  });
  if (result.kind === "again") return { again: result, bundle: null, missing: "" };
  const { bundle } = result.findings;
  return { again: null, bundle, missing: missingOf(bundle) };
}

/** What the page says is not there. */
function missingOf(bundle: EvidenceBundle): string {
  return evidencePage(bundle).split("\nNot there\n")[1] ?? "";
}

function placeOf(bundle: EvidenceBundle | null): string | null {
  const [place] = bundle?.ranking ?? [];
  return place === undefined ? null : `${place.path}:${place.firstLine} ${place.function}`;
}

describe("a clone with a trap", () => {
  it.each(traps)("%s runs no program and is read all the same", async (trap) => {
    const clone = newClone();
    const ran = setTraps(clone.path, join(folder.path), [trap]);
    const before = digestOfFolder(clone.path);
    const { bundle } = await investigate({ clone });
    expect(placeOf(bundle)).toBe("src/total.js:2 total");
    expect(existsSync(ran)).toBe(false);
    expect(digestOfFolder(clone.path)).toBe(before);
  });

  it("that is partial is said to be, with where to read the cure", async () => {
    const origin = newClone();
    origin.git("config", "uploadpack.allowFilter", "true");
    const path = join(folder.path, `partial-${clones}`);
    origin.git("clone", "-q", "--filter=blob:none", "--no-checkout", `file://${origin.path}`, path);
    const { bundle, missing } = await investigate({ clone: { ...origin, path } });
    expect(placeOf(bundle)).toBeNull();
    expect(missing).toMatch(/The code of shop \(acme\/shop\) was not read: .*partial.*error-autopilot doctor/);
  });

  it("that is shallow is read, and said to be", async () => {
    const origin = newClone();
    origin.commit({ "README.md": "two\n" }, "docs: two");
    const path = join(folder.path, `shallow-${clones}`);
    origin.git("clone", "-q", "--depth", "1", `file://${origin.path}`, path);
    const { bundle, missing } = await investigate({ clone: { ...origin, path } });
    expect(placeOf(bundle)).toBe("src/total.js:2 total");
    expect(missing).toContain("shop: The local clone is shallow");
  });

  it("that is not there is said not to be", async () => {
    const clone = newClone();
    const { bundle, missing } = await investigate({ clone: { ...clone, path: join(folder.path, "nowhere") } });
    expect(placeOf(bundle)).toBeNull();
    expect(missing).toContain("The code of shop (acme/shop) was not read: ");
    expect(missing).not.toContain(folder.path);
  });
});

describe("a commit that is not there", () => {
  it("is named, and what was read instead", async () => {
    const { bundle, missing } = await investigate({ version: "0123456789abcdef0123456789abcdef01234567" });
    expect(placeOf(bundle)).toBe("src/total.js:2 total");
    expect(missing).toContain("What is deployed (0123456789abcdef0123456789abcdef01234567) is not in the local clone");
  });

  it("of a branch that was deleted is read where its objects are still there", async () => {
    const clone = newClone();
    clone.git("checkout", "-q", "-b", "hotfix");
    const hotfix = clone.commit({ "src/total.js": `\n\n\n${total}` }, "fix: move");
    clone.git("checkout", "-q", "main");
    clone.git("branch", "-q", "-D", "hotfix");
    const { bundle, missing } = await investigate({ clone, version: hotfix.slice(0, 10), at: "/app/src/total.js:5:1" });
    expect(placeOf(bundle)).toBe("src/total.js:5 total");
    expect(missing).not.toContain("deployed");
  });

  it("by the name of a deleted branch is not there", async () => {
    const { missing } = await investigate({ version: "feature/gone" });
    expect(missing).toContain("What is deployed (feature/gone) is not in the local clone");
  });
});

describe("a file that cannot be read", () => {
  it.each<[string, (clone: GitRepository) => void, string, RegExp]>([
    [
      "missing",
      () => undefined,
      "/app/src/gone.js:2:1",
      /Own frames of shop that are in no file of acme\/shop at [0-9a-f]{12}/,
    ],
    [
      "a Git LFS pointer",
      (clone) => {
        const oid = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393";
        clone.commit(
          { "src/big.js": `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 12\n` },
          "lfs",
        );
      },
      "/app/src/big.js:2:1",
      /src\/big\.js is kept in Git LFS: the repository holds a pointer to it/,
    ],
    [
      "generated, of 10 MB",
      (clone) => void clone.commit({ "src/generated.js": "var a = 1;\n".repeat(1_000_000) }, "generated"),
      "/app/src/generated.js:2:1",
      /src\/generated\.js is larger than source code is/,
    ],
    [
      "a symbolic link",
      (clone) => {
        symlinkSync("total.js", join(clone.path, "src/link.js"));
        clone.commit({}, "link");
      },
      "/app/src/link.js:2:1",
      /src\/link\.js is a symbolic link, and links are never followed/,
    ],
    [
      "in a submodule",
      (clone) => {
        const money = makeRepository(join(folder.path, `money-${clones}`));
        money.commit({ "src/money.js": total }, "money");
        clone.git("submodule", "--quiet", "add", money.path, "libs/money");
        clone.commit({}, "with submodule");
      },
      "/app/libs/money/src/money.js:2:1",
      /libs\/money is a submodule: its code is in another repository/,
    ],
    [
      "binary",
      (clone) => void clone.commit({ "src/image.js": Buffer.from([0, 1, 2]) }, "binary"),
      "/app/src/image.js:2:1",
      /src\/image\.js is no text/,
    ],
    [
      "under a name of secrets",
      (clone) => void clone.commit({ "src/secrets.json": "{}\n" }, "secrets"),
      "/app/src/secrets.json:1:1",
      /src\/secrets\.json was not read: files of such a name hold secrets/,
    ],
    [
      "shorter than the stack trace says",
      () => undefined,
      "/app/src/total.js:200:1",
      /src\/total\.js has 3 lines at [0-9a-f]{12}, and the stack trace names line 200: what is deployed is another version/,
    ],
  ])("%s", async (_what, commit, at, said) => {
    const clone = newClone();
    commit(clone);
    const { bundle, missing } = await investigate({ clone, at });
    expect(placeOf(bundle)).not.toBe("src/total.js:2 total");
    expect(missing).toMatch(said);
  });
});

describe("a file of another kind", () => {
  it.each<[string, Record<string, string | Buffer>, string, string]>([
    [
      "in Latin-1",
      { "src/latin.js": Buffer.from(`// \xfcber\n${total}`, "latin1") },
      "/app/src/latin.js:3:1",
      "src/latin.js:3 total",
    ],
    ["with CRLF", { "src/crlf.js": total.replaceAll("\n", "\r\n") }, "/app/src/crlf.js:2:1", "src/crlf.js:2 total"],
    [
      "beside one whose path has a line feed",
      { "src/a\nb.js": "x\n", "src/c.js": total },
      "/app/src/c.js:2:1",
      "src/c.js:2 total",
    ],
  ])("%s is read with its lines", async (_what, files, at, place) => {
    const clone = newClone();
    clone.commit(files, "files");
    const { bundle } = await investigate({ clone, at });
    expect(placeOf(bundle)).toBe(place);
    expect(JSON.stringify(bundle?.evidence.map((each) => each.text))).not.toContain("\\r");
  });
});

describe("a Tempo that misbehaves", () => {
  let tempo: TempoStandIn;
  beforeEach(async () => {
    tempo = await startTempo({ hasV2: true });
  });
  afterEach(() => tempo.close());

  const source = (timeoutMs = 5_000) => createTraceSource({ url: tempo.url, tenant: null, auth: null, timeoutMs });
  const traceText = (bundle: EvidenceBundle | null) => (bundle === null ? "" : evidencePage(bundle));

  function spansOf(id: string, count = 1): object {
    const spans = Array.from({ length: count }, (_, index) => ({
      traceId: id,
      spanId: index === 0 ? spanIdOf("total") : (index + 16).toString(16).padStart(16, "0"),
      parentSpanId: index === 0 ? "" : spanIdOf("total"),
      name: index === 0 ? "total" : `step ${index}`,
      kind: "SPAN_KIND_SERVER",
      startTimeUnixNano: String(startNs),
      endTimeUnixNano: String(startNs + 1_000_000n),
      status: index === 0 ? { code: "STATUS_CODE_ERROR", message: "failed" } : {},
      events: [],
      attributes: [],
    }));
    const resource = { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] };
    return { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] };
  }

  it("does not have the trace", async () => {
    const { bundle } = await investigate({ traces: source() });
    expect(bundle?.trace).toBeNull();
    expect(traceText(bundle)).toContain(`none: Tempo does not have the trace ${traceId}.`);
    expect(placeOf(bundle)).toBe("src/total.js:2 total");
  });

  it("has a part of it", async () => {
    tempo.push(spansOf(traceId));
    tempo.markPartial(traceId);
    const { bundle } = await investigate({ traces: source() });
    expect(traceText(bundle)).toMatch(new RegExp(`Trace ${traceId}, of which spans are missing`));
    expect(traceText(bundle)).toContain("Tempo says that the trace is cut.");
  });

  it("has more spans than a bundle holds", async () => {
    tempo.push(spansOf(traceId, 3_000));
    const { bundle, missing } = await investigate({ traces: source() });
    expect(bundle?.trace?.spans.some(({ spanId }) => spanId === spanIdOf("total"))).toBe(true);
    expect(missing).toMatch(/\d+ spans: The trace is larger; its failing path was kept\./);
  });

  it("answers with more than is read", async () => {
    tempo.faults.next({ kind: "answer", status: 200, body: Buffer.alloc(33 * 1_048_576, 32) });
    const { bundle } = await investigate({ traces: source() });
    expect(traceText(bundle)).toMatch(/none: Tempo: .* A trace this large is not read\./);
  });

  it("refuses a trace that is too large for it", async () => {
    tempo.faults.next({ kind: "answer", status: 422, body: "trace exceeds max size (max bytes: 5000000)" });
    const { bundle } = await investigate({ traces: source() });
    expect(traceText(bundle)).toMatch(/none: Tempo answered 422 .*larger than Tempo serves: see max_bytes_per_trace/);
  });

  it("answers with another trace", async () => {
    tempo.faults.next({ kind: "answer", status: 200, body: JSON.stringify({ trace: spansOf(otherId) }) });
    const { bundle } = await investigate({ traces: source() });
    expect(bundle?.trace).toBeNull();
    expect(traceText(bundle)).toContain(
      `none: Tempo was asked for the trace ${traceId} and answered with the trace ${otherId}.`,
    );
  });

  it("mixes spans of another trace into it", async () => {
    const mixed = [spansOf(traceId), spansOf(otherId)] as readonly { readonly resourceSpans: readonly object[] }[];
    const body = JSON.stringify({ trace: { resourceSpans: mixed.flatMap(({ resourceSpans }) => resourceSpans) } });
    tempo.faults.next({ kind: "answer", status: 200, body });
    const { bundle } = await investigate({ traces: source() });
    expect(bundle?.trace?.spans).toHaveLength(1);
    expect(traceText(bundle)).toContain("of which spans are missing");
  });

  it("has it three seconds late", async () => {
    const early = await investigate({ traces: source(), nowMs: seenMs + 1_000 });
    expect(early.again?.because).toBe("The trace is not in Tempo yet.");
    tempo.push(spansOf(traceId));
    const { bundle } = await investigate({ traces: source(), nowMs: early.again?.notBeforeMs ?? 0 });
    expect(bundle?.trace?.spans).toHaveLength(1);
  });

  it.each([
    ["is silent", { kind: "silence" } as const, /none: Tempo: /],
    ["resets the connection", { kind: "reset" } as const, /none: Tempo: /],
    [
      "breaks off",
      { kind: "answer", status: 200, body: '{"trace":{"resourceSpans":[' } as const,
      /none: Tempo answered 200 with 27 characters of JSON that are cut off/,
    ],
    [
      "sends a login page",
      { kind: "answer", status: 200, body: "<html>Sign in</html>" } as const,
      /none: Tempo answered 200 with what is no trace/,
    ],
  ])("%s", async (_what, fault, said) => {
    tempo.faults.next(fault);
    const { bundle } = await investigate({ traces: source(300) });
    expect(traceText(bundle)).toMatch(said);
    expect(placeOf(bundle)).toBe("src/total.js:2 total");
  });
});
