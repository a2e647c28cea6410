import { describe, expect, it } from "vitest";
import type { Incident, IncidentPullRequest } from "../../src/domain/incident.ts";
import { own } from "../../src/domain/inert.ts";
import { openDraftsOf, repairLeaveOf } from "../../src/jobs/drafts/repair-leave.ts";
import { incidentNamed, orderFor, startMs } from "../support/incidents.ts";

const repository = "company/orders";
const base = "1".repeat(40);
const day = 86_400_000;
const limits = { draftsMax: 3, cooldownMs: 7 * day };

function drafted(name: string, over: Partial<IncidentPullRequest>): Incident {
  const pullRequest: IncidentPullRequest = {
    ...{ state: "open", repository, headRepository: repository, branch: own`b`, into: "main", base, head: base },
    ...{ number: 2, url: null, round: 1, isStale: false, heardReview: 0, heardChecksOf: null, isReviewed: false },
    ...{ words: null, sinceMs: startMs },
    ...over,
  };
  return incidentNamed(name, { state: "reported", pullRequest, patchedBases: [base] });
}

const asked = { mode: "draft-pr", openDrafts: 1, isAsked: false, nowMs: startMs + day } as const;

describe("the leave that an order carries", () => {
  it("is none where the mode allows no patch", () => {
    for (const mode of ["dry-run", "issue"] as const) {
      expect(repairLeaveOf(incidentNamed("new"), { ...asked, mode }, limits)).toBeNull();
    }
    expect(repairLeaveOf(incidentNamed("new"), { ...asked, mode: "patch" }, limits)).not.toBeNull();
  });

  it("keeps a rejected case back until somebody asks, and an earlier base too", () => {
    const rejected = drafted("rejected", { state: "rejected" });
    const leave = repairLeaveOf(rejected, asked, limits);
    expect(leave).toMatchObject({ triedBases: [base], request: null });
    expect(leave?.restsUntilMs).toBeGreaterThan(asked.nowMs);
    const late = { ...asked, nowMs: startMs + 400 * day };
    expect(repairLeaveOf(rejected, late, limits)?.restsUntilMs).toBeGreaterThan(late.nowMs);
    expect(repairLeaveOf(rejected, { ...asked, isAsked: true }, limits)).toMatchObject({
      triedBases: [base],
      isAskedByName: true,
    });
    expect(leave).toMatchObject({ isAskedByName: false });
  });

  it("carries what was asked for, while it is being changed and only then", () => {
    const words = own`Throw something.`;
    expect(repairLeaveOf(drafted("c", { state: "changing", words }), asked, limits)?.request).toBe(words);
    expect(repairLeaveOf(drafted("o", { state: "open", words }), asked, limits)?.request).toBeNull();
  });
});

describe("drafts that wait for a review", () => {
  it("are those that nobody with a say has reviewed, with orders that may become one, by repository", () => {
    const incidents = [
      drafted("a", {}),
      drafted("b", { state: "planned" }),
      drafted("reviewed", { isReviewed: true }),
      drafted("merged", { state: "merged" }),
      drafted("rejected", { state: "rejected" }),
      drafted("elsewhere", { repository: "company/shop" }),
    ];
    const leave = {
      openDrafts: 0,
      draftsMax: 3,
      restsUntilMs: null,
      triedBases: [],
      isAskedByName: false,
      request: null,
    };
    const orders = [
      orderFor(incidentNamed("x"), { mode: "draft-pr", repair: leave }),
      orderFor(incidentNamed("y"), { mode: "patch", repair: leave }),
      orderFor(incidentNamed("z"), { mode: "draft-pr", repair: { ...leave, request: own`more` } }),
    ];
    const open = openDraftsOf(incidents, orders, () => repository);
    expect([open(repository), open("company/shop"), open(null)]).toEqual([3, 1, 0]);
  });
});
