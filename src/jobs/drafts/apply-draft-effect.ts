import type { Effect } from "../../domain/effect.ts";
import type { Incident, IncidentPullRequest } from "../../domain/incident.ts";
import { redact } from "../../domain/redact.ts";
import type { Change } from "../../domain/store.ts";

/** What the end of a branch, a commit or a pull request changes about its incident. Pure. */
export function applyDraftEffect(
  effect: Effect,
  incident: Incident,
  nowMs: number,
): Pick<Change, "incidents" | "audit"> {
  const { outgoing, state, url, reference } = effect;
  const draft = incident.pullRequest;
  const isOfDraft = "branch" in outgoing && draft !== null && outgoing.branch === draft.branch;
  if (!isOfDraft || (state !== "done" && state !== "refused")) return {};
  if (state === "refused") {
    // Whatever was to come after the first refusal is refused for it: that one is the reason.
    if (draft.state === "stopped") return {};
    const words = redact(effect.because ?? "It was refused.");
    // A draft that is open stays as it is: only what was to be added to it is not there.
    const change = { state: draft.number === null ? "stopped" : "open", words, sinceMs: nowMs } as const;
    return changed(incident, { ...draft, ...change }, "draft.stopped", words, nowMs);
  }
  switch (outgoing.kind) {
    case "create-branch":
      return {};
    case "commit": {
      const head = /\/commit\/([0-9a-f]{40,64})$/.exec(url ?? "")?.[1] ?? null;
      const isRound = draft.number !== null;
      const words = redact(`${outgoing.branch} is at ${head?.slice(0, 12) ?? "an unknown commit"}`);
      const next = { ...draft, head, ...(isRound ? ({ state: "open", words: null } as const) : {}) };
      return changed(incident, next, isRound ? "draft.changed" : "draft.committed", words, nowMs);
    }
    case "open-pull-request": {
      const next = { ...draft, state: "open", number: reference, url, words: null, sinceMs: nowMs } as const;
      return changed(incident, next, "draft.opened", redact(url ?? "opened"), nowMs);
    }
  }
}

function changed(
  incident: Incident,
  pullRequest: IncidentPullRequest,
  action: string,
  result: ReturnType<typeof redact>,
  nowMs: number,
): Pick<Change, "incidents" | "audit"> {
  const line = { atMs: nowMs, actor: "brain", action, subject: incident.id, result };
  return { incidents: [{ ...incident, pullRequest }], audit: [line] };
}
