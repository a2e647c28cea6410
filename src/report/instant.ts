import { identifier, own } from "../domain/inert.ts";
import type { Inert } from "../domain/text.ts";

/** An instant for people, to the second, in UTC: `2026-11-21 02:10:07Z`. */
export function instant(timestampNs: bigint): Inert {
  const [date = "", time = ""] = new Date(Number(timestampNs / 1_000_000n)).toISOString().split("T");
  return own`${identifier(date)} ${identifier(time.slice(0, 8))}Z`;
}
