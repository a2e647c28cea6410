import type { Random } from "./random.ts";

/** One way in which a program of the bench fails, or talks: the same at every call, with other ids, numbers and names. */
export interface Voice {
  readonly service: string;
  readonly level: "error" | "info";
  line(random: Random, traceId: string): string;
}
