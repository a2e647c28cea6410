import type { Incident, Sample } from "../../src/domain/incident.ts";
import { identifier } from "../../src/domain/inert.ts";
import { redact } from "../../src/domain/redact.ts";

export function makeSample({
  atMs = 1_790_000_000_000,
  line = "failed",
  ...rest
}: Partial<Omit<Sample, "line" | "timestampNs">> & { readonly atMs?: number; readonly line?: string } = {}): Sample {
  return {
    entryId: "e".repeat(32),
    timestampNs: BigInt(atMs) * 1_000_000n,
    traceId: null,
    spanId: null,
    environment: "dev",
    service: "shop",
    line: redact(line),
    ...rest,
  };
}

export function makeIncident(rest: Partial<Incident> = {}): Incident {
  return {
    id: "i0123456789ab",
    version: 1,
    state: "new",
    causedBy: null,
    sameAs: null,
    notSameAs: [],
    mutedUntilMs: null,
    ignoredBecause: null,
    episode: 1,
    rounds: 0,
    fingerprints: [],
    service: "shop",
    isOriginConfirmed: false,
    title: identifier("TypeError"),
    samples: [],
    firstSeenNs: 1_790_000_000_000_000_000n,
    lastSeenNs: 1_790_000_000_000_000_000n,
    counts: {},
    reportDigest: null,
    note: null,
    issue: null,
    pullRequest: null,
    patchedBases: [],
    patchAskedBy: null,
    ...rest,
  };
}
