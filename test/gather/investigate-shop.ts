import { join } from "node:path";
import { createCodeSource } from "../../src/adapters/git/code-source.ts";
import { createSyntaxReader } from "../../src/adapters/syntax/syntax-reader.ts";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import type { EvidenceBundle } from "../../src/domain/evidence.ts";
import { redact } from "../../src/domain/redact.ts";
import { isSourceFailure, type TraceSource } from "../../src/domain/sources.ts";
import { gather } from "../../src/gather/gather.ts";
import { findTrace } from "../../src/gather/trace/find-trace.ts";
import { evidencePage } from "../../src/report/evidence-page.ts";
import { type GitRepository, makeRepository } from "../adapters/git/git-repository.ts";
import { createFakeLoki } from "./fake-loki.ts";
import { makeIncident } from "./make-incident.ts";
import { spanIdOf, startNs, traceId } from "./make-trace.ts";

const { signal } = new AbortController();
const syntax = createSyntaxReader();
const rules = { environment: "dev", serviceLabels: ["app"], aliases: { shop: "shop" }, own: {}, levers: null } as const;
const reader = createEntryReader(rules);

export const seenMs = Number(startNs / 1_000_000n);
export const total = "export function total(order) {\n  return order.discount.percent;\n}\n";
let clones = 0;

/** A clone of a shop whose total fails, in a folder of its own. */
export function newClone(folder: string): GitRepository {
  clones += 1;
  const clone = makeRepository(join(folder, `clone-${clones}`));
  const files = { "src/total.js": total, "src/other.js": "other()\n", "config/settings.js": "export const a = 1;\n" };
  clone.commit(files, "feat: total");
  return clone;
}

interface Case {
  readonly folder: string;
  readonly clone?: GitRepository;
  /** Of the frame that failed, as a container has it. */
  readonly at?: string;
  readonly version?: string;
  readonly traces?: TraceSource | null;
  readonly nowMs?: number;
}

/** What an investigation starts from at its last attempt, and what the page of it says is missing. */
export async function investigate({
  folder,
  clone = newClone(folder),
  at = "/app/src/total.js:2:25",
  version = "",
  traces = null,
  nowMs = seenMs + 3_600_000,
}: Case) {
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
  const sought = { nowMs, waitMs: 600_000 };
  const found = await findTrace(incident, traces, sought, signal).catch((error: unknown) => {
    if (!isSourceFailure(error)) throw error;
    return { kind: "missing", because: redact(error.message) } as const;
  });
  if (found.kind === "again") return { again: found, bundle: null, missing: "" };
  const { bundle } = await gather(
    {
      incident,
      traces: found.kind === "found" ? found.traces : [],
      traceMissing: found.kind === "missing" ? found.because : null,
      traceSource: null,
      logs: loki,
      query: '{env="dev"}',
      reader,
      codeOf: (service) => ({
        service,
        repository: "acme/shop",
        under: "",
        deployedLabels: ["version"],
        version: { tag: null, file: null, otherwise: "unknown" },
        open: () =>
          createCodeSource({
            repository: "acme/shop",
            path: clone.path,
            stateDirectory: join(folder, "state"),
            isFetched: false,
          }),
        sourceMapOf: async () => null,
      }),
      syntax,
      serviceOf: (name) => name,
      deployed: null,
      nowMs,
    },
    signal,
  );
  return { again: null, bundle, missing: missingOf(bundle) };
}

/** What the page says is not there. */
function missingOf(bundle: EvidenceBundle): string {
  return evidencePage(bundle).split("\nNot there\n")[1] ?? "";
}

/** The likeliest place. */
export function placeOf(bundle: EvidenceBundle | null): string | null {
  const [place] = bundle?.ranking ?? [];
  return place === undefined ? null : `${place.path}:${place.firstLine} ${place.function}`;
}
