import { redact } from "../../domain/redact.ts";
import type { Redacted } from "../../domain/text.ts";

const lengthMax = 4_000;
const partMax = 1_900;
/** The gate takes time in proportion to the text: of eight megabytes only what may be shown passes it. */
const lookedAtMax = 200_000;

/** The beginning and the end of what was printed, or what stands around the first of some words. */
export function excerpt(output: string, words: readonly string[]): Redacted {
  const text =
    output.length > lookedAtMax ? `${output.slice(0, lookedAtMax / 2)}\n${output.slice(-lookedAtMax / 2)}` : output;
  const clean = redact(text.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, "").trim());
  if (clean.length <= lengthMax) return clean;
  const at = words.map((word) => clean.indexOf(word)).filter((index) => index >= 0);
  if (at.length === 0) return redact(`${clean.slice(0, partMax)}\n…\n${clean.slice(-partMax)}`);
  const start = Math.max(0, Math.min(...at) - 1_000);
  const cut = clean.slice(start, start + lengthMax);
  return redact(`${start > 0 ? "…" : ""}${cut}${start + lengthMax < clean.length ? "…" : ""}`);
}
