import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openJobQueue } from "../../src/adapters/sqlite/job-queue.ts";
import { openStore } from "../../src/adapters/sqlite/store.ts";
import { own } from "../../src/domain/inert.ts";
import { redact } from "../../src/domain/redact.ts";
import { main } from "../../src/main/cli.ts";
import { databaseFileOf } from "../../src/main/setting.ts";
import { sampleCoverage } from "../contract/store-under-test.ts";
import { sampleAuditLine, sampleEffect, sampleIncident, sampleOrder } from "../support/domain-samples.ts";
import { resource, type SmallWorld, span, startSmallWorld } from "../support/small-world.ts";
import { fieldsOf, sectionsOf, undocumented } from "./json-shape.ts";
import { keptFolder } from "./kept-folder.ts";

const page = sectionsOf(readFileSync(join(import.meta.dirname, "..", "..", "docs", "json.md"), "utf8"));
const incident = "i000000000001";

let world: SmallWorld;
const folder = keptFolder();
const printed = new Map<string, unknown[]>();

beforeAll(async () => {
  world = await startSmallWorld(folder.path, Date.now());
  const secrets = Object.entries(world.env).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(world.folder, ".env"), secrets.join(""));

  await print("run", ["run", "--json"]);
  await print("run", ["run", "--json"], { state: await stateWithDueCount() });
  await print("doctor", ["doctor", "--json"]);
  await print("coverage", ["coverage", "--json"]);
  await print("audit", ["audit", "--json"]);
  await print("cost", ["cost", "--json"]);
  await print("pause, resume, mode", ["mode", "dry-run", "--json"]);
  await print("pause, resume, mode", ["pause", "--json"]);
  await print("run", ["run", "--json"]);
  await print("pause, resume, mode", ["resume", "--json"]);
  await print("run", ["run", "--json", "--dry-run"], { state: join(world.folder, "dry") });
  await print("run", ["run", "--json"], { state: join(world.folder, "broken"), config: brokenServiceMap() });
  await print("explain", ["explain", "--json"], { stdin: explainInput });
  await print("explain, an alert", ["explain", "--input", "alert", "--json"], {
    stdin: "🚨 orders - ERROR LOG!!! is Firing",
  });
  await print("explain, an alert", ["explain", "--input", "alert", "--json"], {
    stdin: `**Firing**\n\nValue: A=6\nLabels:\n - service_name = orders\n - env = dev\n trace_id: ${"a".repeat(32)}\nhttps://grafana.internal/explore?left=${encodeURIComponent('["now-1h","now",{"expr":"{app=\\"x\\"}"}]')}\nTypeError: x\n    at a (b.js:1:1)\n`,
  });
  const linked = span("e".repeat(32), "e".repeat(16), null, "consume", Date.now() - 60_000, 20, {
    type: "E",
    message: "x",
    stack: "E: x",
  });
  world.tempo.push({
    resourceSpans: [resource("orders", { ...linked, links: [{ traceId: "e".repeat(32), spanId: "f".repeat(16) }] })],
  });
  await print("evidence", ["evidence", "e".repeat(32), "--json"]);
  const [listed] = printed.get("run") as { readonly incidents: readonly { readonly id: string }[] }[];
  for (const { id } of listed?.incidents ?? []) await print("evidence", ["evidence", id, "--json"]);
  await print("evidence", ["evidence", "a0".padEnd(32, "1"), "--json"]);
  await print("evidence", ["evidence", "-", "--service", "nobody", "--json"], {
    stdin: "TypeError: x\n    at a (b.js:1:1)\n",
  });
  await printAnalyses();
  for (const { id } of listed?.incidents ?? []) await print("repair", ["repair", id, "--json"]);
  await print("service-map check", ["service-map", "check", "--json"], { config: brokenServiceMap() });
  await print("service-map check", ["service-map", "check", "--json"]);
  await print("redact", ["redact", "--json"], {
    stdin: "to jane@example.org, password=hunter2-hunter2\n",
    common: false,
  });

  const refused = "--- a/src/none.js\n+++ b/src/none.js\n@@ -1 +1 @@\n-a.b;\n+a?.b; // eslint-disable-line\n";
  await print("guard", ["guard", "--service", "orders", "--json"], { stdin: refused });
  await print("guard", ["guard", "--service", "gone", "--json"], { stdin: refused, config: mapOfMissingClone() });

  const made = join(world.folder, "made");
  await makeState(made);
  await print("coverage", ["coverage", "--json"], { state: made });
  await print("incidents list", ["incidents", "list", "--json"], { state: made });
  await print("incidents show", ["incidents", "show", incident, "--json"], { state: made });
}, 60_000);

afterAll(async () => {
  await world.close();
  folder.remove();
});

describe("docs/json.md", () => {
  it("has a section for each command that prints JSON, with an example", () => {
    expect(page.map(({ title }) => title).sort()).toEqual([...printed.keys()].sort());
    expect(page.filter(({ examples }) => examples.length !== 1)).toEqual([]);
  });

  it.each(page)("names every field that $title prints, with its types, and no other", ({ title, fields }) => {
    const listed = sectionNamed("incidents list").fields;
    const known =
      title === "incidents show"
        ? new Map([...fields, ...[...listed].map(([path, types]) => [`incident.${path}`, types] as const)])
        : fields;
    const seen = fieldsOf(printed.get(title) ?? [], known);
    expect(undocumented(seen, known)).toEqual([]);
    expect([...known.keys()].filter((path) => !seen.has(path))).toEqual([]);
  });

  it.each(page)("shows of $title only what it says", ({ fields, examples }) => {
    expect(undocumented(fieldsOf(examples, fields), fields)).toEqual([]);
  });
});

/** One of each kind of answer; the evidence in them is that of the section above. */
async function printAnalyses(): Promise<void> {
  world.model.faults.always = "invented-sentence";
  await print("analyse", ["analyse", "a0".padEnd(32, "1"), "--json"]);
  world.model.faults.always = null;
  for (const text of ["ENOSPC: no space", "ClientAbortException: gone", "connect ECONNREFUSED 10.0.0.9:5432", "odd"]) {
    const stdin = `Error: ${text}\n    at a (b.js:1:1)\n`;
    await print("analyse", ["analyse", "-", "--service", "orders", "--json"], { stdin });
  }
  await print("analyse", ["analyse", "-", "--service", "nobody", "--json"], { stdin: "TypeError: x\n" });
  const analyses = printed.get("analyse") ?? [];
  const kept = join(world.folder, "kept.json");
  writeFileSync(kept, JSON.stringify(analyses[0]));
  await print("replay", ["replay", kept, "--json", "--model", "claude-opus-5-5"]);
  writeFileSync(kept, JSON.stringify((analyses[0] as { readonly bundle: unknown }).bundle));
  await print("replay", ["replay", kept, "--json"]);
  const known = { kind: "found", places: [{ path: "src/total.js", firstLine: 1, lastLine: 9, function: "total" }] };
  for (const [name, answer] of [
    ["a", known],
    ["b", { kind: "not-in-code", categories: ["capacity"] }],
    ["c", { kind: "cannot-tell" }],
  ] as const) {
    const { bundle } = analyses[name === "a" ? 0 : name === "b" ? 1 : 5] as { readonly bundle: unknown };
    writeFileSync(join(world.folder, `${name}.case.json`), JSON.stringify({ bundle, answer }));
  }
  await print("eval", ["eval", world.folder, "--json"]);
  const without = (document: unknown, ...names: readonly string[]) =>
    Object.fromEntries(
      Object.entries(document as Record<string, unknown>).map(([name, value]) =>
        names.includes(name) && value !== null ? [name, {}] : [name, value],
      ),
    );
  const bundles = analyses.map((document) => (document as { readonly bundle: unknown }).bundle);
  printed.set("evidence", [...(printed.get("evidence") ?? []), ...bundles]);
  printed.set(
    "analyse",
    analyses.map((document) => without(document, "bundle")),
  );
  printed.set(
    "replay",
    (printed.get("replay") ?? []).map((document) => without(document, "before", "after")),
  );
}

function sectionNamed(title: string) {
  const found = page.find((section) => section.title === title);
  if (found === undefined) throw new Error(`docs/json.md has no section "${title}"`);
  return found;
}

/** Runs a command as the shell would, and keeps the documents that it printed. */
async function print(
  title: string,
  args: readonly string[],
  given: { readonly state?: string; readonly config?: string; readonly stdin?: string; readonly common?: boolean } = {},
): Promise<void> {
  const { state = world.stateDirectory, config = world.configFile, stdin = "", common = true } = given;
  let stdout = "";
  const io = {
    stdin: (async function* () {
      yield stdin;
    })(),
    stdout: (text: string) => {
      stdout += text;
    },
    stderr: () => undefined,
  };
  await main([...args, ...(common ? ["--config", config, "--state", state] : [])], io);
  const documents = stdout.split("\n").filter((line) => line !== "");
  expect(documents.length, `${args.join(" ")} printed nothing`).toBeGreaterThan(0);
  printed.set(title, [...(printed.get(title) ?? []), ...documents.map((line): unknown => JSON.parse(line))]);
}

/** A state whose ledger has something to be counted again. */
async function stateWithDueCount(): Promise<string> {
  const directory = join(world.folder, "due");
  mkdirSync(directory);
  const store = await openStore({
    path: databaseFileOf(directory),
    clock: { nowMs: () => Date.now(), sleep: async () => undefined },
  });
  const closed = { window: { fromNs: 0n, toNs: 1_000_000_000n }, entries: 0, dueAtMs: 1, recount: null };
  const coverage = { ...sampleCoverage(0n, 9n), scope: { environment: "dev", query: '{app="none"}' }, closed };
  await store.commit({ coverage: [coverage] }, null);
  await store.close();
  return directory;
}

/** One source that nobody answers for, no model, and services that nobody has mapped. */
function brokenServiceMap(): string {
  const directory = join(world.folder, "broken-map");
  mkdirSync(directory, { recursive: true });
  const path = join(directory, "service-map.yaml");
  writeFileSync(
    path,
    `environments:
  dev: { loki: { url: "${world.loki.url}", query: '{deployment_environment="dev"}' } }
  gone: { loki: { url: "http://127.0.0.1:1", query: '{deployment_environment="gone"}' } }
`,
  );
  return path;
}

/** A service whose clone is not there. */
function mapOfMissingClone(): string {
  const path = join(world.folder, "missing-clone.yaml");
  writeFileSync(
    path,
    `environments:
  dev: { loki: { url: "${world.loki.url}", query: '{deployment_environment="dev"}' } }
services:
  gone: { repository: demo-company/gone, path: ${join(world.folder, "no-such-clone")} }
`,
  );
  return path;
}

const explainInput = [
  {
    timestampNs: "1795278637384000271",
    labels: { service_name: "orders" },
    structuredMetadata: { span_id: "00000000000000a1" },
    line: JSON.stringify({
      level: "error",
      msg: "it failed",
      trace_id: "a".repeat(32),
      err: {
        type: "TypeError",
        message: "no discount",
        stack: "TypeError: no discount\n    at total (/app/src/total.js:4:29)",
      },
    }),
  },
  { timestampNs: "1795278637384000272", labels: { service_name: "orders" }, line: "Error: split" },
  {
    timestampNs: "1795278637384000273",
    labels: { service_name: "orders" },
    line: "    at reserve (/app/src/stock.js:4:7)",
  },
  { timestampNs: "1795278637384000274", labels: {}, line: "all is well" },
]
  .map((entry) => `${JSON.stringify(entry)}\n`)
  .join("");

/** A state with one incident that has everything an incident can have. */
async function makeState(directory: string): Promise<void> {
  mkdirSync(directory);
  const clock = { nowMs: () => 1_000, sleep: async () => undefined };
  const path = databaseFileOf(directory);
  const store = await openStore({ path, clock });
  const repository = "acme/orders";
  const issue = {
    repository,
    number: 7,
    url: "https://github.com/acme/orders/issues/7",
    reportedUntilNs: 5n,
    reportedCount: 2,
    recurrenceComment: 9,
    recurrenceAtMs: 6,
  } as const;
  const branch = own`error-autopilot/i000000000001-1`;
  const [base, onto] = ["1".repeat(40), "2".repeat(40)];
  const pullRequest = {
    state: "open",
    repository,
    headRepository: repository,
    branch,
    into: "main",
    base,
    head: onto,
    number: 8,
    url: "https://github.com/acme/orders/pull/8",
    round: 1,
    isStale: false,
    heardReview: 0,
    heardChecksOf: onto,
    isReviewed: false,
    words: redact("Say why."),
    sinceMs: 7,
  } as const;
  const opening = { ...pullRequest, head: null, number: null, url: null, heardChecksOf: null, words: null } as const;
  const whole = sampleIncident({ issue, pullRequest, patchedBases: [base] });
  const body = own`body`;
  const recount = { atMs: 9, result: "not-counted", counted: null, errors: 0, because: "Loki said no." } as const;
  const closed = { window: { fromNs: 0n, toNs: 9n }, entries: 1, dueAtMs: null, recount };
  const [fingerprint] = whole.fingerprints;
  if (fingerprint === undefined) throw new Error("the sample has no fingerprint");
  await store.commit(
    {
      incidents: [
        whole,
        sampleIncident({ id: "i000000000002" }),
        sampleIncident({ id: "i000000000003", pullRequest: { ...opening, state: "opening" } }),
      ],
      aliases: [{ fingerprint, incident: whole.id }],
      counts: [{ fingerprint, environment: "dev", minuteMs: 0, add: 2 }],
      effects: [
        sampleEffect({
          id: "a",
          outgoing: { kind: "open-issue", repository, title: body, body, labels: [body], marker: body },
        }),
        sampleEffect({ id: "b", outgoing: { kind: "comment", repository, number: 7, body, marker: body } }),
        sampleEffect({ id: "c", outgoing: { kind: "edit-comment", repository, number: 7, comment: 9, body } }),
        sampleEffect({
          id: "d",
          outgoing: { kind: "write-report", file: "a.md", repository, title: body, body, labels: [body] },
        }),
        sampleEffect({ id: "e", after: "a", outgoing: { kind: "create-branch", repository, branch, at: base } }),
        sampleEffect({
          id: "f",
          outgoing: {
            ...{ kind: "commit", repository, branch, onto, headline: body, body, marker: body },
            files: [
              { path: "a.js", content: Buffer.from("a") },
              { path: "b.js", content: null },
            ],
          },
        }),
        sampleEffect({
          id: "g",
          outgoing: {
            ...{ kind: "open-pull-request", repository, headRepository: repository, branch, into: "main" },
            ...{ title: body, body, marker: body },
          },
        }),
      ],
      audit: [sampleAuditLine()],
      coverage: [{ ...sampleCoverage(0n, 9n), closed }],
    },
    null,
  );
  const queue = await openJobQueue({ path, clock, holder: "hands" });
  await queue.offer(sampleOrder());
  const hands = async () => {
    throw new Error("Tempo answered 404.");
  };
  const signal = new AbortController().signal;
  await queue.work(hands, { concurrency: 1, urgentSlots: 0, until: "empty", signal });
  await queue.close();
  await store.close();
}
