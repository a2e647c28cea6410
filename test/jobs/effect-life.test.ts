import { describe, expect, it } from "vitest";
import type { Effect } from "../../src/domain/effect.ts";
import { redact } from "../../src/domain/redact.ts";
import { afterFailedRead, afterRead, afterWrite, type EffectStep, whenSending } from "../../src/jobs/effect-life.ts";
import { intentOf } from "./effects-setting.ts";

const startMs = 1_000_000;

function unknown(): Effect {
  const sending = whenSending(intentOf(1, startMs)).effect;
  return afterWrite(sending, { kind: "unknown", because: redact("lost") }, startMs).effect;
}

/** Reads that find nothing, so many milliseconds after the end became unknown. */
function absentAt(...afterMs: number[]): EffectStep {
  const [first = 0, ...more] = afterMs;
  return more.reduce(
    (step, ms) => afterRead(step.effect, null, startMs + ms),
    afterRead(unknown(), null, startMs + first),
  );
}

describe("when an effect of unknown end is believed to be absent", () => {
  it("takes three reads, however far apart", () => {
    expect(absentAt(0, 3_600_000).effect.state).toBe("unknown");
    expect(absentAt(0, 3_600_000, 7_200_000).effect.state).toBe("intended");
  });

  it("takes a minute, however many reads", () => {
    expect(absentAt(0, 10_000, 20_000, 30_000, 59_999).effect.state).toBe("unknown");
    expect(absentAt(0, 10_000, 60_000).effect).toMatchObject({
      state: "intended",
      absentReads: 0,
      unknownSinceMs: null,
    });
  });

  it("does not count a read that failed", () => {
    const failed = afterFailedRead(absentAt(0, 30_000).effect, "GitHub did not answer", startMs + 60_000).effect;
    expect(failed).toMatchObject({ state: "unknown", absentReads: 2, because: "GitHub did not answer" });
  });

  it("is not held up by a clock that was set back", () => {
    const late = { ...unknown(), unknownSinceMs: startMs + 365 * 86_400_000 };
    const first = afterRead(late, null, startMs).effect;
    const second = afterRead(first, null, startMs + 30_000).effect;
    expect(afterRead(second, null, startMs + 60_000).effect.state).toBe("intended");
  });

  it("waits longer each time before it is sent once more", () => {
    const readAtMs = startMs + 60_000;
    const delays = [1, 2, 3, 9].map((attempts) => {
      const effect = { ...absentAt(0, 30_000).effect, attempts };
      return afterRead(effect, null, readAtMs).effect.notBeforeMs - readAtMs;
    });
    expect(delays).toEqual([0, 120_000, 240_000, 3_600_000]);
  });
});
