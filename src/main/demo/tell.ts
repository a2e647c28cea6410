import type { Effect } from "../../domain/effect.ts";
import type { Incident } from "../../domain/incident.ts";
import type { Progress } from "../../jobs/brain-means.ts";
import { totalOf } from "../../jobs/plan-orders.ts";
import { progressLines, whyNoPatch } from "../tell-progress.ts";

/** One line for each bug of the demo, when it is known what became of it; the long story is that of `run`. */
export function createDemoTeller(tell: (line: string) => void): (progress: Progress) => void {
  const settled = new Map<string, Extract<Progress, { kind: "settled" }>>();
  return (progress) => {
    switch (progress.kind) {
      case "polled":
        for (const line of progressLines(progress).slice(0, 1)) tell(line);
        break;
      case "settled":
        settled.set(progress.incident.id, progress);
        for (const symptom of progress.symptoms) {
          tell(
            `${bug(symptom)}: a symptom of ${progress.incident.title} in ${progress.incident.service}, files nothing`,
          );
        }
        break;
      case "needs-human":
        tell(`${bug(progress.incident)}: needs a human. ${progress.because.split(":")[0]}`);
        break;
      case "effect": {
        const about = settled.get(progress.effect.subject);
        if (progress.effect.state === "done" && about !== undefined) {
          for (const line of doneLines(progress.effect, about)) tell(line);
        }
        break;
      }
    }
  };
}

/** A branch, its commit and the comments are parts of a draft, which has a line. */
function doneLines({ outgoing, url }: Effect, about: Extract<Progress, { kind: "settled" }>): readonly string[] {
  const { incident, answer, costUsd, gates } = about;
  if (outgoing.kind === "open-issue") {
    const found = answer === "found";
    const because = found ? whyNoPatch(gates) : [];
    return [
      `${bug(incident)}: ${found ? "root cause found" : answer} for $${costUsd.toFixed(3)} → ${url}`,
      ...because.map((gate) => `${indent}no patch, stopped by ${short(gate)}`),
    ];
  }
  if (outgoing.kind === "open-pull-request") {
    const tested = gates.find(({ rule }) => rule === "verification")?.detail;
    return [
      `${indent}draft pull request for ${incident.title} → ${url}`,
      ...(tested === undefined ? [] : [`${indent}  tested in the sandbox: ${tested}`]),
    ];
  }
  return [];
}

/** The issue has all of it. */
function short(text: string): string {
  return text.length <= shortMax ? text : `${text.slice(0, shortMax)}…`;
}

const shortMax = 130;
const indent = " ".repeat(6);

function bug(incident: Incident): string {
  const count = totalOf(incident);
  return `${String(count).padStart(3)} × [${incident.service ?? "unknown"}] ${incident.title}`;
}
