/**
 * `node scripts/record-faults.ts [program…]`: runs the programs of `test/fixtures/faults`, each at the commit that was deployed when a fault showed, and writes
 * down what they logged and their spans. Needs the languages of the programs: a JDK ≥ 17, Python ≥ 3.11, Go, Ruby and PHP.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  deployedAt,
  type FaultProgram,
  faultsFolder,
  gitAt,
  loadFaultPrograms,
  type RecordedFault,
  restoreRepository,
  seenAtMs,
} from "../test/support/faults/fault-programs.ts";

type Fault = FaultProgram["faults"][string];
type Service = FaultProgram["services"][string];
/** A span as the programs write it. */
interface WrittenSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: "server" | "client";
  readonly attributes: Readonly<Record<string, string>>;
  readonly startNs: string;
  readonly endNs: string;
  readonly error?: { readonly type: string; readonly message: string; readonly stack: string };
}
type WrittenEntry = readonly [service: string, atNs: bigint, text: string];

const startMsMax = 10_000;
/** Spans of a call that was given up come later than its answer. */
const settleMs = 1_500;
const libraryPlace = "/usr/local/lib/python3.11/site-packages";
const chosen = process.argv.slice(2);

for (const program of loadFaultPrograms().filter(({ name }) => chosen.length === 0 || chosen.includes(name))) {
  const folder = mkdtempSync(join(tmpdir(), "error-autopilot-record-"));
  try {
    for (const service of Object.keys(program.services)) {
      restoreRepository(program, service, join(folder, `${service}.git`));
    }
    const recorded: Record<string, RecordedFault> = {};
    for (const [name, fault] of Object.entries(program.faults)) {
      recorded[name] = await record(program, name, fault, folder);
      process.stdout.write(`${program.name} ${name}: ${recorded[name].entries.length} entries\n`);
    }
    writeFileSync(join(faultsFolder, program.name, "recorded.json"), `${JSON.stringify(recorded, null, 1)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function record(program: FaultProgram, name: string, fault: Fault, folder: string): Promise<RecordedFault> {
  const root = join(folder, name);
  const places = new Map<string, string>();
  for (const [service, how] of Object.entries(program.services)) places.set(service, layOut(service, how, fault));
  return fault.request === null ? ranOnce() : await asked(fault.request);

  function layOut(service: string, { prepare, libraries }: Service, { seenOnDay }: Fault): string {
    const place = join(root, service);
    mkdirSync(place, { recursive: true });
    const repository = join(folder, `${service}.git`);
    gitAt(repository, ["--work-tree", place, "read-tree", deployedAt(repository, seenAtMs(fault))]);
    gitAt(repository, ["--work-tree", place, "checkout-index", "-a", `--prefix=${place}/`]);
    for (const [path, text] of Object.entries(libraries.findLast(({ fromDay }) => fromDay <= seenOnDay)?.files ?? {})) {
      const file = join(place, "site-packages", path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    if (prepare !== null) execFileSync("sh", ["-c", prepare], { cwd: place, stdio: "inherit" });
    return place;
  }

  function ranOnce(): RecordedFault {
    const [service = ""] = places.keys();
    const place = places.get(service) ?? "";
    const [program_ = "", ...args] = program.services[service]?.run ?? [];
    const text = execFileSync(program_, [...args, name], {
      cwd: place,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    const entries = entriesOf(text).map(
      (each) => [service, String(BigInt(seenAtMs(fault)) * 1_000_000n), shown(each, place)] as const,
    );
    return { entries, trace: null };
  }

  async function asked([method, path, body]: readonly [string, string, string]): Promise<RecordedFault> {
    const spansFile = join(root, "spans.ndjson");
    writeFileSync(spansFile, "");
    const ports = new Map<string, number>();
    for (const service of [...places.keys(), "billing-new"]) ports.set(service, await freePort());
    const written: WrittenEntry[] = [];
    const children = [...places].map(([service, place]) => {
      const settings = join(place, "config", "services.json");
      if (service === program.entrance) {
        const text = readFileSync(settings, "utf8").replaceAll(/(\w+?)(_NEW)?_PORT/g, (_, of: string, isNew = "") =>
          String(ports.get(`${of.toLowerCase()}${isNew === "" ? "" : "-new"}`)),
        );
        writeFileSync(settings, text);
      }
      const [command = "", ...args] = program.services[service]?.run ?? [];
      const env = {
        PATH: process.env["PATH"] ?? "",
        PORT: String(ports.get(service)),
        SPANS: spansFile,
        PYTHONPATH: join(place, "site-packages"),
      };
      const child = spawn(command, args, { cwd: place, env, stdio: ["ignore", "pipe", "inherit"] });
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        for (const each of entriesOf(text))
          written.push([service, BigInt(Date.now()) * 1_000_000n, shown(each, place)]);
      });
      return child;
    });
    try {
      for (const service of places.keys()) await listening(ports.get(service) ?? 0);
      await fetch(`http://127.0.0.1:${ports.get(program.entrance)}${path}`, {
        method,
        ...(body === "" ? {} : { body }),
      });
      await new Promise((resolve) => setTimeout(resolve, settleMs));
    } finally {
      for (const child of children) child.kill();
    }
    const spans = readFileSync(spansFile, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as WrittenSpan);
    const firstNs = spans.reduce(
      (first, { startNs }) => (BigInt(startNs) < first ? BigInt(startNs) : first),
      1n << 62n,
    );
    const shiftNs = BigInt(seenAtMs(fault)) * 1_000_000n - firstNs;
    return {
      entries: written.map(([service, atNs, text]) => [service, String(atNs + shiftNs), text] as const),
      trace: otlp(spans, shiftNs),
    };
  }

  function otlp(spans: readonly WrittenSpan[], shiftNs: bigint): RecordedFault["trace"] {
    const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });
    const resourceSpans = [...Map.groupBy(spans, ({ service }) => service)].map(([service, of]) => ({
      resource: {
        attributes: [
          attribute("service.name", service),
          attribute("service.version", deployedAt(join(folder, `${service}.git`), seenAtMs(fault)).slice(0, 12)),
        ],
      },
      scopeSpans: [{ spans: of.map((span) => otlpSpan(span, places.get(service) ?? "", shiftNs)) }],
    }));
    return { resourceSpans };

    function otlpSpan(span: WrittenSpan, place: string, shift: bigint): object {
      const { error } = span;
      const endTimeUnixNano = String(BigInt(span.endNs) + shift);
      return {
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId,
        name: span.name,
        kind: `SPAN_KIND_${span.kind.toUpperCase()}`,
        startTimeUnixNano: String(BigInt(span.startNs) + shift),
        endTimeUnixNano,
        attributes: Object.entries(span.attributes).map(([key, value]) => attribute(key, value)),
        ...(error === undefined
          ? { status: {} }
          : {
              status: { code: "STATUS_CODE_ERROR", message: error.message },
              events: [
                {
                  name: "exception",
                  timeUnixNano: endTimeUnixNano,
                  attributes: [
                    attribute("exception.type", error.type),
                    attribute("exception.message", shown(error.message, place)),
                    attribute("exception.stacktrace", shown(error.stack, place)),
                  ],
                },
              ],
            }),
      };
    }
  }
}

/** As it would stand in a container. */
function shown(text: string, place: string): string {
  return text.replaceAll(`${place}/site-packages`, libraryPlace).replaceAll(place, "/app");
}

/** What a shipper that knows where an entry begins would send. */
function entriesOf(text: string): readonly string[] {
  return text
    .split(/\n(?=\{|\[?\d{4}-\d\d-\d\d|[EWI], \[)/)
    .map((each) => each.trimEnd())
    .filter((each) => each !== "");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function listening(port: number): Promise<void> {
  const untilMs = Date.now() + startMsMax;
  while (Date.now() < untilMs) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true));
      socket.once("error", () => resolve(false)).once("connect", () => socket.destroy());
    });
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Nothing listens on ${port}.`);
}
