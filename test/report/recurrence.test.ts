import { describe, expect, it } from "vitest";
import type { Incident } from "../../src/domain/incident.ts";
import { own } from "../../src/domain/inert.ts";
import { decideRecurrence } from "../../src/report/recurrence.ts";
import { incidentNamed, startMs, startNs } from "../support/incidents.ts";

const hourMs = 3_600_000;
const marker = own`marker`;

function reported(changes: Partial<NonNullable<Incident["issue"]>> = {}, incident: Partial<Incident> = {}): Incident {
  return incidentNamed("reported", {
    state: "reported",
    counts: { dev: 9 },
    lastSeenNs: startNs + 60_000_000_000n,
    issue: {
      repository: "company/orders",
      number: 7,
      url: "https://github.com/company/orders/issues/7",
      reportedUntilNs: startNs,
      reportedCount: 4,
      recurrenceComment: null,
      recurrenceAtMs: startMs,
      ...changes,
    },
    ...incident,
  });
}

describe("telling an issue that it goes on", () => {
  it("comments once, an hour after it was filed", () => {
    expect(decideRecurrence(reported(), "en", startMs + hourMs, marker)).toMatchObject({ kind: "comment", number: 7 });
    expect(decideRecurrence(reported(), "en", startMs + hourMs - 1, marker)).toBeNull();
  });

  it("edits that comment from then on", () => {
    const incident = reported({ recurrenceComment: 77 });
    expect(decideRecurrence(incident, "en", startMs + hourMs, marker)).toMatchObject({
      kind: "edit-comment",
      comment: 77,
    });
  });

  it("says how often in all and how often since it was filed", () => {
    const outgoing = decideRecurrence(reported(), "en", startMs + hourMs, marker);
    expect(outgoing?.body).toContain("9 times in all, 5 since this issue was filed");
  });

  it("says nothing when nothing came since, or when the incident is muted", () => {
    const silent = reported({ reportedUntilNs: startNs + 60_000_000_000n });
    expect(decideRecurrence(silent, "en", startMs + hourMs, marker)).toBeNull();
    expect(decideRecurrence(reported({}, { state: "muted" }), "en", startMs + hourMs, marker)).toBeNull();
  });
});
