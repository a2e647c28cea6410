import { analyse } from "../analyse/analyse.ts";
import { analyseWithoutModel } from "../analyse/analyse-without-model.ts";
import type { Hands } from "../domain/job-queue.ts";
import type { Findings } from "../domain/order.ts";
import { redact } from "../domain/redact.ts";
import { isSourceFailure } from "../domain/sources.ts";
import { gather } from "../gather/gather.ts";
import { type FoundTrace, findTrace } from "../gather/trace/find-trace.ts";
import type { HandsMeans } from "./hands-means.ts";
import { openCodes } from "./open-codes.ts";
import { repairFound } from "./repair-order.ts";
import { createProgress } from "./saved-progress.ts";
import { surroundingsOf } from "./surroundings-of.ts";

const configurationRetryMs = 60_000;

/** The hands' journey of one order: trace → evidence → root cause → verdict → patch. What is paid for is saved as it comes. */
export function createHands(means: HandsMeans): Hands {
  return async (attempt) => {
    const { order, signal } = attempt;
    const { incident } = order;
    const startedAtMs = means.clock.nowMs();
    const sources = order.environments.map(means.sourcesOf).find((each) => each !== null);
    const isOfAnother = !means.isBesideBrain && order.configDigest !== means.configDigest;
    if (isOfAnother || sources === undefined) {
      const because = redact("These hands have another configuration than the brain that gave the order.");
      return { kind: "again", notBeforeMs: startedAtMs + configurationRetryMs, because };
    }
    const progress = await createProgress(attempt, means.clock);
    const isLastAttempt = attempt.number >= means.attemptsMax;

    const gathered = await progress.step("gather", [incident.version, means.configDigest], async () => {
      const sought = { nowMs: startedAtMs, waitMs: sources.traceWaitMs };
      const found = await findTrace(incident, sources.traces, sought, signal).catch(withoutTrace(isLastAttempt));
      if (found.kind === "again") return found;
      const traces = found.kind === "found" ? found.traces : [];
      const traceMissing = found.kind === "missing" ? found.because : null;
      const { codeOf, syntax } = means;
      const from = {
        ...sources,
        traceSource: sources.traces,
        incident,
        traces,
        traceMissing,
        codeOf,
        syntax,
        deployed: null,
        nowMs: startedAtMs,
      };
      return { kind: "gathered" as const, ...(await gather(from, signal)) };
    });
    if (gathered.kind === "again") return gathered;
    await attempt.heartbeat();

    const { bundle, origin, symptoms } = gathered;
    const { model } = means;
    const analysis =
      model === null || order.noModelBecause !== null
        ? {
            bundle,
            sameAs: null,
            rootCause: analyseWithoutModel(bundle, order.noModelBecause ?? "no-key", means.language),
            costUsd: 0,
            bill: [],
          }
        : await analyse(
            {
              bundle,
              codes: await openCodes(bundle.code, means.codeOf),
              around: surroundingsOf(incident, bundle, sources),
              openIssues: order.openIssues ?? [],
              model: model.model,
              roles: model.roles,
              language: means.language,
              allowanceUsd: order.allowanceUsd,
              limits: { ...means.limits, durationMsMax: order.durationMsMax },
              clock: means.clock,
              isLastAttempt,
              ...progress.turns("analyse", [model.roles, bundle]),
              heartbeat: () => attempt.heartbeat(),
            },
            signal,
          );
    const { rootCause, sameAs } = analysis;
    const { verdict, proposal, costUsd, bill } = await repairFound(
      { ...analysis, attempt, progress, isLastAttempt },
      means,
      signal,
    );
    const findings: Findings = {
      orderId: order.id,
      format: 1,
      incident: incident.id,
      episode: incident.episode,
      bundle: analysis.bundle,
      origin,
      symptoms,
      rootCause,
      sameAs,
      noModelBecause: model === null ? "no-key" : order.noModelBecause,
      proposal,
      verdict,
      costUsd,
      bill,
      startedAtMs,
      finishedAtMs: means.clock.nowMs(),
    };
    return { kind: "found", findings };
  };
}

/** A Tempo that is down for long delays an issue, and does not swallow it: the last attempt goes on without the trace, and says why. */
function withoutTrace(isLastAttempt: boolean): (error: unknown) => FoundTrace {
  return (error) => {
    if (!isSourceFailure(error)) throw error;
    if (isLastAttempt) return { kind: "missing", because: redact(error.message) };
    throw new TraceNotReadError(error);
  };
}

/** Whatever Tempo answered, the page of a login too, may be over at the next attempt. */
class TraceNotReadError extends Error {
  override readonly name = "TraceNotReadError";
  readonly isRetryable = true;
  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}
