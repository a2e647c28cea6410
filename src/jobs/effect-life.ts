import type { Effect, Outgoing, WriteOutcome } from "../domain/effect.ts";
import { redact } from "../domain/redact.ts";
import type { Redacted } from "../domain/text.ts";

/** The next state of an effect with its line in the audit log; `action` null: nothing that the log should hold. */
export interface EffectStep {
  readonly effect: Effect;
  readonly action:
    | "effect.sending"
    | "effect.done"
    | "effect.refused"
    | "effect.waiting"
    | "effect.unknown"
    | "effect.reconciled"
    | null;
  readonly result: Redacted;
}

// GitHub's lists may lag behind its writes: three looks over a minute, then it is believed that nothing is there.
const absentReadsMin = 3;
const absentForMs = 60_000;
const readEveryMs = 30_000;
const resendAfterMs = 60_000;
const resendAfterMsMax = 3_600_000;
/** Sent this often without a clear end, it needs a human. */
const attemptsMax = 10;
const becauseLengthMax = 500;

/** The same bytes once more do no harm: an edit, or a file of ours. */
function isIdempotent({ kind }: Outgoing): boolean {
  return kind === "edit-comment" || kind === "write-report";
}

export function whenSending(effect: Effect): EffectStep {
  const attempts = effect.attempts + 1;
  return step({ ...effect, state: "sending", attempts }, "effect.sending", `attempt ${attempts}`);
}

/** It is not sent any more, for what its incident became meanwhile. */
export function whenUnwanted(effect: Effect, because: Redacted): EffectStep {
  return step({ ...effect, state: "refused", because }, "effect.refused", because);
}

/** @param sending as it was committed before the write */
export function afterWrite(sending: Effect, outcome: WriteOutcome, nowMs: number): EffectStep {
  switch (outcome.kind) {
    case "done":
      return whenDone(sending, outcome, "effect.done", outcome.url ?? "done");
    case "refused":
      return step({ ...sending, state: "refused", because: outcome.because }, "effect.refused", outcome.because);
    case "wait": {
      // It was not carried out, so it does not count as an attempt; the wait itself is shared by all effects.
      const attempts = sending.attempts - 1;
      return step(
        { ...sending, state: "intended", attempts, because: outcome.because },
        "effect.waiting",
        outcome.because,
      );
    }
    case "unknown":
      return whenUnknown(sending, outcome.because, nowMs);
  }
}

/** Found in `sending` by whoever holds the lease now: the process that sent it ended before it could record the answer. */
export function afterCrash(sending: Effect, nowMs: number): EffectStep {
  return whenUnknown(sending, redact("The process that sent it ended before the answer was recorded."), nowMs);
}

/** @param readAtMs when the listing began: what was written later may be missing from it */
export function afterRead(
  effect: Effect,
  found: { readonly reference: number | null; readonly url: string } | null,
  readAtMs: number,
): EffectStep {
  if (found !== null) return whenDone(effect, found, "effect.reconciled", `found: ${found.url}`);
  const absentReads = effect.absentReads + 1;
  // A clock that was set back must not make the minute longer than the clock was wrong.
  const unknownSinceMs = Math.min(effect.unknownSinceMs ?? readAtMs, readAtMs);
  if (absentReads < absentReadsMin || readAtMs - unknownSinceMs < absentForMs) {
    return step({ ...effect, absentReads, unknownSinceMs, notBeforeMs: readAtMs + readEveryMs }, null, "not found yet");
  }
  const settled = { ...effect, absentReads: 0, unknownSinceMs: null };
  if (effect.attempts >= attemptsMax) return tooOften(settled);
  const notBeforeMs = effect.attempts > 1 ? readAtMs + resendDelayMs(effect) : readAtMs;
  const result = `not found by ${absentReads} listings: it is sent again`;
  return step({ ...settled, state: "intended", notBeforeMs }, "effect.reconciled", result);
}

/** Nothing is known: neither that it is there, nor that it is not. */
export function afterFailedRead(effect: Effect, because: string, nowMs: number): EffectStep {
  const told = redact(because.slice(0, becauseLengthMax));
  return step({ ...effect, because: told, notBeforeMs: nowMs + readEveryMs }, null, told);
}

function whenDone(
  effect: Effect,
  written: { readonly reference: number | null; readonly url: string | null },
  action: "effect.done" | "effect.reconciled",
  result: string,
): EffectStep {
  const { reference, url } = written;
  const settled = { absentReads: 0, unknownSinceMs: null, because: null };
  return step({ ...effect, ...settled, state: "done", reference, url }, action, result);
}

function whenUnknown(effect: Effect, because: Redacted, nowMs: number): EffectStep {
  if (!isIdempotent(effect.outgoing)) {
    const unknown = { state: "unknown", unknownSinceMs: nowMs, absentReads: 0, notBeforeMs: nowMs, because } as const;
    return step({ ...effect, ...unknown }, "effect.unknown", because);
  }
  if (effect.attempts >= attemptsMax) return tooOften(effect);
  const notBeforeMs = nowMs + resendDelayMs(effect);
  return step({ ...effect, state: "intended", notBeforeMs, because }, "effect.unknown", because);
}

function tooOften(effect: Effect): EffectStep {
  const because = redact(`Sent ${effect.attempts} times without a clear answer. ${effect.because ?? ""}`.trimEnd());
  return step({ ...effect, state: "refused", because }, "effect.refused", because);
}

function resendDelayMs({ attempts }: Effect): number {
  return Math.min(resendAfterMs * 2 ** Math.max(0, attempts - 1), resendAfterMsMax);
}

function step(effect: Effect, action: EffectStep["action"], result: string): EffectStep {
  return { effect, action, result: redact(result) };
}
