import { join } from "node:path";
import { createEvidenceFolder } from "../adapters/reports/evidence-folder.ts";
import { createReportWriter } from "../adapters/reports/report-writer.ts";
import { openStore } from "../adapters/sqlite/store.ts";
import type { Config } from "../config/config.ts";
import { readingDigestOf } from "../config/reading-digest.ts";
import { tuningOf } from "../config/tuning-of.ts";
import type { IssueWriter } from "../domain/effect.ts";
import { parseTemplate } from "../domain/inert.ts";
import type { Hands } from "../domain/job-queue.ts";
import { lowestMode } from "../domain/mode.ts";
import { ownValue } from "../domain/own-value.ts";
import { redact } from "../domain/redact.ts";
import type { BrainMeans, Progress } from "../jobs/brain-means.ts";
import { configuredDrafts } from "./configured-drafts.ts";
import { configuredGitHub } from "./configured-github.ts";
import { configuredHands } from "./configured-hands.ts";
import { configuredPolls } from "./configured-polls.ts";
import type { WrapModel } from "./conversations.ts";
import { modeOfConfig } from "./mode-of-config.ts";
import { createNewsFilter } from "./news-filter.ts";
import { openQueue } from "./open-queue.ts";
import { pauseFileOf, withPauseFile } from "./pause-file.ts";
import { readPrompt } from "./read-prompt.ts";
import type { Replaced, Worker } from "./worker.ts";

/** Incidents that share a trace may be written by different shippers, a few seconds apart. */
const sharedTraceSettleMs = 10_000;

/** Brings the parts together: the one place that knows every adapter. What is heavy is loaded when it is first used. */
export async function compose(
  config: Config,
  options: {
    readonly stateDirectory: string;
    readonly databaseFile: string;
    /** Lowers every mode to `dry-run`. */
    readonly dryRun: boolean;
    /** Whether orders are worked on here too; with REDIS_URL they are not, unless it is said. */
    readonly hasHands?: boolean;
    readonly onProgress: (progress: Progress) => void;
    readonly wrapModel?: WrapModel;
    /** Told once when Redis goes away while hands work here, and once when it is back. */
    readonly onContact?: (sentence: string) => void;
  },
  replaced: Replaced,
): Promise<Worker> {
  const { clock } = replaced;
  const onProgress = createNewsFilter(clock, options.onProgress);
  const holder = `${process.pid}-${Math.random().toString(36).slice(2, 10)}`;
  const opened = await openStore({ path: options.databaseFile, clock });
  const store = withPauseFile(replaced.wrapStore(opened), pauseFileOf(options.stateDirectory));
  const openedQueue = await openQueue({ ...options, redisUrl: config.redisUrl, clock, holder });
  const queue = replaced.wrapQueue(openedQueue);
  const polls = configuredPolls(config);
  const github = configuredGitHub(config.github, replaced);
  const reports = createReportWriter(join(options.stateDirectory, "reports"));
  const evidence = createEvidenceFolder(join(options.stateDirectory, "evidence"));
  const { hands, modelCalls } = configuredHands(config, {
    ...replaced,
    stateDirectory: options.stateDirectory,
    wrapModel: options.wrapModel,
  });
  const orderModeOf = modeOfConfig(config);
  const modeOf: BrainMeans["rules"]["modeOf"] = (names, service) =>
    lowestMode(options.dryRun ? "dry-run" : null, orderModeOf(names, service));
  const brain: BrainMeans = {
    store,
    queue,
    isQueueElsewhere: config.redisUrl !== null,
    clock,
    holder,
    polls,
    rules: {
      configDigest: config.digest,
      readingDigest: readingDigestOf(config),
      hasModel: config.hasModel,
      ceilings: config.budget,
      environmentDayUsd: (environment) => ownValue(config.environments, environment)?.budgetDayUsd ?? null,
      ...config.flood,
      durationMsMax: config.analysis.durationMsMax,
      settleMs: sharedTraceSettleMs,
      sinceMsOf: (environment) => ownValue(config.environments, environment)?.loki.sinceMs ?? 0,
      modeOf,
      orderModeOf,
      thresholdOf: (environment, service) => tuningOf(config, environment, service).threshold,
      cooldownMsOf: (environment, service) => tuningOf(config, environment, service).cooldownMs ?? 0,
      repositoryOf: (service) =>
        (service === null ? undefined : ownValue(config.services, service)?.repository) ?? config.fallbackRepository,
      repairLimits: config.repair,
      webUrl: config.github.webUrl,
      language: config.language,
      issueTemplate: parseTemplate(readPrompt(`issue.${config.language}.md`)),
      writeIntervalMs: config.github.writeIntervalMs,
      retentionDays: config.retentionDays,
      latenessMsMax: Math.max(...polls.map(({ latenessMs }) => latenessMs)),
    },
    writerOf: (outgoing): IssueWriter => (outgoing.kind === "write-report" ? reports : github.writer),
    findIssue: github.findIssue,
    drafts: configuredDrafts(config, github.remote),
    saveEvidence: evidence.save,
    forgetEvidence: evidence.forget,
    onProgress,
  };
  return {
    store,
    queue,
    brain,
    engine: config.redisUrl === null ? "embedded" : "distributed",
    hands: (options.hasHands ?? config.redisUrl === null) ? tellingDelays(hands, onProgress) : null,
    handsAlive: openedQueue.handsAlive ?? null,
    modelCalls,
    async close() {
      await queue.close();
      await store.close();
    },
  };
}

/** Hands that say why an attempt will be made again: the queue knows it too, and nobody looks there before the last one. */
function tellingDelays(hands: Hands, onProgress: (progress: Progress) => void): Hands {
  return async (attempt) => {
    try {
      return await hands(attempt);
    } catch (error) {
      const isDelayed = error instanceof Error && "isRetryable" in error && error.isRetryable === true;
      if (isDelayed && !attempt.signal.aborted) {
        onProgress({ kind: "delayed", incident: attempt.order.incident.id, because: redact(error.message) });
      }
      throw error;
    }
  };
}
