import { redact } from "../../domain/redact.ts";
import type { Redacted } from "../../domain/text.ts";
import { type GitHubAnswer, headerOf, serverTimeMs, wordsOf } from "./github-answer.ts";

const leastWaitMs = 1_000;
/** GitHub's limits are hourly: whoever asks for more is believed that much. */
const longestWaitMs = 3_600_000;
/** GitHub asks for at least a minute where it names no time, and for longer waits each time it happens again. */
const unnamedWaitMs = 60_000;

export interface Limit {
  readonly untilMs: number;
  readonly because: Redacted;
}

/**
 * Until when GitHub wants to be left alone, or null when this answer is no limit. Nothing was carried out.
 * @param limitsBefore how many limits came directly before this one
 */
export function limitOf(answer: GitHubAnswer, nowMs: number, limitsBefore: number): Limit | null {
  if (answer.status !== 403 && answer.status !== 429) return null;
  const words = redact(wordsOf(answer));
  const after = headerOf(answer, "retry-after");
  if (after !== null && /^\d{1,6}$/.test(after)) {
    return until(Number(after) * 1000, `GitHub's limit: wait ${after} s (${words}).`);
  }
  const resetAtMs = Number(headerOf(answer, "x-ratelimit-reset") ?? Number.NaN) * 1000;
  if (headerOf(answer, "x-ratelimit-remaining") === "0" && !Number.isNaN(resetAtMs)) {
    // The reset is an instant of GitHub's clock; ours may go differently.
    const waitMs = resetAtMs - (serverTimeMs(answer) ?? nowMs);
    return until(waitMs, "GitHub's hourly limit is used up.");
  }
  if (answer.status === 429 || /rate limit|abuse|too many requests/i.test(words)) {
    const waitMs = Math.min(unnamedWaitMs * 2 ** Math.min(limitsBefore, 10), longestWaitMs);
    return until(waitMs, `GitHub's limit, without a time: wait ${Math.round(waitMs / 1000)} s (${words}).`);
  }
  return null;

  function until(waitMs: number, because: string): Limit {
    // A time that is over, named again and again, would be asked about again and again.
    const atLeastMs = Math.min(leastWaitMs * 2 ** Math.min(limitsBefore, 12), longestWaitMs);
    const atMostMs = longestWaitMs + unnamedWaitMs;
    return { untilMs: nowMs + Math.min(Math.max(waitMs, atLeastMs), atMostMs), because: redact(because) };
  }
}
