/**
 * `npm test` does everything at a scale that takes seconds; `ERROR_AUTOPILOT_LOAD=full npx vitest run test/load` at that of a bad night.
 */
const isFull = process.env["ERROR_AUTOPILOT_LOAD"] === "full";

export function atScale(reduced: number, full: number): number {
  return isFull ? full : reduced;
}

export const timeoutMs = atScale(60_000, 900_000);
