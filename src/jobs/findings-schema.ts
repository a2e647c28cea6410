import { z } from "zod";
import type { EvidenceId, EvidenceKind } from "../domain/evidence.ts";
import type { Fingerprint, IncidentId, RepositoryName } from "../domain/names.ts";
import { redact } from "../domain/redact.ts";
import { isPlainPath } from "../domain/repository-path.ts";
import { categories } from "../domain/root-cause.ts";
import { stepNames } from "../domain/step-name.ts";
import { proposalSchema } from "./proposal-schema.ts";

/**
 * The form of findings, with room to spare over what our own hands make, so that only what is not theirs is refused. Every text passes the gate again;
 * what is shown as a place, a name or a link has an alphabet of its own. Keys it does not name are left out.
 */

/** Of one text: the hands cut theirs at a few thousand. */
const textLengthMax = 200_000;
const costUsdMax = 10_000;
const listMax = { evidence: 5_000, spans: 2_000, few: 200, many: 1_000 } as const;
const ns64Max = 2n ** 64n;

const text = z
  .string()
  .max(textLengthMax)
  .transform((said) => redact(said));
const shortText = z
  .string()
  .max(4_000)
  .transform((said) => redact(said));
const count = z.int().min(0);
const instantMs = z.int().min(0).max(8.64e15);
const costUsd = z.number().min(0).max(costUsdMax);
const share = z.number().min(0).max(1);
const instantNs = z.bigint().min(0n).max(ns64Max);

const name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u);
const service = name.transform((said) => redact(said));
const hex = (digits: string) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));
const commit = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
const traceId = hex("32");
const spanId = hex("16");
const repository = z
  .string()
  .regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/)
  .transform((said) => said as RepositoryName);
const incident = z
  .string()
  .regex(/^i[\w.-]{1,63}$/)
  .transform((said) => said as IncidentId);
const fingerprint = z
  .string()
  .regex(/^v\d{1,4}-[\w.-]{1,64}$/)
  .transform((said) => said as Fingerprint);
/** Of a file in a repository. */
const path = z.string().refine(isPlainPath, "no plain path");
const line = z.int().min(1).max(100_000_000);

const idOf = <Kind extends EvidenceKind>(kind: Kind) =>
  z
    .string()
    .regex(new RegExp(`^${kind}-\\d{1,9}$`))
    .transform((said) => said as `${Kind}-${number}`);
const evidenceId = z
  .string()
  .regex(/^(?:entry|span|lines|commit)-\d{1,9}$/)
  .transform((said) => said as EvidenceId);

const place = {
  repository,
  commit,
  path,
  firstLine: line,
  lastLine: line,
};
const faulty = z.object({ ...place, function: shortText.nullable() });

const exception = z.object({ type: shortText.nullable(), message: text.nullable(), stackTrace: text.nullable() });
const attribute = z.union([text, z.number(), z.boolean(), z.bigint(), z.array(text).max(listMax.many)]);
const span = z.object({
  traceId,
  spanId,
  parentSpanId: spanId.nullable(),
  links: z.array(spanId).max(listMax.many),
  service: service.nullable(),
  name: text,
  kind: z.enum(["internal", "server", "client", "producer", "consumer"]).nullable(),
  startNs: instantNs,
  durationNs: instantNs,
  isError: z.boolean(),
  statusMessage: text.nullable(),
  attributes: z.record(shortText, attribute).refine((all) => Object.keys(all).length <= listMax.few, "too many"),
  exceptions: z.array(exception).max(listMax.few),
});
const trace = z.object({
  traceId,
  spans: z.array(span).max(listMax.spans),
  isPartial: z.boolean(),
  originSpanId: spanId.nullable(),
});

const shown = { text, isOutsiderText: z.boolean() };
const evidence = z.discriminatedUnion("kind", [
  z.object({
    ...shown,
    kind: z.literal("entry"),
    id: idOf("entry"),
    entryId: hex("32"),
    timestampNs: instantNs,
    service: service.nullable(),
  }),
  z.object({ ...shown, kind: z.literal("span"), id: idOf("span"), traceId, spanId, service: service.nullable() }),
  z.object({ ...shown, ...place, kind: z.literal("lines"), id: idOf("lines"), enclosing: shortText.nullable() }),
  z.object({
    ...shown,
    kind: z.literal("commit"),
    id: idOf("commit"),
    repository,
    commit,
    authoredAtMs: z.int().max(8.64e15),
    // Evidence that was saved before there was such a field has none.
    pullRequest: z.int().min(1).max(999_999_999).nullable().default(null),
    paths: z.array(path).max(listMax.many),
  }),
]);

const codeVersion = z.object({
  service,
  repository,
  deployed: commit,
  base: commit,
  isDeployedKnown: z.boolean(),
  staleness: z.union([z.literal(0), shortText]),
});

const seenAt = { who: shortText, what: shortText };
const milliseconds = z.number().min(0).max(8.64e15);
const observation = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("gave-up"), ...seenAt, afterMs: milliseconds, other: shortText, longerMs: milliseconds }),
  z.object({ kind: z.literal("tried-again"), ...seenAt, times: count, failed: count, lastWentWell: z.boolean() }),
  z.object({ kind: z.literal("caught"), ...seenAt }),
  z.object({ kind: z.literal("slow"), ...seenAt, totalMs: milliseconds, ownMs: milliseconds }),
  z.object({ kind: z.literal("callers-missing"), count }),
  z.object({ kind: z.literal("cut") }),
  z.object({ kind: z.literal("same-place"), ...seenAt, traces: count }),
  z.object({ kind: z.literal("same-value"), name: shortText, value: shortText, traces: count }),
  z.object({ kind: z.literal("rate"), words: shortText, beforeHours: count, before: count, lately: count }),
  z.object({ kind: z.literal("linked"), name: shortText, value: shortText, entries: count, services: count }),
  z.object({ kind: z.literal("tests"), path: shortText, tests: shortText }),
  z.object({ kind: z.literal("deployment"), who: shortText, from: shortText, to: shortText, commits: count }),
  z.object({ kind: z.literal("owners"), path: shortText, owners: shortText }),
  z.object({ kind: z.literal("healthy-has"), ...seenAt, healthy: shortText }),
  z.object({ kind: z.literal("healthy-lacks"), ...seenAt, healthy: shortText }),
]);

export const bundleSchema = z.object({
  format: z.literal(1),
  incident,
  episode: count,
  gatheredAtMs: instantMs,
  trace: trace.nullable(),
  traceMissing: shortText.nullable(),
  observations: z.array(observation).max(listMax.few).default([]),
  code: z.array(codeVersion).max(listMax.few),
  evidence: z.array(evidence).max(listMax.evidence),
  ranking: z
    .array(z.object({ ...place, function: shortText.nullable(), score: z.number(), because: shortText }))
    .max(listMax.few),
  suspects: z.array(evidenceId).max(listMax.few),
  leftOut: z
    .array(z.object({ kind: z.enum(["entry", "span", "lines", "commit"]), count, because: shortText }))
    .max(listMax.few),
});

const promptDigest = /^[\w.-]{1,64}$/;
const modelName = /^[\w.:/@-]{1,200}$/;
const answer = {
  claim: text,
  unsupported: z.array(text).max(listMax.few).default([]),
  citations: z.array(z.object({ evidence: evidenceId, quote: text, isResolved: z.boolean() })).max(listMax.few),
  ruledOut: z.array(text).max(listMax.few),
  nextStep: text,
  severity: z.enum(["low", "medium", "high"]),
  promptVersion: z.string().regex(promptDigest),
  model: z.string().regex(modelName).nullable(),
  costUsd,
};
export const rootCauseSchema = z.discriminatedUnion("kind", [
  z.object({
    ...answer,
    kind: z.literal("found"),
    category: z.enum(categories),
    confidence: share,
    statedConfidence: share,
    faulty: z.array(faulty).max(listMax.few),
    mechanism: z.array(text).max(listMax.few).default([]),
    doubt: text.nullable().default(null),
    restsOnOutsiderTextOnly: z.boolean(),
  }),
  z.object({
    ...answer,
    kind: z.literal("not-in-code"),
    category: z.enum(categories),
    owner: text.nullable(),
    remedy: z
      .discriminatedUnion("kind", [
        z.object({ kind: z.literal("mute"), lineFilter: text, ignoreRule: text }),
        z.object({ kind: z.literal("tell"), whom: text }),
        z.object({ kind: z.literal("change"), what: text }),
      ])
      .nullable()
      .default(null),
  }),
  z.object({ ...answer, kind: z.literal("cannot-tell"), missing: z.array(text).max(listMax.few) }),
]);

/** Of the verdict only what nobody but the hands can know is read; the rest is worked out again. */
const rule = z.object({
  rule: z.string().regex(/^[a-z][\w.-]{0,79}$/),
  holds: z.boolean(),
  path: z
    .string()
    .nullable()
    .transform((said) => (said !== null && isPlainPath(said) ? said : null)),
  detail: shortText,
});

const tokens = z.int().min(0).max(1_000_000_000);
const billLine = z.object({
  step: z.enum(stepNames),
  model: z.string().regex(modelName),
  prompt: z.string().regex(promptDigest),
  calls: count,
  inputTokens: tokens,
  cacheReadTokens: tokens,
  cacheWriteTokens: tokens,
  outputTokens: tokens,
  costUsd,
});

export const findingsSchema = z.object({
  orderId: z.string().max(200),
  format: z.literal(1),
  incident,
  episode: count,
  bundle: bundleSchema,
  origin: z.object({ service: service.nullable(), fingerprint: fingerprint.nullable() }).nullable(),
  symptoms: z.array(fingerprint).max(listMax.many),
  rootCause: rootCauseSchema,
  sameAs: z.object({ incident, because: shortText }).nullable().default(null),
  noModelBecause: z.enum(["no-key", "over-budget"]).nullable(),
  proposal: proposalSchema.nullable().default(null),
  verdict: z.object({ rules: z.array(rule).max(listMax.few) }),
  costUsd,
  bill: z.array(billLine).max(listMax.few).default([]),
  startedAtMs: instantMs,
  finishedAtMs: instantMs,
});
