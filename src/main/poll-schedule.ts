/** Whether the sources are read again: when it is time, and when the clock was set back, or it would not be time for as long as that. */
export function isPollDue(nowMs: number, polledAtMs: number | null, everyMs: number): boolean {
  return polledAtMs === null || nowMs < polledAtMs || nowMs - polledAtMs >= everyMs;
}
