import { join } from "node:path";
import { createCodeSource } from "../../src/adapters/git/code-source.ts";
import { readTrace } from "../../src/adapters/tempo/trace-answer.ts";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import type { ErrorEntry } from "../../src/domain/error-entry.ts";
import { redact } from "../../src/domain/redact.ts";
import type { SyntaxReader } from "../../src/domain/syntax.ts";
import type { Trace } from "../../src/domain/trace.ts";
import { rankFrames } from "../../src/gather/code/ranked-frames.ts";
import { gather } from "../../src/gather/gather.ts";
import { findOrigin } from "../../src/gather/trace/origin.ts";
import { createFakeLoki } from "../../test/gather/fake-loki.ts";
import { makeIncident } from "../../test/gather/make-incident.ts";
import {
  deployedAt,
  type FaultProgram,
  gitAt,
  loadRecordedFaults,
  type RecordedFault,
  restoreRepository,
  seenAtMs,
} from "../../test/support/faults/fault-programs.ts";
import { framesInOrder, isAtFrame, isFile, type Outcome, placeOf } from "./outcome.ts";

const { signal } = new AbortController();

/** The faults of one program, each gathered as an investigation gathers: its entries in Loki, its trace in Tempo, a clone of each service. */
export async function measureRecorded(
  program: FaultProgram,
  syntax: SyntaxReader,
  folder: string,
): Promise<readonly Outcome[]> {
  const root = join(folder, program.name);
  for (const service of Object.keys(program.services)) restoreRepository(program, service, join(root, service));
  const recorded = loadRecordedFaults(program);
  const outcomes: Outcome[] = [];
  for (const [bug, fault] of Object.entries(program.faults)) {
    const written = recorded[bug];
    if (written === undefined) throw new Error(`${program.name} has no recording of ${bug}.`);
    outcomes.push(await measureFault(program, bug, fault, written, { syntax, root }));
  }
  return outcomes;
}

async function measureFault(
  program: FaultProgram,
  bug: string,
  fault: FaultProgram["faults"][string],
  written: RecordedFault,
  { syntax, root }: { readonly syntax: SyntaxReader; readonly root: string },
): Promise<Outcome> {
  const atMs = seenAtMs(fault);
  const deployed = (service: string) => deployedAt(join(root, service), atMs);
  const loki = createFakeLoki();
  const reader = createEntryReader({
    environment: "dev",
    serviceLabels: ["app"],
    aliases: Object.fromEntries(Object.keys(program.services).map((name) => [name, name])),
    own: Object.fromEntries(Object.entries(program.services).map(([name, { own }]) => [name, own])),
    levers: null,
  });
  const entries = written.entries.map(([service, atNs, line]) =>
    loki.add(BigInt(atNs), { env: "dev", app: service }, line),
  );
  const errors = reader.read(entries).filter(({ isError }) => isError);
  const trace = traceOf(written);
  const asked = errors.find(({ service }) => service === program.entrance) ?? errors[0];
  if (asked === undefined) throw new Error(`${program.name} ${bug}: no error was recognised.`);
  const { bundle } = await gather(
    {
      incident: makeIncident({
        service: asked.service,
        fingerprints: [asked.fingerprint],
        firstSeenNs: BigInt(atMs) * 1_000_000n,
        lastSeenNs: BigInt(atMs) * 1_000_000n,
        samples: [
          {
            entryId: asked.entry.id,
            timestampNs: asked.entry.timestampNs,
            traceId: asked.traceId,
            spanId: asked.spanId,
            environment: "dev",
            service: asked.service,
            line: redact(asked.entry.line),
          },
        ],
      }),
      traces: trace === null ? [] : [trace],
      traceMissing: trace === null ? redact("The program writes no spans.") : null,
      traceSource: null,
      logs: loki,
      query: '{env="dev"} |= "error"',
      reader,
      codeOf: (service) =>
        program.services[service] === undefined
          ? null
          : {
              service,
              repository: `acme/${service}`,
              under: "",
              deployedLabels: ["service.version"],
              version: { tag: null, file: null, otherwise: "unknown" },
              open: () =>
                createCodeSource({
                  repository: `acme/${service}`,
                  path: join(root, service),
                  stateDirectory: join(root, "state"),
                  isFetched: false,
                }),
              sourceMapOf: async () => null,
            },
      syntax,
      serviceOf: (raw) => raw,
      deployed: trace === null ? deployed(program.entrance) : null,
      nowMs: atMs + 60_000,
    },
    signal,
  );
  const isPlace = ({ repository, path, function: name }: (typeof bundle.ranking)[number]) =>
    fault.places.some((place) => {
      const [service = "", file = "", wanted = ""] = place.split(" ");
      return repository === `acme/${service}` && isFile(path, file) && (wanted === "" || wanted === name);
    });
  const [service = "", ...subject] = fault.culprit.split(" ");
  const guilty = gitAt(join(root, service), ["log", "--all", "--format=%H %s"])
    .split("\n")
    .find((line) => line.slice(41) === subject.join(" "))
    ?.slice(0, 40);
  if (guilty === undefined) throw new Error(`${program.name} has no commit ${fault.culprit}.`);
  const innermost = innermostOwn(errors);
  return {
    bug: `${program.name} ${bug}`,
    language: [...new Set(fault.places.map((place) => program.services[place.split(" ")[0] ?? ""]?.language))].join(
      ",",
    ),
    kind: program.kind,
    isHeldOut: fault.isHeldOut,
    located: innermost === null || bundle.ranking.some(({ path, firstLine }) => isAtFrame(path, firstLine, innermost)),
    framesAt: framesInOrder(errors, fault.places),
    at: placeOf(bundle.ranking.map(isPlace)),
    culpritAt: placeOf(
      bundle.suspects.map((id) =>
        bundle.evidence.some((each) => each.id === id && each.kind === "commit" && each.commit === guilty),
      ),
    ),
    named: bundle.ranking
      .slice(0, 5)
      .map(
        (place) =>
          `${place.repository.split("/").at(-1)} ${place.path.split("/").at(-1)} ${place.function} ${place.score}`,
      )
      .join(", "),
  };
}

function traceOf({ trace }: RecordedFault): Trace | null {
  if (trace === null) return null;
  const text = JSON.stringify(trace);
  const id = /"traceId":"(\w+)"/.exec(text)?.[1] ?? "";
  const read = readTrace({ status: 200, headers: {}, text, bytes: null }, id);
  return read === null ? null : { ...read, originSpanId: findOrigin(read) };
}

function innermostOwn(errors: readonly ErrorEntry[]) {
  return rankFrames(errors[0]?.exceptions ?? []).find(({ frame }) => frame.isOwn)?.frame ?? null;
}
