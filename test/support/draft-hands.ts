import { execFileSync } from "node:child_process";
import type { Hands } from "../../src/domain/job-queue.ts";
import type { Findings, Order } from "../../src/domain/order.ts";
import type { FileChange, Proposal } from "../../src/domain/patch.ts";
import { rule } from "../../src/domain/policy.ts";
import { redact } from "../../src/domain/redact.ts";
import type { RuleResult } from "../../src/domain/verdict.ts";
import type { DraftMeans } from "../../src/jobs/drafts/draft-means.ts";
import { diffOf } from "../../src/repair/build-patch.ts";
import { sampleFindings } from "./domain-samples.ts";

const repository = "company/orders";
const path = "src/stock.js";
const testPath = "test/stock.test.js";

/** What these hands bring; by default a patch that went from red to green. */
export interface DraftScript {
  /** What stands in the way, as a gate of the hands. */
  readonly stops?: RuleResult;
  readonly change?: (proposal: Proposal) => Proposal;
}

/** Hands that found the bug of `reserve`, and bring a tested patch for the head of the clone; a request changes both of its files. */
export function draftHands(clone: string, script: () => DraftScript = () => ({})): Hands {
  return async ({ order }) => ({ kind: "found", findings: findingsOf(clone, order, script()) });
}

/** A guard that all of it passes. */
export const openGuard: DraftMeans["guard"] = async () => [rule("lines", true, "few")];

function findingsOf(clone: string, order: Order, { stops, change = (same) => same }: DraftScript): Findings {
  const git = (...args: string[]) => execFileSync("git", ["-C", clone, ...args], { stdio: "pipe" });
  const base = git("rev-parse", "HEAD").toString().trim();
  const before = new Uint8Array(git("show", `${base}:${path}`));
  const source = Buffer.from(before).toString("utf8");
  const place = { repository, commit: base, path, firstLine: 4, lastLine: 4 } as const;
  const { incident } = order;
  const sample = sampleFindings(order.id);
  const isAsked = order.repair?.request != null;
  const fix = isAsked ? "if (!row) throw new RangeError(name);" : "if (row === undefined) return null;";
  const files: readonly FileChange[] = [
    { path, before, after: bytes(source.replace("  row.reserved", `  ${fix}\n  row.reserved`)), isTest: false },
    ...(isAsked ? [] : [{ path: testPath, before: null, after: bytes("// reserve of nothing\n"), isTest: true }]),
  ];
  const proposal: Proposal = {
    patch: { incident: incident.id, repository, base, files, diff: diffOf(files) ?? "" },
    rationale: redact("A name that is not in the warehouse has no row."),
    verification: {
      kind: "red-to-green",
      commands: [["node", "--test"]],
      redOutput: redact("TypeError: Cannot read properties of undefined"),
      greenOutput: redact("pass 1"),
      flickering: [],
      durationMs: 7,
    },
    review: { refuted: false, because: redact("It holds."), model: "a-model" },
    promptVersion: "0123456789ab",
  };
  const gates = ["same-since-deployed", "can-be-verified", "proposal", "guard", "verification", "second-opinion"];
  const rules = gates.map((name) => (stops?.rule === name ? stops : rule(name, true, "fine")));
  return {
    ...sample,
    incident: incident.id,
    episode: incident.episode,
    bundle: {
      ...sample.bundle,
      incident: incident.id,
      episode: incident.episode,
      trace: sample.bundle.trace === null ? null : { ...sample.bundle.trace, spans: [] },
      code: [{ service: "orders", repository, deployed: base, base, isDeployedKnown: true, staleness: 0 }],
      evidence: [
        {
          ...place,
          kind: "lines",
          id: "lines-1",
          text: redact("row.reserved += 1;"),
          isOutsiderText: false,
          enclosing: null,
        },
      ],
    },
    rootCause: {
      kind: "found",
      claim: redact("The row of an unknown name is undefined. @everyone see #1"),
      unsupported: [],
      mechanism: [],
      doubt: null,
      citations: [{ evidence: "lines-1", quote: redact("row.reserved"), isResolved: true }],
      ruledOut: [],
      nextStep: redact("Check the row."),
      severity: "high",
      promptVersion: "abcdef012345",
      model: "a-model",
      costUsd: 0.01,
      category: "null_dereference",
      confidence: 0.9,
      statedConfidence: 0.9,
      faulty: [{ ...place, function: redact("reserve") }],
      restsOnOutsiderTextOnly: false,
    },
    proposal: stops === undefined ? change(proposal) : null,
    verdict: { allowed: stops === undefined, mode: order.mode, rules },
    costUsd: 0.01,
  };
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}
