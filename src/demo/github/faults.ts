/**
 * What goes wrong with one request. "carried out" faults do what was asked and then lose the answer; the others do nothing.
 *
 * - `lost-502`, `reset-after`, `cut-answer`, `html-answer`: carried out; then 502, a reset connection, half an answer, a web page with status 200
 * - `hold`: carried out; the answer never comes
 * - `reset-before`, `fail-500`: not carried out
 * - `retry-after`: 403 with `retry-after: seconds`; `secondary`: 403 of the secondary limit without one; `primary`: 403 with `x-ratelimit-reset` in `seconds`
 * - `invalid`: 422
 */
export type FaultKind =
  | "lost-502"
  | "reset-after"
  | "cut-answer"
  | "html-answer"
  | "hold"
  | "reset-before"
  | "fail-500"
  | "retry-after"
  | "secondary"
  | "primary"
  | "invalid";

export interface Fault {
  readonly kind: FaultKind;
  readonly seconds?: number;
}

/** Faults to come: each is used once, by the next request of its sort. */
export interface Faults {
  onWrite(...faults: readonly Fault[]): void;
  onRead(...faults: readonly Fault[]): void;
  take(isWrite: boolean): Fault | null;
}

export function newFaults(): Faults {
  const writes: Fault[] = [];
  const reads: Fault[] = [];
  return {
    onWrite: (...faults) => void writes.push(...faults),
    onRead: (...faults) => void reads.push(...faults),
    take: (isWrite) => (isWrite ? writes : reads).shift() ?? null,
  };
}
