import type { Place } from "./locate.ts";

/** A place in the code that may have to do with the failure. */
export interface RankedPlace {
  readonly place: Place;
  readonly function: string | null;
  /** 0…1 */
  readonly score: number;
  readonly because: string;
}
