import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRepositories } from "../src/demo/publish/create-repositories.ts";
import { joinLines, lineTraceId } from "../src/demo/publish/log-line.ts";
import { otlpSpan } from "../src/demo/publish/otlp.ts";
import type { RecordedCase } from "../src/demo/publish/recording.ts";

// Really runs `pricing` and `orders` of the demo company and writes down what they logged, traced and answered. Wants python3 ≥ 3.11 and a JDK ≥ 17.

const folder = mkdtempSync(join(tmpdir(), "record-"));
const jdk = { compiler: "javac", launcher: "java" };
const recordings = fileURLToPath(new URL("../src/demo/company/recordings/", import.meta.url));
mkdirSync(recordings, { recursive: true });

try {
  const { pricing, orders } = await createRepositories(folder, { nowMs: Date.now() });
  if (pricing === undefined || orders === undefined) throw new Error("The company has no pricing or no orders.");
  write(
    "pricing",
    `${execFileSync("python3", ["-V"], { encoding: "utf8" }).trim()}`,
    await recordPricing(pricing.path),
  );
  write(
    "orders",
    `${execFileSync(jdk.compiler, ["-version"], { encoding: "utf8" }).trim()}`,
    recordOrders(orders.path),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function recordPricing(path: string): Promise<readonly RecordedCase[]> {
  const spansFile = join(folder, "pricing-spans.ndjson");
  const child = spawn("python3", ["-u", "-B", "app.py"], {
    cwd: path,
    env: { PATH: process.env["PATH"], PORT: "0", SPANS_FILE: spansFile },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  while (!/port (\d+)/.test(output)) await new Promise((resolve) => child.stdout.once("data", resolve));
  const [, port] = /port (\d+)/.exec(output) ?? [];
  const asked = [
    "/prices/sku-118?customer=cu-4711",
    "/prices/sku-101?customer=cu-4711",
    "/prices/sku-207?customer=cu-7",
    "/prices/sku-101?customer=cu-8",
  ];
  const answers: { readonly asked: string; readonly traceId: string; readonly answer: RecordedCase["answer"] }[] = [];
  for (const [index, one] of asked.entries()) {
    const traceId = `${index + 1}`.repeat(32);
    const response = await fetch(`http://127.0.0.1:${port}${one}`, {
      headers: { traceparent: `00-${traceId}-${"f".repeat(16)}-01` },
    });
    const answer = {
      status: response.status,
      contentType: response.headers.get("content-type") ?? "",
      body: await response.text(),
    };
    answers.push({ asked: `GET ${one}`, traceId, answer });
  }
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGTERM");
  await ended;
  const entries = joinLines(inContainer(output, path));
  const spans = readSpans(spansFile, path);
  return answers.map(({ asked: one, traceId, answer }) => ({
    asked: one,
    answer,
    entries: entries.filter((entry) => lineTraceId(entry) === traceId),
    spans: spans.filter((span) => span.traceId === traceId),
  }));
}

function recordOrders(path: string): readonly RecordedCase[] {
  const asked = [
    "5512 delivery 4990",
    "5513 pickup 1290",
    "5515 after:2026-0100-C 3480",
    "5520 after:2026-0101 8990",
    "5521 pickup 4990",
    "5529 delivery 890",
    "5530 pickup 2180",
    "5533 after:2026-0117-C 1780",
    "5544 pickup 6280",
  ];
  const sources = execFileSync("find", ["src", "-name", "*.java"], { cwd: path, encoding: "utf8" }).trim().split("\n");
  execFileSync(jdk.compiler, ["-g", "-encoding", "UTF-8", "-d", join(folder, "classes"), ...sources], { cwd: path });
  const spansFile = join(folder, "orders-spans.ndjson");
  const output = execFileSync(jdk.launcher, ["-cp", join(folder, "classes"), "com.democompany.orders.Main"], {
    input: `${asked.join("\n")}\n`,
    env: { PATH: process.env["PATH"], SPANS_FILE: spansFile, LC_ALL: "C.UTF-8" },
    encoding: "utf8",
  });
  const spans = readSpans(spansFile, path);
  // What a line without a trace says belongs to the order before it.
  const groups: { readonly traceId: string; readonly entries: string[] }[] = [];
  for (const entry of joinLines(output)) {
    const traceId = lineTraceId(entry);
    const last = groups.at(-1);
    if (traceId !== null && traceId !== last?.traceId) groups.push({ traceId, entries: [entry] });
    else last?.entries.push(entry);
  }
  return groups.map(({ traceId, entries }, index) => ({
    asked: asked[index] ?? "",
    answer: null,
    entries,
    spans: spans.filter((span) => span.traceId === traceId),
  }));
}

function readSpans(file: string, path: string) {
  const lines = inContainer(readFileSync(file, "utf8"), path).trim().split("\n");
  return lines.map((line) => otlpSpan.parse(JSON.parse(line)));
}

function inContainer(text: string, path: string): string {
  return text.replaceAll(path, "/app");
}

function write(program: string, version: string, cases: readonly RecordedCase[]): void {
  const note = `Written by really running ${program} (${version}). To record again: node scripts/record-demo-company.ts; see the README beside this folder.`;
  const path = join(recordings, `${program}.json`);
  writeFileSync(path, `{ "note": ${JSON.stringify(note)}, "cases": [\n${cases.map(caseText).join(",\n")}\n] }\n`);
  console.log(`wrote ${path}: ${cases.length} cases`);
}

/** One entry or span a line: short enough to be read, long enough to be compared. */
function caseText({ asked, answer, entries, spans }: RecordedCase): string {
  const lines = (values: readonly unknown[]): string =>
    values.map((value) => `\n    ${JSON.stringify(value)}`).join(",");
  return `{ "asked": ${JSON.stringify(asked)}, "answer": ${JSON.stringify(answer)},
  "entries": [${lines(entries)}],
  "spans": [${lines(spans)}] }`;
}
