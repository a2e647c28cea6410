import { expect, it } from "vitest";
import { isPollDue } from "../../src/main/poll-schedule.ts";

const minuteMs = 60_000;

it.each([
  ["at the start", null, true],
  ["a moment later", -1, false],
  ["shortly before it is time", -5 * minuteMs + 1, false],
  ["when it is time", -5 * minuteMs, true],
  ["after three days of sleep", -3 * 1_440 * minuteMs, true],
  ["when the clock was set back by a second", 1_000, true],
  ["when the clock was set back by years", 100_000_000 * minuteMs, true],
])("the sources are read %s: %s", (_when, sinceNowMs, isDue) => {
  const nowMs = Date.UTC(2026, 2, 1);
  expect(isPollDue(nowMs, sinceNowMs === null ? null : nowMs + sinceNowMs, 5 * minuteMs)).toBe(isDue);
});
