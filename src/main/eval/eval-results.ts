import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { BillLine } from "../../domain/budget.ts";
import type { RootCause } from "../../domain/root-cause.ts";
import { NoKeptCaseError } from "../case-file.ts";
import { columns } from "../columns.ts";
import type { EvalCase, Judged } from "./eval-case.ts";

/** One case, as one model with one prompt answered it. */
export interface EvalResult extends Judged {
  readonly name: string;
  /** Model, prompt and evidence: the same again is not asked again. */
  readonly key: string;
  readonly model: string;
  readonly prompt: string;
  /** The kind that is right. */
  readonly known: RootCause["kind"];
  readonly said: RootCause["kind"];
  readonly costUsd: number;
  readonly tookMs: number;
  readonly bill: readonly BillLine[];
  /** Of everything sent after the first call of each conversation, the part that was read from the cache; null: there was one call only. */
  readonly cachedShare: number | null;
}

/** The results that an earlier run left, and how to add one; null: none is kept. A line that was cut off by a crash is asked again. */
export function openResults(file: string | null): {
  readonly of: (key: string) => EvalResult | null;
  add(result: EvalResult): void;
} {
  const text = file !== null && existsSync(file) ? readFileSync(file, "utf8") : "";
  // Before anything is paid for; and what comes next must not continue a line that was cut off.
  if (file !== null) append(file, text === "" || text.endsWith("\n") ? "" : "\n");
  const lines = text.split("\n");
  const known = new Map(
    lines.flatMap((line) => {
      try {
        const result = JSON.parse(line) as EvalResult;
        return typeof result.key === "string" && Array.isArray(result.bill) ? [[result.key, result] as const] : [];
      } catch {
        return [];
      }
    }),
  );
  return {
    of: (key) => known.get(key) ?? null,
    add(result) {
      known.set(result.key, result);
      if (file !== null) append(file, `${JSON.stringify(result)}\n`);
    },
  };
}

function append(file: string, text: string): void {
  try {
    appendFileSync(file, text);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new NoKeptCaseError(`Results cannot be kept in ${file} (${code}). Name another file with --results.`);
  }
}

/** What a model with a prompt came to over all cases. Shares are of the cases that have such an answer; null where none has. */
export interface EvalSummary {
  readonly model: string;
  readonly prompt: string;
  readonly cases: number;
  readonly functionAt1: number | null;
  readonly functionAt5: number | null;
  readonly category: number | null;
  /** Of what is not in the code, told as such. */
  readonly notInCode: number | null;
  /** Of what nobody could tell, told as such. */
  readonly cannotTell: number | null;
  readonly unsupported: number;
  readonly costUsd: number;
  readonly costUsdMedian: number;
  readonly tokensMedian: number;
  readonly tokensP90: number;
  readonly tookMsMedian: number;
  /** Of what was sent from the second call on. */
  readonly cachedShare: number | null;
}

export function summarise(results: readonly EvalResult[]): EvalSummary {
  const share = (of: (result: EvalResult) => boolean | null): number | null => {
    const judged = results.map(of).filter((each) => each !== null);
    return judged.length === 0 ? null : judged.filter(Boolean).length / judged.length;
  };
  const ofKind = (kind: RootCause["kind"]) => share((each) => (each.known === kind ? each.kindIsRight : null));
  const tokens = results.map(tokensOf);
  const cached = results.flatMap(({ cachedShare }) => cachedShare ?? []);
  return {
    model: results[0]?.model ?? "",
    prompt: results[0]?.prompt ?? "",
    cases: results.length,
    functionAt1: share(({ functionAt1 }) => functionAt1),
    functionAt5: share(({ functionAt5 }) => functionAt5),
    category: share(({ categoryIsRight }) => categoryIsRight),
    notInCode: ofKind("not-in-code"),
    cannotTell: ofKind("cannot-tell"),
    unsupported: results.reduce((sum, each) => sum + each.unsupported, 0),
    costUsd: results.reduce((sum, each) => sum + each.costUsd, 0),
    costUsdMedian: quantile(
      results.map(({ costUsd }) => costUsd),
      0.5,
    ),
    tokensMedian: quantile(tokens, 0.5),
    tokensP90: quantile(tokens, 0.9),
    tookMsMedian: quantile(
      results.map(({ tookMs }) => tookMs),
      0.5,
    ),
    cachedShare: cached.length === 0 ? null : cached.reduce((sum, each) => sum + each, 0) / cached.length,
  };
}

/** Sent and received, whatever was cached. */
export function tokensOf({ bill }: Pick<EvalResult, "bill">): number {
  return bill.reduce(
    (sum, line) => sum + line.inputTokens + line.cacheReadTokens + line.cacheWriteTokens + line.outputTokens,
    0,
  );
}

export function evalTable(summaries: readonly EvalSummary[]): string {
  const rows: readonly (readonly [string, (of: EvalSummary) => string])[] = [
    ["prompt", ({ prompt }) => prompt],
    ["cases", ({ cases }) => String(cases)],
    ["function at 1", ({ functionAt1 }) => shareText(functionAt1)],
    ["function at 5", ({ functionAt5 }) => shareText(functionAt5)],
    ["category", ({ category }) => shareText(category)],
    ["not in code, told so", ({ notInCode }) => shareText(notInCode)],
    ["cannot tell, told so", ({ cannotTell }) => shareText(cannotTell)],
    ["unsupported claims", ({ unsupported }) => String(unsupported)],
    ["cost", ({ costUsd }) => `$${costUsd.toFixed(4)}`],
    ["cost, median", ({ costUsdMedian }) => `$${costUsdMedian.toFixed(4)}`],
    ["tokens, median", ({ tokensMedian }) => String(Math.round(tokensMedian))],
    ["tokens, p90", ({ tokensP90 }) => String(Math.round(tokensP90))],
    ["time, median", ({ tookMsMedian }) => `${(tookMsMedian / 1000).toFixed(1)} s`],
    ["cached from the 2nd call", ({ cachedShare }) => shareText(cachedShare)],
  ];
  return columns([
    ["", ...summaries.map(({ model }) => model)],
    ...rows.map(([name, of]) => [name, ...summaries.map(of)]),
  ]);
}

/** The cases that were answered otherwise than is known, for who wants to look. */
export function missesOf(results: readonly EvalResult[]): readonly string[] {
  return results
    .filter((each) => !each.kindIsRight || each.functionAt1 === false)
    .map(({ name, known, said, functionAt1 }) =>
      known === said && functionAt1 === false ? `${name}: another function` : `${name}: ${said}, and it is ${known}`,
    );
}

function shareText(share: number | null): string {
  return share === null ? "-" : share.toFixed(2);
}

function quantile(values: readonly number[], of: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(of * sorted.length))] ?? 0;
}

/** By which a result is known again. */
export function keyOf({ name, bundle }: EvalCase, model: string, prompt: string): string {
  return [name, model, prompt, bundle.incident, bundle.evidence.length, bundle.gatheredAtMs].join(" ");
}
