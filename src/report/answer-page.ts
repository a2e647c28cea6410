import type { EvidenceBundle } from "../domain/evidence.ts";
import type { RootCause } from "../domain/root-cause.ts";
import type { Verdict } from "../domain/verdict.ts";
import { harmless } from "./terminal-text.ts";

const quoteLengthMax = 160;

/** A root cause as a page for a terminal: what is wrong, how sure, where, by which evidence, what to do, and what the policy would allow. */
export function answerPage(rootCause: RootCause, bundle: EvidenceBundle, verdict: Verdict): string {
  const sections = [
    section(headOf(rootCause), [
      ...marked(rootCause),
      ...(rootCause.kind === "found" && rootCause.doubt !== null ? ["", `Doubted: ${rootCause.doubt}`] : []),
    ]),
    section(
      "How it comes to it",
      rootCause.kind === "found" ? rootCause.mechanism.map((step, index) => `${index + 1}. ${step}`) : [],
    ),
    section("Where", placesOf(rootCause)),
    section(
      "Evidence",
      rootCause.citations.map(
        ({ evidence, quote, isResolved }) =>
          `${evidence}${isResolved ? "" : " (does not stand there)"}  ${quote.replaceAll(/\s+/g, " ").slice(0, quoteLengthMax)}`,
      ),
    ),
    section("Ruled out", rootCause.ruledOut),
    section("It would take", rootCause.kind === "cannot-tell" ? rootCause.missing : []),
    section("Next", [rootCause.nextStep, ...remedyOf(rootCause)]),
    section(
      verdict.allowed ? `Allowed: ${verdict.mode}` : `Allowed: ${verdict.mode} at most`,
      verdict.rules.map(({ rule, holds, detail }) => `${holds ? "✓" : "✗"} ${rule}: ${detail}`),
    ),
    section("Cost", [
      `$${rootCause.costUsd.toFixed(4)}, ${rootCause.model ?? "without a model"}, prompt ${rootCause.promptVersion}, ${bundle.evidence.length} pieces of evidence`,
    ]),
  ];
  return `${sections.filter((each) => each !== "").join("\n\n")}\n`;
}

function headOf(rootCause: RootCause): string {
  switch (rootCause.kind) {
    case "found":
      return `Found, ${Math.round(rootCause.confidence * 100)} % sure: ${rootCause.category}`;
    case "not-in-code":
      return `Not in the code: ${rootCause.category}`;
    case "cannot-tell":
      return "It cannot be told";
  }
}

/** The claim, and the sentences of it that name what is nowhere. */
function marked({ claim, unsupported }: RootCause): readonly string[] {
  return [
    ...claim.split("\n"),
    ...unsupported.map((sentence) => `Not supported by anything that was read: ${sentence}`),
  ];
}

function placesOf(rootCause: RootCause): readonly string[] {
  if (rootCause.kind !== "found") return [];
  return rootCause.faulty.map(
    ({ repository, path, firstLine, lastLine, function: name }) =>
      `${path}:${firstLine}${lastLine === firstLine ? "" : `-${lastLine}`}${name === null ? "" : `  ${name}`}  (${repository})`,
  );
}

function remedyOf(rootCause: RootCause): readonly string[] {
  if (rootCause.kind !== "not-in-code" || rootCause.remedy === null) return [];
  const { remedy } = rootCause;
  switch (remedy.kind) {
    case "mute":
      return [
        `leave them out of a query: ${remedy.lineFilter}`,
        `or in service-map.yaml: ignore: ${remedy.ignoreRule}`,
      ];
    case "tell":
      return [`tell: ${remedy.whom}`];
    case "change":
      return [`change: ${remedy.what}`];
  }
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0
    ? ""
    : [harmless(title), ...lines.map((line) => `  ${harmless(line)}`.trimEnd())].join("\n");
}
