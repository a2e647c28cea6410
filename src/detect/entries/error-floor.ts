import type { ErrorFloor, Levers } from "../../domain/levers.ts";
import type { ServiceName } from "../../domain/names.ts";
import { ownValue } from "../../domain/own-value.ts";
import type { LevelDecision } from "../lines/decide-level.ts";

/** Whether an entry is an error, where the service map says from which level on. */
export interface FlooredLevel extends LevelDecision {
  /** The service map's word, where it decided otherwise than the usual would have. */
  readonly floor: ErrorFloor | null;
}

export function floorOf({ floors, floor }: Levers, service: ServiceName | null): ErrorFloor {
  return (service === null ? undefined : ownValue(floors, service)) ?? floor;
}

/** A stack trace that nobody gave a level is an error's. */
export function withFloor(decision: LevelDecision, floor: ErrorFloor): FlooredLevel {
  const isError =
    floor === "error"
      ? decision.isError
      : floor === "fatal"
        ? decision.level === "fatal"
        : decision.isError || decision.level === "warn";
  return { ...decision, isError, floor: isError === decision.isError ? null : floor };
}
