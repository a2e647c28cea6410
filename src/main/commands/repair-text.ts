import { showHidden } from "../../domain/markdown/hidden-characters.ts";
import type { Mode } from "../../domain/mode.ts";
import type { IncidentId } from "../../domain/names.ts";
import type { RuleResult } from "../../domain/verdict.ts";
import { columns } from "../columns.ts";

const detailLengthMax = 400;

/** As `--json` prints it. */
export interface RepairJson {
  readonly incident: IncidentId;
  readonly claim: string;
  /** Whether a patch would come of it as configured, and the most that would. */
  readonly allowed: boolean;
  readonly mode: Mode;
  /** Every gate that was looked at, in order. */
  readonly rules: readonly RuleResult[];
  /** Every gate holds, but perhaps for the configured mode. */
  readonly isVerified: boolean;
  /** Of the last patch that was proposed, whatever became of it. */
  readonly diff: string | null;
  /** The repository at its base with the patch in it, where `--keep` wanted it and there is a patch. */
  readonly folder: string | null;
  readonly costUsd: number;
}

/** The gates one by one, the patch, and what came of it, for a terminal. */
export function repairText(told: RepairJson): string {
  const gates = columns(told.rules.map((each) => [each.holds ? "  ✓" : "  ✗", each.rule, detailOf(each)]));
  const patch = told.diff === null ? "" : `\n${indented(told.diff)}`;
  return `${told.incident}, ${oneLine(told.claim)}\n\n${gates}${patch}\n${endOf(told)}`;
}

function endOf(told: RepairJson): string {
  const cost = `It cost $${told.costUsd.toFixed(4)}.`;
  const kept = told.folder === null ? "" : `The repository with the patch: ${told.folder}\n`;
  if (told.isVerified) {
    const only = told.allowed
      ? `As configured it would become ${told.mode === "draft-pr" ? "a draft pull request" : "a part of the issue"}.`
      : `As configured nothing would come of it: ${closedOf(told)}.`;
    return `Every gate after the policy holds, and nothing was written. ${only} ${cost}\n${kept}`;
  }
  return `No patch: ${closedOf(told)}. ${cost}\n${kept}`;
}

function closedOf({ rules }: RepairJson): string {
  const closed = rules.filter(({ holds }) => !holds);
  const [first] = closed;
  if (first === undefined) return "";
  const others = closed.length === 1 ? "" : `, and ${closed.length - 1} more`;
  return `${first.rule} (${detailOf(first)})${others}`;
}

function detailOf({ path, detail }: RuleResult): string {
  const where = path === null || detail.includes(path) ? "" : `${path}: `;
  return oneLine(`${where}${detail}`);
}

function oneLine(text: string): string {
  const shown = showHidden(text).replaceAll(/\s+/g, " ").trim();
  return shown.length <= detailLengthMax ? shown : `${shown.slice(0, detailLengthMax)}…`;
}

function indented(diff: string): string {
  return showHidden(diff)
    .split("\n")
    .map((line) => `  ${line}`.trimEnd())
    .join("\n");
}
