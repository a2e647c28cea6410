import type { Incident } from "../domain/incident.ts";
import type { RuleResult } from "../domain/verdict.ts";
import type { Progress } from "../jobs/brain-means.ts";
import type { IncidentChange } from "../jobs/record-page.ts";
import { harmless } from "../report/terminal-text.ts";

/** Of a long sleep's windows, every so many are told. */
const toldWindows = 12;
const lineLengthMax = 1_000;

/** Whether it says more than that all is as it was. */
export function isNews(progress: Progress): boolean {
  return progress.kind !== "polled" || progress.report.touched.length > 0 || progress.report.isBusy;
}

/** One readable line, or several, for what just happened. Everything in it has passed the gate. */
export function progressLines(progress: Progress): readonly string[] {
  // A gate may tell what a model or a test said.
  return linesOf(progress).map((line) => harmless(line, lineLengthMax));
}

function linesOf(progress: Progress): readonly string[] {
  switch (progress.kind) {
    case "reading":
      return progress.windowsLeft % toldWindows === 0 ? [readingLine(progress)] : [];
    case "polled":
      return polledLines(progress.report);
    case "counted-again":
      return countedAgainLines(progress.report);
    case "ordered":
      return [
        `investigating ${nameOf(progress.incident)}${progress.allowanceUsd > 0 ? ` (at most $${progress.allowanceUsd.toFixed(2)})` : " (without a model)"}`,
      ];
    case "held-back":
      return [`${progress.incidents.length} more incidents wait: the limit of new issues is reached, worst first`];
    case "settled":
      return [
        `  ${progress.answer === "found" ? "root cause found" : progress.answer} for ${nameOf(progress.incident)}, $${progress.costUsd.toFixed(3)}`,
        ...whyNoPatch(progress.gates).map((because) => `  no patch: ${because}`),
        ...progress.symptoms.map((symptom) => `  ${nameOf(symptom)} is a symptom of it and files nothing`),
      ];
    case "needs-human":
      return [`needs a human: ${nameOf(progress.incident)}: ${progress.because}`];
    case "delayed":
      return [`the investigation of ${progress.incident} is put off: ${progress.because}`];
    case "near-ceiling":
      return [progress.because];
    case "put-off":
      return [`${progress.incident} waits for the next run: ${progress.because}`];
    case "effect":
      return effectLines(progress.effect);
  }
}

function readingLine({ environment, untilNs, windowsLeft }: Extract<Progress, { kind: "reading" }>): string {
  const until = new Date(Number(untilNs / 1_000_000n)).toISOString();
  return `${environment}: read until ${until}, ${windowsLeft} more windows to read`;
}

function countedAgainLines(report: Extract<Progress, { kind: "counted-again" }>["report"]): readonly string[] {
  const { environment, recounted, touched, problem } = report;
  const recounts = recounted.flatMap((each) => each.closed?.recount ?? []);
  const readAgain = recounts.filter(({ result }) => result !== "equal" && result !== "not-counted").length;
  const found = touched.reduce((sum, { added }) => sum + added, 0);
  return [
    ...(readAgain === 0
      ? []
      : [
          `${environment}: counted again, ${readAgain === 1 ? "1 window differed and was" : `${readAgain} windows differed and were`} read again, ${found} late ${found === 1 ? "error" : "errors"} found`,
        ]),
    ...touched.map((each) => touchedLine(each)),
    ...[
      ...new Set(
        recounts.flatMap(({ because, result }) => (result === "incomplete" && because !== null ? [because] : [])),
      ),
    ].map((because) => `${environment}: not read: ${because}`),
    ...(problem === null ? [] : [`${environment}: could not be counted again: ${problem}`]),
  ];
}

function touchedLine({ incident, change, added }: IncidentChange): string {
  return `  ${change}: ${nameOf(incident)}, ${added} ${added === 1 ? "time" : "times"}`;
}

function polledLines(report: Extract<Progress, { kind: "polled" }>["report"]): readonly string[] {
  if (report.isBusy) return [`${report.environment}: another process is reading it now`];
  const entries = report.coverage.reduce((sum, each) => sum + each.entries, 0);
  const errors = report.coverage.reduce((sum, each) => sum + each.errors, 0);
  const ignored = report.coverage.reduce((sum, each) => sum + each.ignored, 0);
  const fresh = report.touched.filter((each) => each.change === "new").length;
  // After a long sleep one reason may stand for many windows.
  const gaps = [...Map.groupBy(report.coverage, ({ gap }) => gap)].flatMap(([gap, windows]) =>
    gap === null
      ? []
      : [`${report.environment}: not read${windows.length === 1 ? "" : `, ${windows.length} windows`}: ${gap}`],
  );
  return [
    `${report.environment}: read ${entries} log entries, ${errors} new errors${ignored === 0 ? "" : ` (${ignored} ignored)`}, ${fresh} new incidents`,
    ...report.touched.filter((each) => each.change !== "ignored").map(touchedLine),
    ...gaps,
  ];
}

function effectLines(effect: Extract<Progress, { kind: "effect" }>["effect"]): readonly string[] {
  const { outgoing } = effect;
  const what = {
    "open-issue": "issue opened",
    comment: "comment written",
    "edit-comment": "comment updated",
    "create-branch": "branch made",
    commit: "commit made",
    "open-pull-request": "draft pull request opened",
    "write-report": "report written",
  }[outgoing.kind];
  if (effect.state === "done") return [`${what}: ${effect.url ?? ""}`];
  const because = effect.because === null ? "" : `: ${effect.because}`;
  if (effect.state === "refused") return [`${outgoing.kind} refused in ${outgoing.repository}${because}`];
  if (effect.state === "unknown")
    return [
      `${outgoing.kind} in ${outgoing.repository} may or may not have arrived${because}; it is looked for before anything is sent again`,
    ];
  if (effect.state === "intended" && effect.because !== null)
    return [`${outgoing.kind} in ${outgoing.repository} waits${because}`];
  return [];
}

/** The first gate that is closed: those behind it were not tried. Nothing where a patch came through, or none was meant. */
export function whyNoPatch(gates: readonly RuleResult[]): readonly string[] {
  const closed = gates.find(({ holds }) => !holds);
  if (closed === undefined) return [];
  const { rule, path, detail } = closed;
  return [`${rule}${path === null ? "" : ` of ${path}`}: ${detail}`];
}

function nameOf(incident: Incident): string {
  return `${incident.id} [${incident.service ?? "unknown service"}] ${incident.title}`;
}
