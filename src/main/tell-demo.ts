import type { Incident } from "../domain/incident.ts";
import type { Progress } from "../jobs/brain-means.ts";
import { totalOf } from "../jobs/plan-orders.ts";
import { progressLines } from "./tell-progress.ts";

/** One line for each bug of the demo, when it is known what became of it; the long story is that of `run`. */
export function createDemoTeller(tell: (line: string) => void): (progress: Progress) => void {
  const settled = new Map<string, { readonly incident: Incident; readonly answer: string; readonly costUsd: number }>();
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
        if (progress.effect.state !== "done" || about === undefined) break;
        const answer = about.answer === "found" ? "root cause found" : about.answer;
        tell(`${bug(about.incident)}: ${answer} for $${about.costUsd.toFixed(3)} → ${progress.effect.url}`);
        break;
      }
    }
  };
}

function bug(incident: Incident): string {
  const count = totalOf(incident);
  return `${String(count).padStart(3)} × [${incident.service ?? "unknown"}] ${incident.title}`;
}
