import type { EvidenceBundle } from "../domain/evidence.ts";
import type { RootCause } from "../domain/root-cause.ts";
import { bundleSchema, rootCauseSchema } from "../jobs/findings-schema.ts";

/** A case that was kept or printed: its evidence, and what was said of it then, where it says that. */
export interface KeptCase {
  readonly bundle: EvidenceBundle;
  readonly rootCause: RootCause | null;
}

/** A text that is no case. */
export class NoKeptCaseError extends Error {
  override readonly name = "NoKeptCaseError";
  readonly isRetryable = false;
}

/** Whether a text is meant to be a case, and not log text: one JSON document with evidence in it. */
export function looksLikeCase(text: string): boolean {
  return /^\s*\{/.test(text) && /"evidence"\s*:\s*\[/.test(text.slice(0, 2_000_000)) && /"gatheredAtMs"\s*:/.test(text);
}

/**
 * A case as `state/evidence/` keeps it, or as `evidence --json` and `analyse --json` print it. It is read as foreign input: every text passes the gate again.
 * @throws NoKeptCaseError when it is none
 */
export function readCase(text: string, from: string): KeptCase {
  let json: unknown;
  try {
    json = JSON.parse(text, (key, value: unknown) => instantOf(key, value));
  } catch {
    throw new NoKeptCaseError(
      `${from} is not one JSON document. Give a file of state/evidence/, or what evidence --json prints.`,
    );
  }
  const fields = typeof json === "object" && json !== null ? (json as Record<string, unknown>) : {};
  const given = "bundle" in fields ? fields["bundle"] : fields;
  const format = typeof given === "object" && given !== null && "format" in given ? given.format : 1;
  if (format !== 1) {
    throw new NoKeptCaseError(
      `${from} was written by another version (format ${JSON.stringify(format)}; this one reads format 1). Gather it again, or ask that version.`,
    );
  }
  const bundle = bundleSchema.safeParse(given);
  if (!bundle.success) {
    const [issue] = bundle.error.issues;
    const where = issue?.path.map(String).join(".") || "the whole";
    throw new NoKeptCaseError(
      `${from} holds no evidence that can be read (${where}: ${issue?.message ?? "unknown"}). Give a file of state/evidence/, or what evidence --json prints.`,
    );
  }
  const said = rootCauseSchema.safeParse(fields["rootCause"]);
  return { bundle: bundle.data, rootCause: said.success ? said.data : null };
}

/** Kept, an instant is `{"$n":"…"}`; printed, a decimal string under a name that ends in `Ns`. */
function instantOf(key: string, value: unknown): unknown {
  if (typeof value === "string" && key.endsWith("Ns") && /^\d{1,20}$/.test(value)) return BigInt(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { $n: digits } = value as { $n?: unknown };
  return typeof digits === "string" && /^-?\d{1,20}$/.test(digits) ? BigInt(digits) : value;
}
